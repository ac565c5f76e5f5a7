"""The mail ledger in words: entries, filter, switch and mailboxes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlmodel import Session

from assistant.conversations import ledger, limits, mailboxes
from assistant.conversations.ledger import Wanted
from assistant.conversations.models import Direction, LedgerEntry
from assistant.operators import repository as operators
from assistant.operators.models import Operator, Role
from channels.console.ledger_contexts import (
    Choice,
    LedgerFilter,
    LedgerPage,
    LedgerRow,
    MailboxShown,
    SwitchShown,
    ValueShown,
)
from channels.console.wording import Wording, excerpt

SHOWN = 50
LONGEST_VALUE = 300
KINDS = {"held": "warn", "failed": "danger", "quarantined": "warn", "refused": "warn",
         "sent": "good", "received": "good", "send": "good", "hand_off": "person",
         "suggest": "person"}


@dataclass(frozen=True)
class Asked:
    """What the address of the page asks for, as it was typed."""

    direction: str = ""
    decision: str = ""
    address: str = ""
    since: str = ""
    until: str = ""
    before: int | None = None

    def query(self, **changes: object) -> str:
        """The address of the page with this filter."""
        named = {name: value for name, value in (vars(self) | changes).items() if value}
        return "/console/ledger" + (f"?{urlencode(named)}" if named else "")


def ledger_page(
    session: Session, wording: Wording, operator: Operator, asked: Asked, zone: ZoneInfo,
    setting_off: bool,
) -> LedgerPage:
    """The page that is asked for; a day that cannot be read restricts nothing and is told."""
    since, until = _day(asked.since, zone), _day(asked.until, zone)
    is_bad = (asked.since != "" and since is None) or (asked.until != "" and until is None)
    wanted = Wanted(
        direction=asked.direction, decision=asked.decision, address=asked.address.strip(),
        since=since, until=until + timedelta(days=1) if until else None,
    )
    found = ledger.entries(session, wanted, SHOWN + 1, asked.before)
    shown = found[:SHOWN]
    return LedgerPage(
        rows=[_row(wording, entry) for entry in shown],
        filter=_filter(session, wording, asked),
        switch=_switch(session, wording, operator, setting_off),
        mailboxes=_mailboxes(session, wording),
        older=asked.query(before=shown[-1].id) if len(found) > SHOWN else "",
        newest=asked.query(before=None) if asked.before else "",
        problem=wording.t("ledger.bad_day") if is_bad else "",
    )


def _day(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text), time(), tzinfo=zone)
    except ValueError:
        return None


def _row(wording: Wording, entry: LedgerEntry) -> LedgerRow:
    number = entry.conversation_id
    return LedgerRow(
        at=wording.stamp(entry.at),
        moment=entry.at.isoformat(),
        direction=wording.named("direction", entry.direction),
        address=entry.address,
        decision=wording.named("decision", entry.decision),
        kind=KINDS.get(entry.decision, ""),
        # Why an answer was sent or not is said as beside a suggestion.
        rule=wording.named("rule", entry.rule) if wording.knows("rule", entry.rule)
        else wording.named("code", entry.rule),
        values=_values(wording, entry.details),
        href=f"/console/conversations/{number}?queue=all" if number else "",
    )


def _values(wording: Wording, details: Mapping[str, Any]) -> tuple[ValueShown, ...]:
    return tuple(
        ValueShown(wording.named("ledger_value", name), excerpt(_said(value), LONGEST_VALUE))
        for name, value in details.items()
        if value not in ("", None, [], {})
    )


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _filter(session: Session, wording: Wording, asked: Asked) -> LedgerFilter:
    directions = [one.value for one in Direction]
    decisions = ledger.decisions(session)
    return LedgerFilter(
        directions=_choices(wording, "direction", directions, asked.direction),
        decisions=_choices(wording, "decision", decisions, asked.decision),
        address=asked.address, since=asked.since, until=asked.until,
        active=asked.query(before=None) != "/console/ledger",
    )


def _choices(
    wording: Wording, group: str, values: list[str], selected: str
) -> tuple[Choice, ...]:
    every = Choice("", wording.t("ledger.all"), not selected)
    return (every, *(Choice(one, wording.named(group, one), one == selected) for one in values))


def _switch(
    session: Session, wording: Wording, operator: Operator, setting_off: bool
) -> SwitchShown:
    row = limits.switch(session)
    people = operators.names(session, {row.paused_by} if row.paused_by else set())
    if row.paused_at is None:
        text = wording.t("switch.setting_off" if setting_off else "switch.on_text")
    else:
        who = people.get(row.paused_by or 0, wording.t("switch.somebody"))
        text = wording.t("switch.off_text", name=who, at=wording.stamp(row.paused_at))
    on = row.paused_at is None
    return SwitchShown(
        on=on, title=wording.t("switch.on" if on and not setting_off else "switch.off"),
        text=text, may_turn=operator.role == Role.ADMINISTRATOR,
    )


def _mailboxes(session: Session, wording: Wording) -> tuple[MailboxShown, ...]:
    return tuple(
        MailboxShown(
            name=one.name,
            text=wording.t("mailbox.read", at=wording.stamp(one.looked_at)) if one.looked_at
            else wording.t("mailbox.never"),
            problem=wording.t("mailbox.failing", error=one.error,
                              at=wording.stamp(one.failing_since)) if one.failing_since else "",
        )
        for one in mailboxes.mailbox_states(session)
    )
