"""How measurements look on a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from channels.cli.output import out
from knowledge.evaluation.compare import LEVEL, Change, Comparison, Difference
from knowledge.evaluation.settings import Setting


def show_figures(report: Mapping[str, Any]) -> None:
    """One row for all queries and one for each kind."""
    setting = " ".join(f"{key}={value}" for key, value in report["setting"].items())
    out.print(f"[bold]{report['name']}[/] · {setting}", highlight=False, soft_wrap=True)
    table = Table()
    table.add_column("", no_wrap=True)
    table.add_column("queries", justify="right")
    for figure in report["figures"]:
        table.add_column(figure, justify="right")
    _row(table, "all", report["queries"], report["figures"])
    for kind, own in report["kinds"].items():
        _row(table, kind or "other", own["queries"], own["figures"])
    out.print(table)
    out.print(f"{report['milliseconds']:.1f} ms a query", highlight=False)


def _row(table: Table, name: str, queries: int, figures: Mapping[str, float]) -> None:
    table.add_row(name, str(queries), *(f"{value:.3f}" for value in figures.values()))


def show_comparison(name: str, first: Setting, second: Setting, found: Comparison) -> None:
    """The figures side by side, what they prove, and the queries that won and lost most."""
    one, other = first.differing_from(second), second.differing_from(first)
    out.print(f"[bold]{name}[/] · {found.queries} queries", highlight=False)
    table = Table()
    table.add_column("", no_wrap=True)
    for column in (one, other, "difference", "95 % interval", "p", "better", "worse"):
        table.add_column(column, justify="right")
    for difference in found.differences:
        low, high = difference.low, difference.high
        table.add_row(
            difference.figure, f"{difference.first:.3f}", f"{difference.second:.3f}",
            f"{difference.difference:+.3f}", f"{low:+.3f} … {high:+.3f}",
            _chance(difference), str(difference.better), str(difference.worse),
        )
    out.print(table, highlight=False)
    out.print(verdict(one, other, found), highlight=False, markup=False)
    for title, changes in (("won", found.won), ("lost", found.lost)):
        if changes:
            out.print(_changes(f"{title} most with {other}", changes, one, other))


def verdict(one: str, other: str, found: Comparison) -> str:
    """One sentence: which is better, or that the queries do not tell."""
    judged = found.verdict
    if not judged.significant:
        return (f"By {judged.figure} these {found.queries} queries do not tell which is better "
                f"(p {_chance(judged)}, not below {LEVEL}).")
    better = other if judged.difference > 0 else one
    return (f"{better} is better by {abs(judged.difference):.3f} {judged.figure} "
            f"(p {_chance(judged)}, randomization test, 95 % interval {judged.low:+.3f} to "
            f"{judged.high:+.3f}).")


def _chance(difference: Difference) -> str:
    return "< .001" if difference.p < 0.001 else f"{difference.p:.3f}".lstrip("0")


def _changes(title: str, changes: Sequence[Change], one: str, other: str) -> Table:
    table = Table(title=title, title_justify="left", show_lines=True)
    for column in ("", "query", "wanted", one, other):
        table.add_column(column, overflow="fold")
    for change in changes:
        table.add_row(
            f"{change.difference:+.2f}", escape(change.text), *(
                escape("\n".join(names[:3])) or "nothing"
                for names in (change.wanted, change.found_first, change.found_second)
            ),
        )
    return table
