"""`yorisoi evaluate answers`: what the assistant does with cases whose right outcome is known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from assistant.errors import YorisoiError
from assistant.evaluation.cases import AnswerCase, CasesUnreadable, read_cases
from assistant.evaluation.figures import Figures, abstention_curve, figures, grouped
from assistant.evaluation.judging import Verdict, judge
from assistant.settings import load_settings
from channels.asking import Speaker, ask_as
from channels.cli.output import out, print_json
from channels.cli.program import HOME, AsJson, Home, evaluate
from channels.services import Services, now, open_services

UNTOUCHED = "untouched"
_FIGURES = ("wrong_of_sent", "answered", "declined")


@evaluate.command("answers")
def answers(
    path: Annotated[Path, typer.Argument(
        help="Cases: a .jsonl file, or a folder of them (docs/evaluate.md says what one holds).")],
    half: Annotated[str, typer.Option(
        help="Only the cases of this half: tuned or untouched.")] = "",
    at: Annotated[datetime | None, typer.Option(
        help="The time at which the cases are asked, such as 2026-11-01T12:00; default: now.")
    ] = None,
    show: Annotated[int, typer.Option(
        min=0, help="How many of the wrong ones to show; none of the untouched half.")] = 20,
    home: Home = HOME,
    as_json: AsJson = False,
) -> None:
    """Count what is right, wrong, abstained, leaked and overpersonalized."""
    try:
        cases = [case for case in read_cases(path) if half in ("", case.half)]
    except CasesUnreadable as error:
        raise YorisoiError(str(error)) from error
    if not cases:
        raise YorisoiError(f"{path} holds no case{f' of the half {half}' if half else ''}.")
    settings = load_settings(home)
    services = open_services(settings, clock=_clock(at))
    verdicts = run(services, cases)
    if as_json:
        print_json(as_data(verdicts))
    else:
        show_verdicts(verdicts, show)


def run(services: Services, cases: Sequence[AnswerCase]) -> list[Verdict]:
    """The verdict on each case. Raises NotFound for a customer who is not there."""
    sensitive = [name for name, fact in services.catalogue.facts.items() if fact.sensitive]
    return [judge(case, _asked(services, case), sensitive) for case in cases]


def _asked(services: Services, case: AnswerCase) -> Any:
    speaker = Speaker(case.customer, case.tier, case.channel, case.language)
    return ask_as(services, speaker, case.messages, case.before)


def _clock(at: datetime | None) -> Callable[[], datetime]:
    if at is None:
        return now
    fixed = at.astimezone() if at.tzinfo is None else at
    return lambda: fixed


def groups_of(verdicts: Sequence[Verdict]) -> dict[str, Mapping[str, Figures]]:
    """The same verdicts grouped in the ways that are worth a look."""
    return {
        "half": grouped(verdicts, lambda one: one.case.half),
        "language": grouped(verdicts, lambda one: one.case.language),
        "tier": grouped(verdicts, lambda one: one.case.tier.value),
        "channel": grouped(verdicts, lambda one: one.case.channel),
        "kind": grouped(verdicts, lambda one: one.case.kind or "other"),
    }


def as_data(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The figures, the curve and the wrong cases of the tuned half, JSON-ready."""
    return {
        "all": asdict(figures(verdicts)),
        "groups": {name: {group: asdict(own) for group, own in found.items()}
                   for name, found in groups_of(verdicts).items()},
        "abstention": [asdict(point) for point in abstention_curve(verdicts)],
        "wrong": [{"id": one.case.id, "why": one.why, "text": one.reply.text}
                  for one in verdicts if one.outcome == "wrong" and one.case.half != UNTOUCHED],
    }


def show_verdicts(verdicts: Sequence[Verdict], show: int) -> None:
    """The same as tables."""
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for name in ("cases", "right", "wrong", "ab-\nstained", "leaked", "over-\npers.", "sent",
                 "wrong\n%", "answ.\n%", "decl.\n%"):
        table.add_column(name, justify="right", no_wrap=True)
    _row(table, "all", figures(verdicts))
    for found in groups_of(verdicts).values():
        table.add_row("")
        for group, own in found.items():
            _row(table, group, own)
    out.print(table, highlight=False)
    out.print("wrong %: of what was sent; answ. %: of the answerable ones, sent; decl. %: of the "
              "others, not sent\n", highlight=False)
    curve = Table("from this confidence on", "share answered", "share of them wrong",
                  title="If answers were sent")
    for point in abstention_curve(verdicts):
        curve.add_row(f"{point.threshold:.2f}", f"{point.answered:.3f}", f"{point.wrong:.3f}")
    out.print(curve, highlight=False)
    faulty = [one for one in verdicts if one.outcome == "wrong" and one.case.half != UNTOUCHED]
    for one in faulty[:show]:
        out.print(f"[bold]{one.case.id}[/] {one.why}", highlight=False)
        out.print(f"  {' / '.join(one.case.messages)}", highlight=False, markup=False)
        out.print(f"  → {one.reply.text[:300]}", highlight=False, markup=False)


def _row(table: Table, name: str, own: Figures) -> None:
    counts = (own.count, own.right, own.wrong, own.abstained, own.leaked, own.overpersonalized,
              own.sent)
    shares = (f"{100 * getattr(own, figure):.1f}" for figure in _FIGURES)
    table.add_row(name, *(str(count) for count in counts), *shares)
