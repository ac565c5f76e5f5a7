"""The outbox: what a door has to send, with retries that back off.

A message is queued → sending → sent. `sending` is written just before the other side is given the
text: who dies there has left a message of which nobody knows whether it went out, and it is shown
to a person instead of being sent a second time.
"""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from assistant.conversations import repository
from assistant.conversations.deliver import hand_off, suggest_again
from assistant.conversations.models import (
    Delivery,
    Direction,
    LedgerEntry,
    MailSwitch,
    Message,
    OutboxEntry,
    Status,
)
from assistant.customers.repository import contact_point
from prompts import say

# About nine hours in all.
MOST_ATTEMPTS = 16
FIRST_RETRY = timedelta(seconds=15)
LONGEST_RETRY = timedelta(hours=1)


def hand_over(
    session: Session, entry_id: int, claim: str, until: datetime, *, automatic: bool
) -> bool:
    """Marks the message as being handed over now; False if it may not be.

    It may not be if another has claimed it meanwhile, or it is automatic and automatic mail has
    been switched off: one statement looks at all of this.
    """
    conditions = [
        col(OutboxEntry.id) == entry_id, col(OutboxEntry.claim) == claim,
        col(OutboxEntry.state) == Delivery.QUEUED,
    ]
    if automatic:
        off = select(MailSwitch.id).where(col(MailSwitch.paused_at).is_not(None)).exists()
        conditions.append(~off)
    marked = session.execute(
        update(OutboxEntry).where(*conditions)
        .values(state=Delivery.SENDING, claim_until=until)
        .execution_options(synchronize_session=False)
    )
    return int(getattr(marked, "rowcount", 0)) == 1


def sent(session: Session, entry: OutboxEntry, message: Message) -> None:
    """The other side has accepted the message."""
    entry.state, entry.error, entry.claim = Delivery.SENT, "", ""
    message.delivery = Delivery.SENT
    session.add(session.merge(entry))
    session.add(session.merge(message))


def failed(
    session: Session, entry: OutboxEntry, message: Message, error: str, now: datetime,
    *, permanent: bool = False,
) -> bool:
    """It was not accepted: tried again after 15 s, 30 s … an hour, or given up (then True).

    What was given up is shown as failed, and the conversation waits for a person: the customer
    has had no answer.
    """
    entry.error, entry.claim, entry.claim_until = error[:500], "", None
    given_up = permanent or entry.attempts >= MOST_ATTEMPTS
    if given_up:
        entry.state = message.delivery = Delivery.FAILED
        conversation = repository.conversation(session, message.conversation_id)
        hand_off(conversation, say("not_sent", conversation.language, error=entry.error), "")
        conversation.status = Status.OPEN
        session.add(conversation)
    else:
        entry.state = Delivery.QUEUED
        entry.due_at = now + _pause(entry)
    session.add(session.merge(entry))
    session.add(session.merge(message))
    return given_up


def give_up_if_suppressed(
    session: Session, entry: OutboxEntry, message: Message, now: datetime
) -> bool:
    """Whether the message would go to an address that mail does not reach; then it has failed,
    and the ledger says why."""
    conversation = repository.conversation(session, message.conversation_id)
    point = contact_point(session, message.channel, conversation.address)
    if point is None or point.suppressed_at is None:
        return False
    failed(session, entry, message, f"Mail to this address came back ({point.bounce_reason}); "
           "nothing is sent there until an operator allows it again on the customer's page.", now,
           permanent=True)
    session.add(LedgerEntry(
        channel=message.channel, external_id=message.external_id, direction=Direction.OUTGOING,
        address=conversation.address, decision="failed", rule="suppressed_address",
        details={"since": point.suppressed_at.isoformat(), "reason": point.bounce_reason},
        conversation_id=message.conversation_id, at=now,
    ))
    return True


def hold(
    session: Session, entry: OutboxEntry, message: Message, rule: str, now: datetime
) -> None:
    """It may not go out by itself: an answer becomes a draft for an operator, with the reason."""
    conversation = repository.conversation(session, message.conversation_id)
    reason = say("held", conversation.language, rule=rule)
    reply = message.reply or {}
    session.delete(session.merge(entry))
    session.flush()
    session.delete(session.merge(message))
    if reply.get("disposition") == "send":
        hand_off(conversation, reason, "")
        conversation.status = Status.OPEN
        suggest_again(session, conversation, reply.get("draft") or message.text,
                      {**reply, "reason": reason, "reason_code": "held"}, now)
    session.add(conversation)
    session.flush()


def take_unfinished(
    session: Session, channel: str, now: datetime
) -> Sequence[tuple[OutboxEntry, Message]]:
    """Messages whose sender died while handing them over; each is given to one caller only."""
    stale = (
        col(OutboxEntry.channel) == channel, col(OutboxEntry.state) == Delivery.SENDING,
        col(OutboxEntry.claim_until) < now,
    )
    taken = []
    for entry_id in session.exec(select(OutboxEntry.id).where(*stale)).all():
        changed = session.execute(
            update(OutboxEntry).where(col(OutboxEntry.id) == entry_id, *stale)
            .values(state=Delivery.FAILED, claim="")
            .execution_options(synchronize_session=False)
        )
        if int(getattr(changed, "rowcount", 0)) == 1:
            entry = session.get(OutboxEntry, entry_id, populate_existing=True)
            message = session.get(Message, entry.message_id) if entry else None
            if entry is not None and message is not None:
                taken.append((entry, message))
    return taken


def _pause(entry: OutboxEntry) -> timedelta:
    """Doubles with each attempt; a part of it differs by message, so that what failed together
    does not come back together."""
    pause = min(FIRST_RETRY * (1 << (entry.attempts - 1)), LONGEST_RETRY)
    share = zlib.crc32(f"{entry.id}:{entry.attempts}".encode()) % 1000 / 1000
    return pause * (0.75 + share / 2)
