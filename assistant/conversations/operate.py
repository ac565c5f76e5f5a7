"""What operators do to a conversation. Each refuses what was decided on an older state."""

import uuid
from datetime import datetime

from rapidfuzz.distance import Levenshtein
from sqlmodel import Session

from assistant.conversations import repository
from assistant.conversations.deliver import hand_off, send
from assistant.conversations.models import (
    Author,
    Conversation,
    Direction,
    Draft,
    Message,
    Mode,
    Status,
    SuggestionState,
)
from assistant.conversations.receive import append
from assistant.errors import Refused, YorisoiError
from assistant.operators.models import Operator

LONGEST_TEXT = 20_000


def answer(
    session: Session, conversation_id: int, operator: Operator, text: str, seen: int,
    now: datetime, *, suggestion_id: int | None = None,
) -> Message:
    """Sends the operator's text; the conversation becomes theirs.

    Refused if the customer has written after message `seen`: nobody answers blind. A suggestion
    that was taken is recorded as accepted or edited, with the edit distance.
    """
    text = text.strip()
    if not text:
        raise YorisoiError("The reply is empty; write something first.")
    if len(text) > LONGEST_TEXT:
        raise YorisoiError(f"The reply is longer than {LONGEST_TEXT} characters; shorten it.")
    conversation = _still_here(session, conversation_id)
    if conversation.incoming_sequence > seen:
        raise Refused("The customer has written again meanwhile; read it before you send.")
    if suggestion_id is not None:
        _record_use(session, conversation_id, suggestion_id, text)
    repository.retire_suggestions(session, conversation_id)
    message = send(session, conversation, _written(conversation, operator, text, now))
    conversation.mode = Mode.MANUAL
    conversation.assignee_id = operator.id
    conversation.seen_sequence = max(conversation.seen_sequence, seen)
    conversation.due_at = None
    conversation.status = Status.OPEN
    session.add(conversation)
    keep_draft(session, conversation_id, operator, "", now)
    return message


def note(
    session: Session, conversation_id: int, operator: Operator, text: str, now: datetime
) -> Message:
    """Stores a private note that only operators see."""
    if not text.strip():
        raise YorisoiError("The note is empty; write something first.")
    conversation = _still_here(session, conversation_id)
    message = _written(conversation, operator, text.strip(), now)
    message.private = True
    return append(session, conversation, message)


def take_over(
    session: Session, conversation_id: int, operator: Operator, reason: str
) -> Conversation:
    """The assistant falls silent and the conversation is the operator's."""
    conversation = repository.conversation(session, conversation_id)
    if conversation.mode == Mode.AUTOMATIC:
        hand_off(conversation, reason, "")
    conversation.assignee_id = operator.id
    session.add(conversation)
    session.flush()
    return conversation


def give_back(session: Session, conversation_id: int) -> Conversation:
    """The assistant answers the next message again."""
    conversation = repository.conversation(session, conversation_id)
    conversation.mode, conversation.assignee_id = Mode.AUTOMATIC, None
    conversation.handoff_reason = conversation.handoff_summary = ""
    conversation.seen_sequence = conversation.incoming_sequence
    conversation.due_at = None
    repository.retire_suggestions(session, conversation_id)
    session.add(conversation)
    session.flush()
    return conversation


def resolve(session: Session, conversation_id: int, now: datetime) -> Conversation:
    """The matter is settled; a new message from the customer reopens it."""
    conversation = repository.conversation(session, conversation_id)
    conversation.status, conversation.resolved_at = Status.RESOLVED, now
    conversation.due_at = None
    conversation.seen_sequence = conversation.incoming_sequence
    repository.retire_suggestions(session, conversation_id)
    session.add(conversation)
    session.flush()
    return conversation


def reject_suggestion(session: Session, conversation_id: int, suggestion_id: int) -> None:
    """The operator does not want this suggestion; Refused if it is stale already."""
    suggestion = repository.open_suggestion(session, conversation_id)
    if suggestion is None or suggestion.id != suggestion_id:
        raise Refused("This suggestion is out of date; a newer one may be there.")
    suggestion.state = SuggestionState.REJECTED
    session.add(suggestion)


def keep_draft(
    session: Session, conversation_id: int, operator: Operator, text: str, now: datetime
) -> None:
    """Keeps what the operator has begun to write; an empty text removes it."""
    kept = repository.draft(session, conversation_id, operator.id or 0)
    if not text:
        if kept is not None:
            session.delete(kept)
        return
    if kept is None:
        kept = Draft(conversation_id=conversation_id, operator_id=operator.id or 0,
                     text=text, updated_at=now)
    kept.text, kept.updated_at = text[:LONGEST_TEXT], now
    session.add(kept)


def _still_here(session: Session, conversation_id: int) -> Conversation:
    """The conversation, locked until the commit; Refused if it has been joined to another."""
    found = repository.locked(session, conversation_id)
    if found.id != conversation_id:
        raise Refused("This conversation has been joined to another; open that one.")
    return found


def _written(
    conversation: Conversation, operator: Operator, text: str, now: datetime
) -> Message:
    return Message(
        conversation_id=conversation.id or 0,
        sequence=0,
        channel=conversation.channel,
        external_id=f"out-{uuid.uuid4().hex}",
        direction=Direction.OUTGOING,
        author=Author.OPERATOR,
        operator_id=operator.id,
        text=text,
        language=conversation.language,
        details={"operator_name": operator.name},
        sent_at=now,
        stored_at=now,
    )


def _record_use(
    session: Session, conversation_id: int, suggestion_id: int, text: str
) -> None:
    suggestion = repository.open_suggestion(session, conversation_id)
    if suggestion is None or suggestion.id != suggestion_id:
        raise Refused("The suggestion is out of date: something newer has come; look again.")
    suggestion.edit_distance = Levenshtein.distance(suggestion.text.strip(), text)
    suggestion.state = (
        SuggestionState.EDITED if suggestion.edit_distance else SuggestionState.ACCEPTED
    )
    session.add(suggestion)
    session.flush()
