"""`yorisoi knowledge …`: what is wrong with the articles, and what to do about it."""

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from assistant.database import read_scope, session_scope
from assistant.errors import NotFound
from assistant.insights import repository
from assistant.insights.health import DAYS, HealthReport, Ranked, told
from assistant.settings import load_settings
from channels.cli.output import console, out, print_json
from channels.cli.program import HOME, AsJson, Home, knowledge
from channels.services import Services, open_services

# 1 is a mistake of whoever types, 2 one in the options.
URGENT = 3
_NAMES = {"en": {"ja": "Japanese", "en": "English"}, "ja": {"ja": "日本語", "en": "英語"}}


class Language(StrEnum):
    EN = "en"
    JA = "ja"


@knowledge.command("health")
def health(
    days: Annotated[int, typer.Option(min=1, max=366, help="Whose customers count.")] = DAYS,
    kind: Annotated[list[str] | None, typer.Option(
        help="Only this kind, such as contradiction; may be repeated.")] = None,
    most: Annotated[int, typer.Option(min=1, help="How many to show.")] = 20,
    settled: Annotated[bool, typer.Option(help="Show what is settled, too.")] = False,
    language: Annotated[Language, typer.Option(help="The language of the advice.")] = Language.EN,
    home: Home = HOME,
    as_json: AsJson = False,
) -> None:
    """What customers miss and what is wrong with the articles, most customers first.

    Exit code 3 if something misleads customers today: no answer, contradictions, expired articles.
    """
    services = open_services(load_settings(home))
    report = _report(services, days)
    shown = [one for one in report.findings
             if (settled or not one.settled) and (not kind or one.finding.kind in kind)]
    if as_json:
        print_json({
            "day": report.day, "days": days, "articles": report.articles,
            "unanswered_questions": report.unanswered, "urgent": len(report.urgent),
            "findings": [_data(one, language.value) for one in shown],
        })
    else:
        _show(report, shown, most, language.value)
    if report.urgent:
        raise typer.Exit(URGENT)


@knowledge.command("settle")
def settle(
    key: Annotated[str, typer.Argument(help="The finding's key, as `health` shows it.")],
    again: Annotated[bool, typer.Option("--again", help="Show it again.")] = False,
    home: Home = HOME,
    as_json: AsJson = False,
) -> None:
    """Say that a finding is right as it is; it comes back when its articles change."""
    services = open_services(load_settings(home))
    found = {one.finding.key: one.finding for one in _report(services, DAYS).findings}
    with session_scope(services.engine) as session:
        if again and not repository.unsettle(session, key):
            raise NotFound(f"{key} is not settled; yorisoi knowledge health --settled shows keys.")
        if not again:
            if key not in found:
                raise NotFound(f"There is no finding {key}; yorisoi knowledge health shows keys.")
            repository.settle(session, key, found[key].kind, None, services.clock())
    if as_json:
        print_json({"key": key, "settled": not again})
    else:
        console.print(f"{key} is {'open again' if again else 'settled'}.", highlight=False)


def _report(services: Services, days: int) -> HealthReport:
    now = services.clock()
    with read_scope(services.engine) as session:
        today = now.astimezone(services.company.time_zone).date()
        return services.health.report(session, now, today, days)


def _told(one: Ranked, language: str) -> tuple[str, str]:
    return told(one.finding, language, lambda code: _NAMES[language].get(code, code))


def _data(one: Ranked, language: str) -> dict[str, Any]:
    found, advice = _told(one, language)
    return {
        "key": one.finding.key, "kind": one.finding.kind, "urgent": one.finding.urgent,
        "settled": one.settled, "customers": one.customers, "found": found, "advice": advice,
        "places": [asdict(place) for place in one.finding.places],
        "details": dict(one.finding.details), "examples": list(one.examples),
    }


def _show(report: HealthReport, shown: list[Ranked], most: int, language: str) -> None:
    out.print(f"[bold]{report.day}[/] · {report.articles} articles · {report.unanswered} questions "
              f"of the last {report.days} days without a good answer", highlight=False)
    if not shown:
        out.print("Nothing to do.")
        return
    table = Table(show_lines=True)
    table.add_column("customers", justify="right")
    table.add_column("what", no_wrap=True)
    table.add_column("found → what to do", overflow="fold")
    for one in shown[:most]:
        found, advice = _told(one, language)
        examples = "".join(f"\n· {text}" for text in one.examples[1:])
        mark = "[red]!" if one.finding.urgent and not one.settled else "[dim]"
        state = " (settled)" if one.settled else ""
        table.add_row(
            str(one.customers),
            f"{mark} {one.finding.kind.replace('_', ' ')}[/]{state}\n[dim]{one.finding.key}[/]",
            f"{escape(found + examples)}\n[bold]→[/] {escape(advice)}",
        )
    out.print(table, highlight=False)
    out.print("What is right as it is: yorisoi knowledge settle KEY", highlight=False)
    if len(shown) > most:
        out.print(f"{len(shown) - most} more; --most {len(shown)} shows all.", highlight=False)
