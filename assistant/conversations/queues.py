"""The operators' queues: the queries of the inbox page, each for a whole page at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from assistant.conversations.models import (
    Author,
    Conversation,
    Direction,
    Message,
    Mode,
    OutboxEntry,
    Status,
    SuggestedReply,
)

QUEUES = ("waiting", "mine", "automatic", "resolved", "all")
# A count stops here: nobody reads more, and an old inbox has millions.
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Waiting:
    """Since which message, and which moment, a customer has had no answer."""

    sequence: int
    since: datetime


def page(
    session: Session, queue: str, operator_id: int, *, limit: int, offset: int = 0
) -> Sequence[Conversation]:
    """A page of a queue; where people wait, who has waited longest comes first, elsewhere what
    changed last."""
    changed = col(Conversation.updated_at)
    order = changed.asc() if queue == "waiting" else changed.desc()
    return session.exec(
        select(Conversation)
        .where(_in_queue(queue, operator_id))
        .order_by(order, col(Conversation.id))
        .offset(offset)
        .limit(limit)
    ).all()


def counts(session: Session, operator_id: int) -> dict[str, int]:
    """How many conversations each queue holds, no more than MOST_COUNTED; one statement."""
    columns = []
    for queue in QUEUES:
        some = select(Conversation.id).where(_in_queue(queue, operator_id)).limit(MOST_COUNTED)
        counted = select(func.count()).select_from(some.subquery())
        columns.append(counted.scalar_subquery().label(queue))
    return {queue: int(count) for queue, count in session.execute(
        select(*columns)).mappings().one().items()}  # type: ignore[call-overload]


def waiting(session: Session, conversation_ids: Collection[int]) -> dict[int, Waiting]:
    """Those of these conversations whose customer has had no answer, and since when.

    An operator's message answers, and so does a reply that the assistant sent as an answer; the
    line with which it hands off does not.
    """
    answered = (
        select(col(Message.conversation_id).label("conversation_id"),
               func.max(Message.sequence).label("sequence"))
        .where(col(Message.conversation_id).in_(conversation_ids), _answers())
        .group_by(col(Message.conversation_id))
        .subquery()
    )
    rows = session.execute(
        select(col(Message.conversation_id), func.min(Message.sequence),
               func.min(Message.stored_at, type_=Message.stored_at.type))  # type: ignore[attr-defined]
        .outerjoin(answered, answered.c.conversation_id == Message.conversation_id)
        .where(
            col(Message.conversation_id).in_(conversation_ids),
            Message.direction == Direction.INCOMING,
            col(Message.sequence) > func.coalesce(answered.c.sequence, 0),
        )
        .group_by(col(Message.conversation_id))
    ).all()
    return {conversation_id: Waiting(sequence, since) for conversation_id, sequence, since in rows}


def reason_codes(
    session: Session, conversation_ids: Collection[int]
) -> dict[int, list[tuple[int, str]]]:
    """Why a person was asked for: (up to which message, code) of every suggestion, in order."""
    rows = session.execute(
        select(
            col(SuggestedReply.conversation_id), col(SuggestedReply.for_sequence),
            col(SuggestedReply.reply)["reason_code"].as_string(),
        )
        .where(col(SuggestedReply.conversation_id).in_(conversation_ids))
        .order_by(col(SuggestedReply.id))
    ).all()
    codes: dict[int, list[tuple[int, str]]] = {}
    for conversation_id, sequence, code in rows:
        codes.setdefault(conversation_id, []).append((sequence, code or ""))
    return codes


def first_messages(session: Session, conversation_ids: Collection[int]) -> dict[int, str]:
    """The first public text of each of these conversations, in one query."""
    first = (
        select(func.min(Message.id))
        .where(col(Message.conversation_id).in_(conversation_ids), col(Message.private).is_(False))
        .group_by(col(Message.conversation_id))
    )
    rows = session.exec(
        select(Message.conversation_id, Message.text).where(col(Message.id).in_(first))
    ).all()
    return dict(rows)


def outbox_errors(session: Session, message_ids: Collection[int]) -> dict[int, str]:
    """What the other side said about those of these messages that could not be sent."""
    rows = session.exec(
        select(OutboxEntry.message_id, OutboxEntry.error).where(
            col(OutboxEntry.message_id).in_(message_ids), OutboxEntry.error != ""
        )
    ).all()
    return dict(rows)


def _in_queue(queue: str, operator_id: int) -> ColumnElement[bool]:
    is_open = col(Conversation.status) == Status.OPEN
    if queue == "waiting":
        return and_(is_open, col(Conversation.mode) == Mode.MANUAL, _unanswered())
    if queue == "mine":
        return and_(col(Conversation.assignee_id) == operator_id,
                    col(Conversation.status) != Status.RESOLVED)
    if queue == "automatic":
        return and_(is_open, col(Conversation.mode) == Mode.AUTOMATIC)
    if queue == "resolved":
        return col(Conversation.status) == Status.RESOLVED
    return col(Conversation.id).is_not(None)


def _unanswered() -> ColumnElement[bool]:
    """The customer has written after the last operator's message."""
    last = (
        select(func.coalesce(func.max(Message.sequence), 0))
        .where(
            Message.conversation_id == Conversation.id, Message.author == Author.OPERATOR,
            col(Message.private).is_(False),
        )
        .correlate(Conversation)
        .scalar_subquery()
    )
    return col(Conversation.incoming_sequence) > last


def _answers() -> ColumnElement[bool]:
    by_operator = and_(col(Message.author) == Author.OPERATOR, col(Message.private).is_(False))
    by_assistant = and_(
        col(Message.author) == Author.ASSISTANT,
        col(Message.reply)["disposition"].as_string() == "send",
    )
    return or_(by_operator, by_assistant)
