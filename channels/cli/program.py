"""All commands of `yorisoi`, by name."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import DEFAULT_HOME

program = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Yorisoi: an omnichannel support assistant that stays close to each customer.",
)
evaluate = typer.Typer(no_args_is_help=True, help="Measure retrieval and answers.")
email = typer.Typer(no_args_is_help=True, help="Look into mails, and stop automatic ones.")
knowledge = typer.Typer(no_args_is_help=True, help="Look after the articles.")
operator = typer.Typer(no_args_is_help=True, help="Operators and their passwords.")
program.add_typer(evaluate, name="evaluate")
program.add_typer(knowledge, name="knowledge")
program.add_typer(email, name="email")
program.add_typer(operator, name="operator")

Home = Annotated[
    Path, typer.Option("--home", envvar="YORISOI_HOME", help="Data, index and settings.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
HOME = DEFAULT_HOME
