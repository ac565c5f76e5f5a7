"""How commands print: for people with Rich on the terminal, or as JSON on standard output."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

# Progress and errors go to standard error, so that JSON on standard output stays clean.
console = Console(stderr=True)
out = Console()


def print_json(data: Any) -> None:
    """One JSON document on standard output, in readable UTF-8."""
    print(json.dumps(data, ensure_ascii=False, indent=2, default=str))


@contextmanager
def progress(title: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error; yields what is called with (done, all)."""
    columns = (TextColumn("[progress.description]{task.description}"), BarColumn(),
               MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=quiet, transient=False) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
