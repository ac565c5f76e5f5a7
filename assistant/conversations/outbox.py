"""The outbox: what a door has to send, with retries that back off."""

from datetime import datetime, timedelta

from sqlmodel import Session

from assistant.conversations import repository
from assistant.conversations.deliver import hand_off
from assistant.conversations.models import Delivery, Message, OutboxEntry, Status
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
