"""Split and join: an operator puts right which messages belong together; both can be undone.

Every deed locks the conversations that it touches, drops the answer that is being made for their
old state (its claim is cleared), and keeps in `Regrouping` what it changed. A mail that arrives
meanwhile waits for the lock and then goes where the messages have gone (`repository.locked`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from assistant.conversations import repository
from assistant.conversations.deliver import hand_off
from assistant.conversations.models import (
    Conversation,
    Direction,
    Message,
    Mode,
    Regrouping,
    Status,
)
from assistant.customers.repository import contact_point
from assistant.customers.tier import Tier
from assistant.errors import NotFound, YorisoiError
from assistant.operators.models import Operator

SPLIT, JOIN = "split", "join"
# What a deed may change in a conversation, and an undo puts back.
KEPT = ("status", "mode", "tier", "assignee_id", "handoff_reason", "handoff_summary",
        "seen_sequence", "joined_into_id")


class CannotRegroup(YorisoiError):
    """These messages cannot be split off or joined; `code` names the reason for the words of a
    page."""

    status_code = 409

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def split(
    session: Session, conversation_id: int, sequence: int, operator: Operator, now: datetime,
    *, with_following: bool = False, reason: str = "",
) -> Conversation:
    """Moves a customer's message into a new conversation (with `with_following`, all that come
    after it, too) and returns that; it is the operator's, and the assistant suggests a reply.

    Raises NotFound for a message that is not there, CannotRegroup for one that is not the
    customer's or if nothing would be left behind.
    """
    source = _locked(session, [conversation_id])[0]
    messages = repository.messages(session, conversation_id)
    chosen = next((one for one in messages if one.sequence == sequence), None)
    if chosen is None:
        raise NotFound(f"There is no message {sequence} in conversation {conversation_id}.")
    if chosen.direction != Direction.INCOMING:
        raise CannotRegroup("not_incoming", "Only a message of the customer can be split off.")
    moved = [one for one in messages
             if one is chosen or (with_following and one.sequence > sequence)]
    left = [one for one in messages if one not in moved]
    if not any(one.direction == Direction.INCOMING for one in left):
        raise CannotRegroup("nothing_left", "No message of the customer would be left behind.")
    target = _opened(session, source, chosen, now)
    before = {str(one.id): _state(one) for one in (source, target)}
    places = _move(session, moved, target, now)
    _settle(session, source, now)
    hand_off(target, reason, "")
    target.assignee_id = operator.id
    _settle(session, target, now)
    # What is new to the operator gets a suggestion, answered before or not.
    target.seen_sequence, target.due_at = 0, now
    _record(session, SPLIT, source, target, places, before, operator, now)
    return target


def join(
    session: Session, conversation_id: int, other_id: int, operator: Operator, now: datetime,
    *, reason: str = "",
) -> Conversation:
    """Moves all messages of the other conversation to the end of this one and returns this.

    If something is unanswered in either, the conversation is the operator's: nothing that was
    answered before is answered again by itself. Raises CannotRegroup unless both are of one
    customer and one channel, and by one address or by two that are both known to be theirs.
    """
    if conversation_id == other_id:
        raise CannotRegroup("same", "A conversation cannot be joined to itself.")
    first, second = _locked(session, [conversation_id, other_id])
    target, source = (first, second) if first.id == conversation_id else (second, first)
    _check_join(session, target, source)
    before = {str(one.id): _state(one) for one in (source, target)}
    waiting = any(one.incoming_sequence > one.seen_sequence for one in (source, target))
    target_seen = target.seen_sequence >= target.incoming_sequence
    places = _move(session, repository.messages(session, source.id or 0), target, now)
    last = max((after for _, _, after in places), default=0)
    source.joined_into_id = target.id
    source.status, source.assignee_id = Status.RESOLVED, None
    _settle(session, source, now)
    _settle(session, target, now)
    target.tier = min(Tier(target.tier), Tier(source.tier), key=list(Tier).index)
    if waiting or Mode.MANUAL in (target.mode, source.mode):
        if target.mode == Mode.AUTOMATIC:
            hand_off(target, reason, "")
        target.assignee_id = target.assignee_id or operator.id
        target.status = Status.OPEN
    if not waiting:
        target.seen_sequence = max(target.seen_sequence, last)
    elif target_seen:
        seen = [after for _, old, after in places if old <= before[str(source.id)]["seen_sequence"]]
        target.seen_sequence = max([target.seen_sequence, *seen])
    target.due_at = now if waiting else None
    _record(session, JOIN, source, target, places, before, operator, now)
    return target


def undo(session: Session, regrouping_id: int, operator: Operator, now: datetime) -> Regrouping:
    """Puts the messages back where they were, and what had been changed in both conversations.

    Messages that came after a join stay where they are. Raises NotFound, or CannotRegroup if it
    was undone before, if something else was regrouped since, or if the conversation that was split
    off has gone on.
    """
    kept = session.get(Regrouping, regrouping_id)
    if kept is None:
        raise NotFound(f"There is no regrouping {regrouping_id}.")
    locked = {one.id: one for one in _locked(session, [kept.source_id, kept.target_id])}
    source, target = locked[kept.source_id], locked[kept.target_id]
    session.refresh(kept)
    if kept.undone_at is not None:
        raise CannotRegroup("undone", "This has been undone already.")
    if last_of(session, [kept.source_id, kept.target_id]) != kept.id:
        raise CannotRegroup("later", "Something was split or joined since; undo that first.")
    numbers = {number: old for number, old, _ in kept.moved}
    here = repository.messages(session, target.id or 0)
    if kept.kind == SPLIT and any(one.id not in numbers for one in here):
        raise CannotRegroup("gone_on", "The conversation that was split off has gone on; join the "
                            "two instead.")
    for message in here:
        if message.id in numbers:
            message.conversation_id = source.id or 0
            message.sequence = numbers[message.id]
            session.add(message)
    session.flush()
    _put_back(source, kept.before[str(source.id)])
    if kept.kind == SPLIT:
        target.joined_into_id, target.status = source.id, Status.RESOLVED
    else:
        _put_back(target, kept.before[str(target.id)])
    for conversation in (source, target):
        _settle(session, conversation, now)
        is_waiting = conversation.incoming_sequence > conversation.seen_sequence
        if is_waiting and conversation.joined_into_id is None:
            conversation.due_at = now
    kept.undone_at, kept.undone_by = now, operator.id
    session.add(kept)
    session.flush()
    return kept


def last_of(session: Session, conversation_ids: Iterable[int]) -> int | None:
    """The newest deed that touches these conversations and was not undone, or None."""
    ids = list(conversation_ids)
    return session.exec(
        select(Regrouping.id)
        .where(or_(col(Regrouping.source_id).in_(ids), col(Regrouping.target_id).in_(ids)),
               col(Regrouping.undone_at).is_(None))
        .order_by(col(Regrouping.id).desc())
    ).first()


def _check_join(session: Session, target: Conversation, source: Conversation) -> None:
    if target.joined_into_id or source.joined_into_id:
        raise CannotRegroup("joined", "One of the two has been joined to another already.")
    if target.customer_id != source.customer_id:
        raise CannotRegroup("other_customer", "The two are of different customers.")
    if target.channel != source.channel or target.channel != "email":
        raise CannotRegroup("other_channel", "Only two conversations by mail can be joined.")
    if target.address != source.address and not all(
        _is_theirs(session, one) for one in (target, source)
    ):
        raise CannotRegroup("other_address", "The two are by different addresses, and not both "
                            "are known to be the customer's.")


def _is_theirs(session: Session, conversation: Conversation) -> bool:
    point = contact_point(session, conversation.channel, conversation.address)
    return (point is not None and point.verified_at is not None
            and point.customer_id == conversation.customer_id)


def _locked(session: Session, ids: Sequence[int]) -> list[Conversation]:
    """These conversations themselves, locked in the order of their ids, so that two operators
    never wait for each other."""
    query = (
        select(Conversation).where(col(Conversation.id).in_(set(ids)))
        .order_by(col(Conversation.id)).with_for_update()
    )
    session.flush()
    found = list(session.exec(query.execution_options(populate_existing=True)).all())
    if len(found) != len(set(ids)):
        raise NotFound("There is no such conversation.")
    return found


def _opened(
    session: Session, source: Conversation, message: Message, now: datetime
) -> Conversation:
    subject = message.details.get("mail", {}).get("subject") or source.subject
    opened = Conversation(
        customer_id=source.customer_id, channel=source.channel, address=source.address,
        subject=subject, tier=source.tier, language=message.language or source.language,
        created_at=now, updated_at=now,
    )
    session.add(opened)
    session.flush()
    return opened


def _move(
    session: Session, messages: Sequence[Message], target: Conversation, now: datetime
) -> list[list[int]]:
    """Appends the messages in their order; [id, sequence before, sequence after] of each."""
    places = []
    for message in messages:
        old = message.sequence
        new = repository.next_sequence(session, target.id or 0)
        # Both at once: between the two, another message would have the same place.
        session.execute(
            update(Message).where(col(Message.id) == message.id)
            .values(conversation_id=target.id, sequence=new)
            .execution_options(synchronize_session=False)
        )
        session.refresh(message)
        places.append([message.id or 0, old, new])
    session.refresh(target)
    target.updated_at = now
    return places


def _settle(session: Session, conversation: Conversation, now: datetime) -> None:
    """What follows from the messages that are there now; an answer in the making is dropped."""
    session.flush()
    incoming = [one.sequence for one in repository.messages(session, conversation.id or 0)
                if one.direction == Direction.INCOMING]
    conversation.incoming_sequence = max(incoming, default=0)
    if conversation.incoming_sequence <= conversation.seen_sequence:
        conversation.due_at = None
    conversation.claim, conversation.claim_until = "", None
    conversation.updated_at = now
    repository.retire_suggestions(session, conversation.id or 0)
    session.add(conversation)


def _state(conversation: Conversation) -> dict[str, Any]:
    return {name: getattr(conversation, name) for name in KEPT}


def _put_back(conversation: Conversation, state: Mapping[str, Any]) -> None:
    for name in KEPT:
        setattr(conversation, name, state[name])


def _record(
    session: Session, kind: str, source: Conversation, target: Conversation,
    places: list[list[int]], before: dict[str, dict[str, Any]], operator: Operator, now: datetime,
) -> None:
    session.add_all([source, target, Regrouping(
        kind=kind, source_id=source.id or 0, target_id=target.id or 0, moved=places,
        before=before, operator_id=operator.id or 0, at=now,
    )])
    session.flush()
