"""`yorisoi email …`."""

from pathlib import Path

from assistant.company import load_company
from assistant.errors import BadConfiguration, YorisoiError
from assistant.settings import load_settings
from channels.cli.output import out, print_json
from channels.cli.program import HOME, AsJson, Home, email
from channels.email.addresses import ourselves
from channels.email.inspecting import inspect as inspect_mail
from channels.email.screening import Ourselves


@email.command("inspect")
def inspect(file: Path, home: Home = HOME, as_json: AsJson = False) -> None:
    """Show how a mail (.eml) is read: who, what is new in it, and how it was screened."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise YorisoiError(f"{file} cannot be read ({error.strerror}).") from error
    found = inspect_mail(raw, _ourselves(home))
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        out.print(f"[dim]{name}[/]", end="  ")
        out.print(value if isinstance(value, str) else str(value), markup=False, highlight=False)


def _ourselves(home: Path) -> Ourselves | None:
    """Who we are, if there is a company in this home; a mail can be looked at without one."""
    if not (home / "company" / "company.yaml").exists():
        return None
    try:
        settings = load_settings(home)
        return ourselves(settings, load_company(settings.company_folder))
    except BadConfiguration:
        return None
