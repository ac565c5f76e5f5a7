"""`yorisoi operator …`: who may work in the console."""

from typing import Annotated

import typer

from assistant.database import session_scope
from assistant.errors import NotFound
from assistant.operators.models import Role
from assistant.operators.repository import by_login
from assistant.operators.sign_in import create_operator, set_password
from assistant.settings import load_settings
from channels.cli.output import console, print_json
from channels.cli.program import HOME, AsJson, Home, operator
from channels.services import open_services

Password = Annotated[
    str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
]


@operator.command("add")
def add(
    login: str, name: str, password: Password, role: Role = Role.OPERATOR, home: Home = HOME,
    as_json: AsJson = False,
) -> None:
    """Add an operator."""
    services = open_services(load_settings(home))
    with session_scope(services.engine) as session:
        person = create_operator(session, login, name, password, role=role)
    where = f"{services.settings.public_url}/console"
    if as_json:
        print_json({"login": person.login, "role": person.role, "console": where})
    else:
        console.print(f"{person.login} can sign in at {where}.")


@operator.command("password")
def password(
    login: str, password: Password, home: Home = HOME, as_json: AsJson = False
) -> None:
    """Set an operator's password."""
    services = open_services(load_settings(home))
    with session_scope(services.engine) as session:
        person = by_login(session, login.strip().casefold())
        if person is None:
            raise NotFound(f"There is no operator {login}; add them with yorisoi operator add.")
        set_password(session, person, password)
    if as_json:
        print_json({"login": person.login, "password": "set"})
    else:
        console.print(f"The password of {login} is set.")
