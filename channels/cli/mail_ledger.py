"""`yorisoi email ledger` and `yorisoi email switch`: what was decided, and the emergency stop."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from assistant.company import load_company
from assistant.conversations import ledger, limits
from assistant.conversations.ledger import Wanted
from assistant.conversations.models import LedgerEntry
from assistant.database import database_version, open_database, read_scope, session_scope
from assistant.errors import YorisoiError
from assistant.settings import Settings, load_settings
from channels.cli.output import out, print_json
from channels.cli.program import HOME, AsJson, Home, email
from channels.services import now

LONGEST_VALUES = 120


@email.command("ledger")
def show(
    home: Home = HOME,
    direction: Annotated[str, typer.Option(help="incoming or outgoing.")] = "",
    decision: Annotated[str, typer.Option(help="For example held, failed, ignored.")] = "",
    address: Annotated[str, typer.Option(help="An address, or a part of one.")] = "",
    since: Annotated[str, typer.Option(help="From this day on, as 2026-11-23.")] = "",
    until: Annotated[str, typer.Option(help="Up to and including this day.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    before: Annotated[int | None, typer.Option(help="Entries older than this number.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what was decided about each mail, by which rule, with which values; newest first."""
    settings = load_settings(home)
    zone = load_company(settings.company_folder).time_zone
    if direction not in ("", "incoming", "outgoing"):
        raise YorisoiError(f"--direction is incoming or outgoing, not {direction!r}.")
    last = _day("--until", until, zone)
    wanted = Wanted(
        direction=direction, decision=decision, address=address,
        since=_day("--since", since, zone), until=last + timedelta(days=1) if last else None,
    )
    with read_scope(_database(settings)) as session:
        entries = [_entry(one) for one in ledger.entries(session, wanted, limit, before)]
    if as_json:
        print_json(entries)
        return
    table = Table("no.", "at", "", "address", "decision", "rule", "values", box=None)
    for one in entries:
        at = datetime.fromisoformat(one["at"]).astimezone(zone)
        values = "; ".join(f"{name} {value}" for name, value in one["values"].items()
                           if value not in ("", None, [], {}))
        table.add_row(str(one["id"]), f"{at:%Y-%m-%d %H:%M:%S}", _arrow(one["direction"]),
                      one["address"], one["decision"], one["rule"], values[:LONGEST_VALUES])
    out.print(table, markup=False)


@email.command("switch")
def switch(
    state: Annotated[str, typer.Argument(help="on or off.")], home: Home = HOME,
    as_json: AsJson = False,
) -> None:
    """Turn automatic mail on or off, at once and for every process; people's mail is sent on."""
    if state not in ("on", "off"):
        raise YorisoiError(f"Say on or off, not {state!r}.")
    with session_scope(_database(load_settings(home))) as session:
        changed = limits.set_switch(session, state == "on", None, now())
    if as_json:
        print_json({"automatic_mail": state, "changed": changed})
    else:
        out.print(f"Automatic mail is {state}" + ("." if changed else ", as it was before."))


def _database(settings: Settings) -> Any:
    database = open_database(settings.database)
    has, wants = database_version(database)
    if has != wants:
        raise YorisoiError(f"The tables are at {has}, wanted is {wants}; start yorisoi serve once, "
                           "which brings them up to date.")
    return database


def _day(option: str, text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text), time(), tzinfo=zone) if text else None
    except ValueError as error:
        raise YorisoiError(f"{option} must be a day, as 2026-11-23, not {text!r}.") from error


def _entry(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "id": entry.id, "at": entry.at.isoformat(), "direction": entry.direction,
        "address": entry.address, "decision": entry.decision, "rule": entry.rule,
        "values": entry.details, "message": entry.external_id,
        "conversation": entry.conversation_id,
    }


def _arrow(direction: str) -> str:
    return "→" if direction == "outgoing" else "←"
