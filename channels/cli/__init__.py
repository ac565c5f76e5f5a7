"""The administrator's door: `yorisoi …`."""

import os
import sys
from importlib import import_module

from channels.cli.output import console
from channels.cli.program import program

# Each of these modules adds its commands to the program.
COMMANDS = (
    "answers", "ask", "checks", "data", "evaluation", "knowledge", "mail_ledger", "mails",
    "people", "replay", "serving",
)


def main() -> None:
    """Runs the command; a mistake of the person who types is one sentence and exit code 1."""
    # Two threads on a busy core make FAISS slower, not faster; must be set before it is loaded.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from assistant.errors import YorisoiError

    for name in COMMANDS:
        import_module(f"channels.cli.{name}")
    try:
        program()
    except YorisoiError as error:
        console.print(error.sentence, style="red", highlight=False, markup=False)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
