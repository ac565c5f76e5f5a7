"""`yorisoi replay`: past conversations answered again, after articles or settings have changed."""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from assistant.conversations.past import PastTurn, past_turns
from assistant.database import read_scope, session_scope
from assistant.errors import YorisoiError
from assistant.evaluation.replaying import Difference, Outcome, difference, moves
from assistant.settings import Settings, load_settings
from channels.cli.output import out, print_json
from channels.cli.program import HOME, AsJson, Home, program
from channels.services import Services, open_services
from knowledge.articles.ingest import ingest


@program.command()
def replay(
    articles: Annotated[Path | None, typer.Option(
        help="Answer from the articles of this folder in the place of the published ones.")] = None,
    setting: Annotated[list[str] | None, typer.Option(
        "--with", metavar="NAME=VALUE",
        help="Answer with this setting changed, such as chat_send=0.9. May be repeated.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only conversations since this day.")
                     ] = None,
    channel: Annotated[str, typer.Option(help="Only this channel: web_chat, email, phone.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many turns at most.")] = 500,
    show: Annotated[int, typer.Option(min=0, help="How many differences to show.")] = 10,
    home: Home = HOME,
    as_json: AsJson = False,
) -> None:
    """Show what would be answered otherwise. Nothing is stored and nothing is sent.

    With --articles or --with the answers of now are compared with the changed ones; without, the
    answers that were given then with those of now.
    """
    settings = load_settings(home)
    services = open_services(settings)
    moment = since.replace(tzinfo=since.tzinfo or UTC) if since else None
    with read_scope(services.engine) as session:
        turns = list(past_turns(session, services.catalogue, services.company, limit=limit,
                                since=moment, channel=channel))
    if articles is None and not setting:
        found, compared = _since_then(services, turns)
    else:
        found, compared = _changed(services, turns, articles, setting or []), len(turns)
    if as_json:
        print_json({"turns": compared, "differences": [asdict(one) for one in found]})
    else:
        _show(found, compared, show)


def _since_then(services: Services, turns: Sequence[PastTurn]) -> tuple[list[Difference], int]:
    known = [one for one in turns if one.reply]
    found = [
        difference(one.conversation_id, one.turn.text,
                   Outcome.stored(one.reply or {}, one.answered),
                   Outcome.of(services.assistant.respond(one.turn)))
        for one in known
    ]
    return [one for one in found if one], len(known)


def _changed(
    services: Services, turns: Sequence[PastTurn], articles: Path | None, setting: Sequence[str]
) -> list[Difference]:
    with tempfile.TemporaryDirectory(prefix="yorisoi-replay-") as folder:
        other = _other(services, Path(folder), articles, setting)
        found = [
            difference(one.conversation_id, one.turn.text,
                       Outcome.of(services.assistant.respond(one.turn)),
                       Outcome.of(other.assistant.respond(one.turn)))
            for one in turns
        ]
        other.engine.dispose()
    return [one for one in found if one]


def _other(
    services: Services, folder: Path, articles: Path | None, setting: Sequence[str]
) -> Services:
    """The same house with other settings and, if wanted, other articles in a database aside."""
    changes = dict(_pair(one) for one in setting)
    if articles is None:
        return open_services(load_settings(services.settings.home, **changes), services.clock,
                             services.library.embedder)
    changes["database_url"] = f"sqlite:///{folder / 'replay.db'}"
    changes["vectors"] = ""
    other = open_services(load_settings(services.settings.home, **changes), services.clock,
                          services.library.embedder)
    with session_scope(other.engine) as session:
        report = ingest(session, [articles], other.library.embedder, other.check)
    if report.refused:
        raise YorisoiError(f"{report.refused[0]}")
    with session_scope(other.engine) as session:
        other.library.refresh(session)
    return other


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    name = name.strip().lower().removeprefix("yorisoi_")
    if not equals or name not in Settings.model_fields or name == "home":
        raise YorisoiError(f"--with {text} cannot be used; write the name of a setting and its "
                           "value, such as chat_send=0.9.")
    return name, value


def _show(found: Sequence[Difference], compared: int, show: int) -> None:
    out.print(f"{compared} turns answered again, {len(found)} differ: "
              + ", ".join(f"{sum(one.change == kind for one in found)} in the {kind}"
                          for kind in ("disposition", "article", "text")), highlight=False)
    if moves(found):
        table = Table("before", "after", "turns")
        for old, new, count in moves(found):
            table.add_row(old or "–", new, str(count))
        out.print(table, highlight=False)
    for one in found[:show]:
        out.print(f"\n[bold]conversation {one.conversation_id}[/]: {one.change}", highlight=False)
        out.print(f"  ? {' '.join(one.asked.split())[:200]}", highlight=False, markup=False)
        for sign, side in (("-", one.before), ("+", one.after)):
            sources = ", ".join(side.articles) or "no article"
            out.print(f"  {sign} {side.disposition or 'none'} ({side.confidence:.2f}, {sources}) "
                      f"{' '.join(side.text.split())[:240]}", highlight=False, markup=False)
