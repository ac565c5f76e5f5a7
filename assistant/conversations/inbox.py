"""The inbox: all that a door sees of the house. Each call is one transaction."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from assistant.conversations import outbox, repository
from assistant.conversations.incoming import IncomingMessage, Received
from assistant.conversations.models import Author, Direction, LedgerEntry, Message, OutboxEntry
from assistant.conversations.outgoing import Outgoing
from assistant.conversations.receive import receive
from assistant.customers.repository import contact_point, customer
from assistant.database import read_scope, session_scope
from assistant.errors import NotFound
from assistant.events import Hub

Clock = Callable[[], datetime]
# Longer than a slow mail server may take, so that nobody else sends the same message meanwhile.
SENDING_SECONDS = 180.0


class Inbox:
    """Receives, and hands out what is to be sent."""

    def __init__(
        self, engine: Engine, hub: Hub, clock: Clock, *, burst_seconds: float, language: str,
        claim_seconds: float = SENDING_SECONDS,
    ) -> None:
        self._engine = engine
        self._hub = hub
        self._clock = clock
        self._burst_seconds = burst_seconds
        self._claim_seconds = claim_seconds
        self._language = language

    def receive(self, incoming: IncomingMessage) -> Received:
        """Stores the message before it returns; the same message twice is stored once.

        Raises NotFound if a signature names a customer that the company does not have.
        """
        # A burst is waited for where people type line by line; a mail is whole.
        wait = 0.0 if incoming.channel == "email" else self._burst_seconds
        try:
            received = self._receive(incoming, wait)
        except IntegrityError:
            # Another process stored the same message or address between our look and our write.
            received = self._receive(incoming, wait)
        self._hub.changed()
        return received

    def _receive(self, incoming: IncomingMessage, wait: float) -> Received:
        with session_scope(self._engine) as session:
            return receive(session, incoming, self._clock(), wait, self._language)

    def verified_address(self, channel: str, address: str) -> bool:
        """Whether this contact point has been proven to be its customer's."""
        with read_scope(self._engine) as session:
            point = contact_point(session, channel, address)
            return point is not None and point.verified_at is not None

    def messages(self, conversation_id: int, after: int) -> Sequence[Message]:
        """What the customer may read of the conversation after this sequence number."""
        with read_scope(self._engine) as session:
            return repository.messages(session, conversation_id, after=after, private=False)

    def record(
        self, channel: str, external_id: str, direction: str, address: str, decision: str,
        rule: str, details: Mapping[str, Any], conversation_id: int | None = None,
    ) -> None:
        """Writes a decision about a mail into the ledger."""
        with session_scope(self._engine) as session:
            session.add(LedgerEntry(
                channel=channel, external_id=external_id, direction=direction, address=address,
                decision=decision, rule=rule, details=dict(details),
                conversation_id=conversation_id, at=self._clock(),
            ))

    def automatic_sent(
        self, channel: str, since: datetime, *, address: str | None = None,
        conversation_id: int | None = None,
    ) -> int:
        """How many messages that no person wrote have gone out since then, by the ledger."""
        with read_scope(self._engine) as session:
            return repository.automatic_sent(
                session, channel, since, address=address, conversation_id=conversation_id
            )

    def next_outgoing(self, channel: str) -> Outgoing | None:
        """Claims the next message that this channel has to send, or None."""
        token = uuid.uuid4().hex
        with session_scope(self._engine) as session:
            claimed = repository.claim_outbox(
                session, channel, self._clock(), token, self._claim_seconds
            )
            return _outgoing(session, *claimed) if claimed else None

    def sent(self, outgoing: Outgoing) -> None:
        """The other side has accepted it."""
        with session_scope(self._engine) as session:
            outbox.sent(session, *_entry(session, outgoing))
        self._hub.changed()

    def failed(self, outgoing: Outgoing, error: str, *, permanent: bool = False) -> None:
        """It was not accepted; it is tried again later unless the failure is permanent."""
        with session_scope(self._engine) as session:
            entry, message = _entry(session, outgoing)
            outbox.failed(session, entry, message, error, self._clock(), permanent=permanent)
        self._hub.changed()


def _entry(session: Session, outgoing: Outgoing) -> tuple[OutboxEntry, Message]:
    entry = session.get(OutboxEntry, outgoing.entry_id)
    message = session.get(Message, outgoing.message_id)
    if entry is None or message is None:
        raise NotFound(f"The outbox no longer holds entry {outgoing.entry_id}.")
    return entry, message


def _outgoing(session: Session, entry: OutboxEntry, message: Message) -> Outgoing:
    conversation = repository.conversation(session, message.conversation_id)
    earlier = repository.messages(
        session, message.conversation_id, before=message.sequence, private=False
    )
    thread = tuple(m.external_id for m in earlier if m.channel == message.channel)
    incoming = [m.external_id for m in earlier if m.direction == Direction.INCOMING]
    reply = message.reply or {}
    return Outgoing(
        entry_id=entry.id or 0,
        message_id=message.id or 0,
        conversation_id=message.conversation_id,
        external_id=message.external_id,
        channel=message.channel,
        address=conversation.address,
        name=customer(session, conversation.customer_id).name,
        subject=conversation.subject,
        text=message.text,
        language=message.language or conversation.language,
        automatic=message.author == Author.ASSISTANT,
        answers=incoming[-1] if incoming else None,
        thread=thread,
        citations=tuple(reply.get("citations", ())),
        written_at=message.sent_at,
        attempt=entry.attempts,
    )
