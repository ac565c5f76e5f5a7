"""All queries about conversations, messages, suggestions and the outbox."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, update
from sqlmodel import Session, col, select

from assistant.conversations.models import (
    Conversation,
    Delivery,
    Direction,
    Draft,
    Message,
    Mode,
    OutboxEntry,
    SuggestedReply,
    SuggestionState,
)
from assistant.errors import NotFound


def conversation(session: Session, conversation_id: int) -> Conversation:
    """The conversation as the database has it now; raises NotFound."""
    found = session.get(Conversation, conversation_id, populate_existing=True)
    if found is None:
        raise NotFound(f"There is no conversation {conversation_id}.")
    return found


def message_by_external_id(session: Session, channel: str, external_id: str) -> Message | None:
    """The message that came with this id through this channel, or None."""
    return session.exec(
        select(Message).where(Message.channel == channel, Message.external_id == external_id)
    ).first()


def outgoing(
    session: Session, channel: str, external_ids: Collection[str]
) -> Message | None:
    """The newest message of ours with one of these ids, or None."""
    if not external_ids:
        return None
    return session.exec(
        select(Message)
        .where(
            Message.channel == channel, Message.direction == Direction.OUTGOING,
            col(Message.external_id).in_(external_ids),
        )
        .order_by(col(Message.id).desc())
    ).first()


def wrote_to(
    session: Session, channel: str, addresses: Collection[str], since: datetime
) -> str | None:
    """Which of these addresses a message of ours has gone to since then; None if none has."""
    return session.exec(
        select(Conversation.address)
        .join(Message, col(Message.conversation_id) == Conversation.id)
        .where(
            Conversation.channel == channel, col(Conversation.address).in_(addresses),
            Message.direction == Direction.OUTGOING, col(Message.private).is_(False),
            col(Message.stored_at) > since,
        )
        .limit(1)
    ).first()


def thread(
    session: Session, channel: str, address: str, external_ids: Sequence[str]
) -> tuple[Conversation, str] | None:
    """The conversation with this address that holds one of these messages, and which of them: the
    nearest that is known counts. None if there is none, whoever else knows the messages."""
    if not external_ids:
        return None
    rows = session.exec(
        select(Message.external_id, Conversation)
        .join(Conversation, col(Message.conversation_id) == Conversation.id)
        .where(
            Conversation.channel == channel,
            Conversation.address == address,
            col(Message.external_id).in_(external_ids),
        )
    ).all()
    found = dict(rows)
    nearest = next((one for one in external_ids if one in found), None)
    return (found[nearest], nearest) if nearest is not None else None


def locked(session: Session, conversation_id: int) -> Conversation:
    """The conversation as it is now, locked until the commit; one that was joined to another is
    that other. Raises NotFound."""
    session.flush()
    query = select(Conversation).where(Conversation.id == conversation_id).with_for_update()
    found = session.exec(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(f"There is no conversation {conversation_id}.")
    return locked(session, found.joined_into_id) if found.joined_into_id else found


def current(session: Session, channel: str, address: str) -> Conversation | None:
    """The newest conversation with this address in this channel, or None."""
    return session.exec(
        select(Conversation)
        .where(Conversation.channel == channel, Conversation.address == address)
        .order_by(col(Conversation.id).desc())
    ).first()


def next_sequence(session: Session, conversation_id: int) -> int:
    """Takes the next number of the conversation; the row stays locked until the commit."""
    session.flush()
    session.execute(
        update(Conversation)
        .where(col(Conversation.id) == conversation_id)
        .values(last_sequence=Conversation.last_sequence + 1)
        .execution_options(synchronize_session=False)
    )
    return conversation(session, conversation_id).last_sequence


def messages(
    session: Session, conversation_id: int, *, after: int = 0, before: int | None = None,
    private: bool = True, limit: int | None = None,
) -> Sequence[Message]:
    """Messages with a sequence above `after`, in order; the last `limit` of them if it is set."""
    query = select(Message).where(
        Message.conversation_id == conversation_id, Message.sequence > after
    )
    if before is not None:
        query = query.where(Message.sequence < before)
    if not private:
        query = query.where(col(Message.private).is_(False))
    if limit is None:
        return session.exec(query.order_by(col(Message.sequence))).all()
    newest = session.exec(query.order_by(col(Message.sequence).desc()).limit(limit)).all()
    return list(reversed(newest))


def is_any_due(session: Session, now: datetime) -> bool:
    """Whether a conversation waits that nobody has claimed."""
    free = or_(col(Conversation.claim) == "", col(Conversation.claim_until) < now)
    query = select(Conversation.id).where(col(Conversation.due_at) <= now, free).limit(1)
    return session.exec(query).first() is not None


def claim_due(
    session: Session, now: datetime, token: str, seconds: float
) -> Conversation | None:
    """Claims the conversation that has waited longest, or None if none is due.

    The claim is one conditional update; that it touched exactly one row is the lock.
    """
    free = or_(col(Conversation.claim) == "", col(Conversation.claim_until) < now)
    candidates = session.exec(
        select(Conversation.id)
        .where(col(Conversation.due_at) <= now, free)
        .order_by(col(Conversation.due_at))
        .limit(5)
    ).all()
    for conversation_id in candidates:
        claimed = session.execute(
            update(Conversation)
            .where(col(Conversation.id) == conversation_id, col(Conversation.due_at) <= now, free)
            .values(claim=token, claim_until=now + timedelta(seconds=seconds),
                    attempts=Conversation.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        if _touched(claimed) == 1 and conversation_id is not None:
            return conversation(session, conversation_id)
    return None


def finish_turn(
    session: Session, conversation_id: int, token: str, seen: int, mode: Mode
) -> bool:
    """Whether the turn is still wanted; if so it is closed, in one compare-and-set.

    False if the claim has gone to another, something newer came in, or the mode has changed.
    """
    closed = session.execute(
        update(Conversation)
        .where(
            col(Conversation.id) == conversation_id,
            col(Conversation.claim) == token,
            col(Conversation.incoming_sequence) == seen,
            col(Conversation.mode) == mode,
        )
        .values(seen_sequence=seen, due_at=None, claim="", claim_until=None, attempts=0)
        .execution_options(synchronize_session=False)
    )
    return _touched(closed) == 1


def release(session: Session, conversation_id: int, token: str) -> None:
    """Gives a claim back, so that the conversation is due again."""
    session.execute(
        update(Conversation)
        .where(col(Conversation.id) == conversation_id, col(Conversation.claim) == token)
        .values(claim="", claim_until=None)
        .execution_options(synchronize_session=False)
    )


def is_outbox_due(session: Session, channel: str, now: datetime) -> bool:
    """Whether this channel has to send something, or somebody died while sending."""
    free = or_(col(OutboxEntry.claim) == "", col(OutboxEntry.claim_until) < now)
    query = select(OutboxEntry.id).where(
        OutboxEntry.channel == channel,
        or_(
            and_(col(OutboxEntry.state) == Delivery.QUEUED, col(OutboxEntry.due_at) <= now, free),
            and_(col(OutboxEntry.state) == Delivery.SENDING, col(OutboxEntry.claim_until) < now),
        ),
    )
    return session.exec(query.limit(1)).first() is not None


def release_outbox(session: Session, entry_id: int, claim: str) -> None:
    """Gives the claim on a message back, so that it is due again."""
    session.execute(
        update(OutboxEntry)
        .where(col(OutboxEntry.id) == entry_id, col(OutboxEntry.claim) == claim,
               col(OutboxEntry.state) == Delivery.QUEUED)
        .values(claim="", claim_until=None)
        .execution_options(synchronize_session=False)
    )


def claim_outbox(
    session: Session, channel: str, now: datetime, token: str, seconds: float
) -> tuple[OutboxEntry, Message] | None:
    """Claims the oldest message that this channel has to send, or None."""
    free = or_(col(OutboxEntry.claim) == "", col(OutboxEntry.claim_until) < now)
    due = (
        col(OutboxEntry.channel) == channel, col(OutboxEntry.state) == Delivery.QUEUED,
        col(OutboxEntry.due_at) <= now, free,
    )
    candidates = session.exec(
        select(OutboxEntry.id).where(*due).order_by(col(OutboxEntry.id)).limit(5)
    ).all()
    for entry_id in candidates:
        claimed = session.execute(
            update(OutboxEntry)
            .where(col(OutboxEntry.id) == entry_id, *due)
            .values(claim=token, claim_until=now + timedelta(seconds=seconds),
                    attempts=OutboxEntry.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        if _touched(claimed) == 1:
            entry = session.get(OutboxEntry, entry_id, populate_existing=True)
            message = session.get(Message, entry.message_id) if entry else None
            if entry is not None and message is not None:
                return entry, message
    return None


def outbox_entry(session: Session, message_id: int) -> OutboxEntry | None:
    """The outbox row of a message, or None if no door has to send it."""
    return session.exec(select(OutboxEntry).where(OutboxEntry.message_id == message_id)).first()


def open_suggestion(session: Session, conversation_id: int) -> SuggestedReply | None:
    """The suggestion that an operator may take now, or None."""
    return session.exec(
        select(SuggestedReply)
        .where(
            SuggestedReply.conversation_id == conversation_id,
            SuggestedReply.state == SuggestionState.OPEN,
        )
        .order_by(col(SuggestedReply.id).desc())
    ).first()


def retire_suggestions(session: Session, conversation_id: int) -> None:
    """Marks open suggestions stale: something newer has come."""
    session.execute(
        update(SuggestedReply)
        .where(
            col(SuggestedReply.conversation_id) == conversation_id,
            col(SuggestedReply.state) == SuggestionState.OPEN,
        )
        .values(state=SuggestionState.STALE)
        .execution_options(synchronize_session="fetch")
    )


def of_customer(session: Session, customer_id: int, limit: int = 100) -> Sequence[Conversation]:
    """One customer's conversations, newest first, without those joined to another."""
    return session.exec(
        select(Conversation)
        .where(Conversation.customer_id == customer_id,
               col(Conversation.joined_into_id).is_(None))
        .order_by(col(Conversation.created_at).desc())
        .limit(limit)
    ).all()


def draft(session: Session, conversation_id: int, operator_id: int) -> Draft | None:
    """What this operator has begun to write here, or None."""
    return session.exec(
        select(Draft).where(
            Draft.conversation_id == conversation_id, Draft.operator_id == operator_id
        )
    ).first()


def unanswered(messages_: Sequence[Message], seen: int) -> list[Message]:
    """The customer's messages that no answer has taken in yet."""
    return [m for m in messages_ if m.sequence > seen and m.direction == Direction.INCOMING]


def _touched(result: object) -> int:
    return int(getattr(result, "rowcount", 0))
