"""Came back: what a delivery report about a message of ours means for the customer's address.

1. The report names a message that we sent: its address's health changes, and the message counts
   as failed. Only those who had the message know its id, so nobody can forge such a report about
   another's address.
2. It names none, but something went to that address a few days ago: it counts, but never
   suppresses. Many old mail systems return no header.
3. Else nothing changes; the ledger alone remembers it.
No conversation changes its state.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from assistant.conversations import repository
from assistant.conversations.models import Delivery, Message
from assistant.customers import health
from assistant.customers.models import ContactPoint
from assistant.customers.repository import contact_point

RECENT = timedelta(days=5)
SOFT = "soft"


@dataclass(frozen=True)
class CameBack:
    """What followed: suppressed, counted, counted_unproven, known or unrelated; and where."""

    outcome: str
    address: str = ""
    conversation_id: int | None = None


def came_back(
    session: Session, channel: str, external_ids: Collection[str], addresses: Collection[str],
    kind: str, reason: str, now: datetime,
) -> CameBack:
    """Applies one report; `kind` is hard, soft or full, `external_ids` the messages that it
    names, `addresses` the names of the recipient in it."""
    message = repository.outgoing(session, channel, external_ids)
    if message is not None:
        return _proven(session, message, kind, reason, now)
    recent = None if external_ids else repository.wrote_to(
        session, channel, addresses, now - RECENT)
    point = contact_point(session, channel, recent) if recent else None
    if point is None:
        return CameBack("unrelated")
    health.bounced(session, point, SOFT, reason, now)
    return CameBack("counted_unproven", point.address)


def _proven(
    session: Session, message: Message, kind: str, reason: str, now: datetime
) -> CameBack:
    conversation = repository.conversation(session, message.conversation_id)
    at = CameBack("known", conversation.address, conversation.id)
    if message.details.get("came_back"):
        return at  # one message counts once, however often it is reported
    message.details = {**message.details, "came_back": {"kind": kind, "reason": reason}}
    message.delivery = Delivery.FAILED
    session.add(message)
    point = contact_point(session, message.channel, conversation.address)
    if point is None:
        return at
    health.bounced(session, point, kind, reason, now)
    return CameBack(_outcome(point), point.address, conversation.id)


def _outcome(point: ContactPoint) -> str:
    return "suppressed" if point.suppressed_at is not None else "counted"
