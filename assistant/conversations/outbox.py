"""The outbox: what a door has to send, with retries that back off."""

from datetime import datetime, timedelta

from sqlmodel import Session

from assistant.conversations import repository
from assistant.conversations.deliver import hand_off
from assistant.conversations.models import (
    Delivery,
    Direction,
    LedgerEntry,
    Message,
    OutboxEntry,
    Status,
)
from assistant.customers.repository import contact_point
from prompts import say

MOST_ATTEMPTS = 8
FIRST_RETRY = timedelta(seconds=15)


def sent(session: Session, entry: OutboxEntry, message: Message) -> None:
    """The other side has accepted the message."""
    entry.state, entry.error, entry.claim = Delivery.SENT, "", ""
    message.delivery = Delivery.SENT
    session.add(session.merge(entry))
    session.add(session.merge(message))


def failed(
    session: Session, entry: OutboxEntry, message: Message, error: str, now: datetime,
    *, permanent: bool = False,
) -> None:
    """It was not accepted: tried again after 15 s, 30 s, 60 s …, or given up.

    What was given up is shown as failed, and the conversation waits for a person: the customer
    has had no answer.
    """
    entry.error, entry.claim, entry.claim_until = error[:500], "", None
    if permanent or entry.attempts >= MOST_ATTEMPTS:
        entry.state = message.delivery = Delivery.FAILED
        conversation = repository.conversation(session, message.conversation_id)
        hand_off(conversation, say("not_sent", conversation.language, error=entry.error), "")
        conversation.status = Status.OPEN
        session.add(conversation)
    else:
        entry.due_at = now + FIRST_RETRY * 2 ** (entry.attempts - 1)
    session.add(session.merge(entry))
    session.add(session.merge(message))


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
