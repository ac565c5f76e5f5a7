"""Receive: store first. A message is in the database before anybody thinks about an answer."""

from datetime import datetime, timedelta

from sqlmodel import Session

from assistant.conversations import repository
from assistant.conversations.incoming import IncomingMessage, Received
from assistant.conversations.models import (
    Author,
    Conversation,
    Direction,
    Message,
    Mode,
    Status,
)
from assistant.customers.identify import identify
from assistant.customers.repository import identity


def receive(
    session: Session, incoming: IncomingMessage, now: datetime, wait: float, language: str
) -> Received:
    """Stores the message in its conversation and makes the conversation due.

    1. A known (channel, external_id) changes nothing.
    2. The customer is identified by signature or contact point, else made.
    3. The conversation is found by thread or address, else opened; a resolved one is reopened
       and goes back to the assistant.
    4. The message is appended with the next sequence number.
    5. The conversation is due after `wait` seconds, so that a burst becomes one turn.
    """
    known = repository.message_by_external_id(session, incoming.channel, incoming.external_id)
    if known is not None:
        return Received(known.conversation_id, known.sequence, duplicate=True,
                        same=_is_same(known, incoming), thread="known")
    conversation, thread = _conversation(session, incoming, now, language)
    sequence = append(session, conversation, Message(
        conversation_id=conversation.id or 0,
        sequence=0,
        channel=incoming.channel,
        external_id=incoming.external_id,
        direction=Direction.INCOMING,
        author=Author.CUSTOMER,
        text=incoming.text,
        language=incoming.language,
        details={**incoming.details, "tier": incoming.tier.value, "digest": incoming.digest},
        sent_at=incoming.sent_at,
        stored_at=now,
    )).sequence
    conversation.incoming_sequence = sequence
    conversation.tier = incoming.tier
    conversation.due_at = now + timedelta(seconds=wait)
    if conversation.status != Status.OPEN:
        if conversation.status == Status.RESOLVED:
            conversation.mode = Mode.AUTOMATIC
            conversation.handoff_reason = conversation.handoff_summary = ""
            conversation.assignee_id = None
        conversation.status, conversation.resolved_at = Status.OPEN, None
    repository.retire_suggestions(session, conversation.id or 0)
    session.add(conversation)
    session.flush()
    return Received(conversation.id or 0, sequence, thread=thread)


def append(session: Session, conversation: Conversation, message: Message) -> Message:
    """Stores the message with the conversation's next sequence number and returns it."""
    message.sequence = repository.next_sequence(session, message.conversation_id)
    session.refresh(conversation)
    conversation.updated_at = message.stored_at
    session.add(message)
    session.add(conversation)
    session.flush()
    return message


def _is_same(known: Message, incoming: IncomingMessage) -> bool:
    return str(known.details.get("digest", "")) == incoming.digest


def _conversation(
    session: Session, incoming: IncomingMessage, now: datetime, language: str
) -> tuple[Conversation, str]:
    """The message's conversation, and by what it was found: an id, the address, or "new"."""
    if incoming.channel == "email":
        # A subject is no thread; an unknown reference, or one to another person's conversation,
        # opens a new one.
        found = repository.thread(
            session, incoming.channel, incoming.address, incoming.replies_to
        )
    else:
        current = repository.current(session, incoming.channel, incoming.address)
        found = (current, "address") if current else None
    if found is not None:
        return repository.locked(session, found[0].id or 0), found[1]
    customer = identify(session, incoming.channel, incoming.address, now,
                        external_id=incoming.customer_external_id, name=incoming.sender_name,
                        language=incoming.language or language)
    opened = Conversation(
        customer_id=identity(customer),
        channel=incoming.channel,
        address=incoming.address,
        subject=incoming.subject,
        tier=incoming.tier,
        language=incoming.language or customer.language or language,
        created_at=now,
        updated_at=now,
    )
    session.add(opened)
    session.flush()
    return opened, "new"
