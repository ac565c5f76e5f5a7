"""What was suggested to a customer before, and whether they said no."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from assistant.conversations.models import Author, Conversation, Direction, Message
from assistant.customers.recalled import Offered
from assistant.engine.words import Words
from knowledge.text import normalize

MOST = 200


def offered(
    session: Session, customer_id: int, since: datetime, marks: Mapping[str, Sequence[Any]]
) -> tuple[Offered, ...]:
    """The suggestions in what was written to this customer since then, the newest first."""
    rows = session.exec(
        select(Message)
        .join(Conversation, col(Conversation.id) == Message.conversation_id)
        .where(Conversation.customer_id == customer_id, Message.author == Author.ASSISTANT,
               col(Message.reply).is_not(None), Message.sent_at >= since)
        .order_by(col(Message.sent_at).desc()).limit(MOST)
    )
    declines = Words(marks.get("declines", ()))
    return tuple(
        Offered(str((message.reply or {})["suggestion"]), message.sent_at,
                _said_no(session, message, declines))
        for message in rows if (message.reply or {}).get("suggestion")
    )


def _said_no(session: Session, message: Message, declines: Words) -> bool:
    """Whether the customer's next message after it is a no."""
    answer = session.exec(
        select(Message)
        .where(Message.conversation_id == message.conversation_id,
               Message.sequence > message.sequence, Message.direction == Direction.INCOMING)
        .order_by(col(Message.sequence)).limit(1)
    ).first()
    return answer is not None and declines.in_text(normalize(answer.text))
