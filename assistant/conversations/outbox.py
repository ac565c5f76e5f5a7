"""The outbox: what a door has to send, with retries that back off."""

from datetime import datetime, timedelta

from sqlmodel import Session

from assistant.conversations.models import Delivery, Message, OutboxEntry

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
    """It was not accepted: tried again after 15 s, 30 s, 60 s …, or given up and shown."""
    entry.error, entry.claim, entry.claim_until = error[:500], "", None
    if permanent or entry.attempts >= MOST_ATTEMPTS:
        entry.state = message.delivery = Delivery.FAILED
    else:
        entry.due_at = now + FIRST_RETRY * 2 ** (entry.attempts - 1)
    session.add(session.merge(entry))
    session.add(session.merge(message))
