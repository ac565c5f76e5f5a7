"""The ledger: what was decided about each mail in and out, by which rule, with which values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from assistant.conversations.models import LedgerEntry


@dataclass(frozen=True)
class Decision:
    """What was decided, the rule that decided it, and the values that the rule looked at."""

    decision: str
    rule: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """Which entries to show; what is empty or None does not restrict.

    `address` may be a part of one; the moments are from (including) and until (excluding).
    """

    channel: str = "email"
    direction: str = ""
    decision: str = ""
    address: str = ""
    since: datetime | None = None
    until: datetime | None = None
    conversation_id: int | None = None


def record(
    session: Session, channel: str, external_id: str, direction: str, address: str,
    decision: Decision, now: datetime, conversation_id: int | None = None,
) -> None:
    """Writes a decision down, in the transaction that carries it out."""
    session.add(LedgerEntry(
        channel=channel, external_id=external_id, direction=direction, address=address,
        decision=decision.decision, rule=decision.rule, details=dict(decision.values),
        conversation_id=conversation_id, at=now,
    ))


def entries(
    session: Session, wanted: Wanted, limit: int, before: int | None = None
) -> Sequence[LedgerEntry]:
    """The newest entries that are wanted; with `before`, those older than that entry's id."""
    query = select(LedgerEntry).where(LedgerEntry.channel == wanted.channel)
    if before is not None:
        query = query.where(col(LedgerEntry.id) < before)
    for name in ("direction", "decision", "conversation_id"):
        value = getattr(wanted, name)
        if value:
            query = query.where(getattr(LedgerEntry, name) == value)
    if wanted.address:
        query = query.where(col(LedgerEntry.address).icontains(wanted.address, autoescape=True))
    if wanted.since is not None:
        query = query.where(col(LedgerEntry.at) >= wanted.since)
    if wanted.until is not None:
        query = query.where(col(LedgerEntry.at) < wanted.until)
    return session.exec(query.order_by(col(LedgerEntry.id).desc()).limit(limit)).all()


def decisions(session: Session, channel: str = "email") -> list[str]:
    """Every decision that the ledger holds, for a list to choose from."""
    query = select(LedgerEntry.decision).where(LedgerEntry.channel == channel).distinct()
    return sorted(session.exec(query).all())
