"""Deliver: answer second. One compare-and-set decides whether a reply is still wanted."""

import uuid
from datetime import datetime
from typing import Any

from sqlmodel import Session

from assistant.conversations import repository
from assistant.conversations.models import (
    Author,
    Conversation,
    Delivery,
    Direction,
    Message,
    Mode,
    OutboxEntry,
    SuggestedReply,
)
from assistant.conversations.receive import append
from assistant.engine.turn import Disposition, Reply

# Channels whose followers read the message's row; all others need a door that sends.
FOLLOWED = frozenset({"web_chat"})


def deliver(
    session: Session, conversation_id: int, token: str, seen: int, mode: Mode, reply: Reply,
    now: datetime, *, acknowledge: bool = True,
) -> bool:
    """Stores the reply if it is still wanted; False if it was dropped.

    It is dropped when something newer came in, somebody took over, or another worker has the
    claim: then the conversation stays due and is answered from its new state.
    In automatic mode the reply goes out, or the conversation is handed off. In manual mode the
    assistant says nothing to the customer: an operator gets the draft as a suggestion.
    """
    if not repository.finish_turn(session, conversation_id, token, seen, mode):
        repository.release(session, conversation_id, token)
        return False
    conversation = repository.conversation(session, conversation_id)
    conversation.language = reply.language
    if mode is Mode.AUTOMATIC:
        if reply.disposition is not Disposition.SEND:
            hand_off(conversation, reply.reason, reply.summary)
        if reply.text and (acknowledge or reply.disposition is not Disposition.SUGGEST):
            say(session, conversation, reply, now)
    if mode is Mode.MANUAL or reply.disposition is not Disposition.SEND:
        suggest(session, conversation_id, seen, reply, now)
    session.add(conversation)
    session.flush()
    return True


def hand_off(conversation: Conversation, reason: str, summary: str) -> None:
    """A person answers from now on; why, and what it is about, stands in the conversation."""
    conversation.mode = Mode.MANUAL
    conversation.handoff_reason = reason
    conversation.handoff_summary = summary


def say(session: Session, conversation: Conversation, reply: Reply, now: datetime) -> Message:
    """Appends the reply as the assistant's message and puts it into the outbox."""
    return send(session, conversation, Message(
        conversation_id=conversation.id or 0,
        sequence=0,
        channel=conversation.channel,
        external_id=f"out-{uuid.uuid4().hex}",
        direction=Direction.OUTGOING,
        author=Author.ASSISTANT,
        text=reply.text,
        language=reply.language,
        reply=reply.as_data(),
        sent_at=now,
        stored_at=now,
    ))


def send(session: Session, conversation: Conversation, message: Message) -> Message:
    """Appends an outgoing message; a channel that must send it finds it in the outbox."""
    must_send = conversation.channel not in FOLLOWED
    message.delivery = Delivery.QUEUED if must_send else Delivery.DELIVERED
    append(session, conversation, message)
    if must_send:
        session.add(OutboxEntry(
            message_id=message.id or 0, channel=conversation.channel, due_at=message.stored_at
        ))
        session.flush()
    return message


def suggest(
    session: Session, conversation_id: int, seen: int, reply: Reply, now: datetime
) -> SuggestedReply:
    """Keeps the reply for operators in the place of any earlier suggestion."""
    return _keep(session, conversation_id, seen, reply.draft, reply.as_data(), now)


def suggest_again(
    session: Session, conversation: Conversation, text: str, reply: dict[str, Any], now: datetime
) -> SuggestedReply | None:
    """A reply that was to go out becomes a suggestion; None if a newer message waits already,
    for which another will be made."""
    if conversation.incoming_sequence > conversation.seen_sequence:
        return None
    return _keep(session, conversation.id or 0, conversation.seen_sequence, text, reply, now)


def _keep(
    session: Session, conversation_id: int, seen: int, text: str, reply: dict[str, Any],
    now: datetime,
) -> SuggestedReply:
    repository.retire_suggestions(session, conversation_id)
    suggestion = SuggestedReply(
        conversation_id=conversation_id, for_sequence=seen, text=text, reply=reply, created_at=now,
    )
    session.add(suggestion)
    session.flush()
    return suggestion
