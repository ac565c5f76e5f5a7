"""`yorisoi operator …`: who may work in the console."""

from typing import Annotated

import typer
from sqlmodel import select

from assistant.database import session_scope
from assistant.errors import NotFound
from assistant.operators.models import Operator, Role
from assistant.operators.sign_in import set_password
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
    """Add an operator, or change the name and role of one."""
    services = open_services(load_settings(home))
    with session_scope(services.engine) as session:
        known = session.exec(select(Operator).where(Operator.login == login)).first()
        person = known or Operator(login=login, name=name)
        person.name, person.role = name, role
        session.add(person)
        session.flush()
        set_password(session, person, password)
    console.print(f"{login} can sign in at {services.settings.public_url}/console.")


@operator.command("password")
def password(login: str, password: Password, home: Home = HOME) -> None:
    """Set an operator's password."""
    services = open_services(load_settings(home))
    with session_scope(services.engine) as session:
        person = session.exec(select(Operator).where(Operator.login == login)).first()
        if person is None:
            raise NotFound(f"There is no operator {login}; add them with yorisoi operator add.")
        set_password(session, person, password)
    console.print(f"The password of {login} is set.")
