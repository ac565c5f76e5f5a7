"""The operators' queues: the queries of the inbox page, each for a whole page at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy.orm import aliased
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
    """A page of a queue; where people wait, emergencies come first, then who has waited longest,
    elsewhere what changed last."""
    order = (
        (_unanswered_emergency().desc(), _unanswered_since().asc())
        if queue == "waiting" else (col(Conversation.updated_at).desc(),)
    )
    return session.exec(
        select(Conversation)
        .where(_in_queue(queue, operator_id))
        .order_by(*order, col(Conversation.id))
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
        select(*columns)).mappings().one().items()}


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


def last_messages(
    session: Session, conversation_ids: Collection[int]
) -> dict[int, Message]:
    """The newest public message of each of these conversations, in one query."""
    newest = (
        select(func.max(Message.id))
        .where(col(Message.conversation_id).in_(conversation_ids), col(Message.private).is_(False))
        .group_by(col(Message.conversation_id))
    )
    rows = session.exec(select(Message).where(col(Message.id).in_(newest))).all()
    return {message.conversation_id: message for message in rows}


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
    # What was joined to another conversation is shown there.
    is_one = col(Conversation.joined_into_id).is_(None)
    if queue == "resolved":
        return and_(col(Conversation.status) == Status.RESOLVED, is_one)
    return is_one


def _unanswered() -> ColumnElement[bool]:
    """The customer has written after the last operator's message."""
    return col(Conversation.incoming_sequence) > _last_by_operator()


def _unanswered_since() -> ColumnElement[datetime]:
    """When the customer wrote the first message that no operator has answered."""
    return (
        select(func.min(Message.stored_at))
        .where(
            Message.conversation_id == Conversation.id,
            Message.direction == Direction.INCOMING,
            col(Message.sequence) > _last_by_operator(),
        )
        .correlate(Conversation)
        .scalar_subquery()
    )


def _unanswered_emergency() -> ColumnElement[bool]:
    return (
        select(SuggestedReply.id)
        .where(
            SuggestedReply.conversation_id == Conversation.id,
            col(SuggestedReply.reply)["reason_code"].as_string() == "emergency",
            col(SuggestedReply.for_sequence) > _last_by_operator(),
        )
        .correlate(Conversation)
        .exists()
    )


def _last_by_operator() -> ColumnElement[int]:
    """The sequence of the last message that an operator wrote to the customer, or 0."""
    by_operator = aliased(Message)
    return (
        select(func.coalesce(func.max(by_operator.sequence), 0))
        .where(
            by_operator.conversation_id == Conversation.id,
            by_operator.author == Author.OPERATOR,
            col(by_operator.private).is_(False),
        )
        .correlate(Conversation)
        .scalar_subquery()
    )


def _answers() -> ColumnElement[bool]:
    by_operator = and_(col(Message.author) == Author.OPERATOR, col(Message.private).is_(False))
    by_assistant = and_(
        col(Message.author) == Author.ASSISTANT,
        col(Message.reply)["disposition"].as_string() == "send",
    )
    return or_(by_operator, by_assistant)
