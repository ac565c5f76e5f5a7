"""`yorisoi email …`."""

from pathlib import Path

from assistant.errors import YorisoiError
from channels.cli.output import out, print_json
from channels.cli.program import AsJson, email
from channels.email.inspecting import inspect as inspect_mail


@email.command("inspect")
def inspect(file: Path, as_json: AsJson = False) -> None:
    """Show how a mail (.eml) is read: who, what is new in it, and how it was screened."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise YorisoiError(f"{file} cannot be read ({error.strerror}).") from error
    found = inspect_mail(raw)
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        out.print(f"[dim]{name}[/]", end="  ")
        out.print(value if isinstance(value, str) else str(value), markup=False, highlight=False)
