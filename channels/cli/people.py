"""`yorisoi operator …`: who may work in the console."""

from typing import Annotated

import typer

from assistant.database import session_scope
from assistant.errors import NotFound
from assistant.operators.models import Role
from assistant.operators.repository import by_login
from assistant.operators.sign_in import create_operator, set_password
from assistant.settings import load_settings
from channels.cli.output import console
from channels.cli.program import HOME, Home, operator
from channels.services import open_services

Password = Annotated[
    str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
]


@operator.command("add")
def add(
    login: str, name: str, password: Password, role: Role = Role.OPERATOR, home: Home = HOME
) -> None:
    """Add an operator."""
    services = open_services(load_settings(home))
    with session_scope(services.engine) as session:
        person = create_operator(session, login, name, password, role=role)
    console.print(f"{person.login} can sign in at {services.settings.public_url}/console.")


@operator.command("password")
def password(login: str, password: Password, home: Home = HOME) -> None:
    """Set an operator's password."""
    services = open_services(load_settings(home))
    with session_scope(services.engine) as session:
        person = by_login(session, login.strip().casefold())
        if person is None:
            raise NotFound(f"There is no operator {login}; add them with yorisoi operator add.")
        set_password(session, person, password)
    console.print(f"The password of {login} is set.")
