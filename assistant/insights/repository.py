"""Queries for insights: what customers asked, which articles they were answered from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from assistant.conversations.models import Author, Conversation, Message, SuggestedReply
from assistant.insights.models import SettledFinding

# A busy month; what is older is of no use for what to write next.
MOST_ROWS = 20_000


def suggestions(session: Session, since: datetime) -> Sequence[tuple[int, str, datetime, Any]]:
    """Return (customer, state, time, reply) of the replies that did not go out by themselves,
    the newest first."""
    return session.exec(
        select(
            Conversation.customer_id, SuggestedReply.state, SuggestedReply.created_at,
            SuggestedReply.reply,
        )
        .join(Conversation, col(Conversation.id) == SuggestedReply.conversation_id)
        .where(col(SuggestedReply.created_at) >= since)
        .order_by(col(SuggestedReply.id).desc())
        .limit(MOST_ROWS)
    ).all()


def answers(session: Session, since: datetime) -> Sequence[tuple[int, datetime, Any]]:
    """Return (customer, time, reply) of the assistant's own messages, the newest first."""
    return session.exec(
        select(Conversation.customer_id, Message.stored_at, Message.reply)
        .join(Conversation, col(Conversation.id) == Message.conversation_id)
        .where(Message.author == Author.ASSISTANT, col(Message.stored_at) >= since)
        .order_by(col(Message.id).desc())
        .limit(MOST_ROWS)
    ).all()


def settled_keys(session: Session) -> set[str]:
    """Return the keys of the findings that are settled."""
    return set(session.exec(select(SettledFinding.key)))


def settle(
    session: Session, key: str, kind: str, operator_id: int | None, now: datetime
) -> None:
    """Keep that this finding is right as it is; a second time changes nothing."""
    if session.get(SettledFinding, key) is None:
        session.add(SettledFinding(key=key, kind=kind, operator_id=operator_id, at=now))
        session.flush()


def unsettle(session: Session, key: str) -> bool:
    """Forget that it was settled; returns whether it was."""
    found = session.get(SettledFinding, key)
    if found is None:
        return False
    session.delete(found)
    session.flush()
    return True
