"""The inbox: all that a door sees of the house. Each call is one transaction."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from assistant.conversations import ledger, outbox, repository
from assistant.conversations.came_back import CameBack, came_back
from assistant.conversations.incoming import IncomingMessage, Received
from assistant.conversations.ledger import Decision
from assistant.conversations.limits import Candidate, Cap, Permission, permit
from assistant.conversations.models import Author, Direction, Message, OutboxEntry
from assistant.conversations.outgoing import Outgoing
from assistant.conversations.receive import receive
from assistant.customers.repository import contact_point, customer
from assistant.customers.tier import Tier
from assistant.database import read_scope, session_scope
from assistant.errors import NotFound
from assistant.events import Hub
from assistant.quarantine import repository as quarantine
from assistant.quarantine.models import Held, HeldMail

Clock = Callable[[], datetime]
# Longer than a slow mail server may take, so that nobody else sends the same message meanwhile.
SENDING_SECONDS = 180.0
UNKNOWN = "The connection or the process ended while the mail was handed over; it may have arrived"


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

    def receive(
        self, incoming: IncomingMessage, decision: Decision | None = None
    ) -> Received:
        """Stores the message before it returns; the same message twice is stored once.

        A `decision` about it goes into the ledger in the same transaction, for a message that had
        been received before as a duplicate. Raises NotFound if a signature names a customer that
        the company does not have.
        """
        # A burst is waited for where people type line by line; a mail is whole.
        wait = 0.0 if incoming.channel == "email" else self._burst_seconds
        try:
            received = self._receive(incoming, wait, decision)
        except IntegrityError:
            # Another process stored the same message or address between our look and our write.
            received = self._receive(incoming, wait, decision)
        self._hub.changed()
        return received

    def _receive(
        self, incoming: IncomingMessage, wait: float, decision: Decision | None
    ) -> Received:
        with session_scope(self._engine) as session:
            received = receive(session, incoming, self._clock(), wait, self._language)
            if decision is not None and received.same:
                ledger.record(
                    session, incoming.channel, incoming.external_id, Direction.INCOMING,
                    incoming.address, _as_received(decision, received), self._clock(),
                    received.conversation_id,
                )
        return received

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
        """Writes a decision about a message into the ledger."""
        with session_scope(self._engine) as session:
            ledger.record(session, channel, external_id, direction, address,
                          Decision(decision, rule, details), self._clock(), conversation_id)

    def came_back(
        self, channel: str, external_ids: Collection[str], addresses: Collection[str], kind: str,
        reason: str,
    ) -> CameBack:
        """A message of ours was not delivered; says what follows for the address."""
        with session_scope(self._engine) as session:
            found = came_back(session, channel, external_ids, addresses, kind, reason,
                              self._clock())
        self._hub.changed()
        return found

    def hold(self, mail: HeldMail) -> bool:
        """Keeps a mail that could not become a message; False if it is held already."""
        try:
            return self._keep(mail)
        except IntegrityError:
            # Another process held the same bytes between our look and our write.
            return False

    def _keep(self, mail: HeldMail) -> bool:
        mail.at = self._clock()
        with session_scope(self._engine) as session:
            quarantine.let_go(session, mail.at)
            return quarantine.keep(session, mail)

    def held(self, mail_id: int) -> HeldMail:
        """A held mail with its bytes; raises NotFound, also once its bytes have been let go."""
        with read_scope(self._engine) as session:
            mail = quarantine.held(session, mail_id)
            if not mail.raw:
                raise NotFound(f"Held mail {mail_id} has become a message, or was let go.")
            return mail

    def held_for_older_readers(self, reader: int) -> Sequence[int]:
        """The ids of mails that an older reader than this could not read or store."""
        with read_scope(self._engine) as session:
            return quarantine.of_older_readers(session, reader)

    def tried_again(self, mail_id: int, reader: int, *, released: bool, detail: str = "") -> None:
        """The held mail has become a message, or could not again."""
        with session_scope(self._engine) as session:
            mail = quarantine.held(session, mail_id)
            mail.attempts, mail.reader = mail.attempts + 1, reader
            mail.detail = detail or mail.detail
            if released:
                quarantine.settle(session, mail, Held.RELEASED, self._clock())
            session.add(mail)

    def next_outgoing(self, channel: str) -> Outgoing | None:
        """Claims the next message that this channel has to send, or None.

        What a sender that died was handing over is first given to a person: nobody knows whether
        it went out. What would go to a suppressed address is given up here, before any door sees
        it.
        """
        while True:
            with read_scope(self._engine) as session:
                # A look without a lock first: most looks find nothing to do.
                if not repository.is_outbox_due(session, channel, self._clock()):
                    return None
            token = uuid.uuid4().hex
            with session_scope(self._engine) as session:
                self._give_up_unfinished(session, channel)
                claimed = repository.claim_outbox(
                    session, channel, self._clock(), token, self._claim_seconds
                )
                if claimed is None:
                    return None
                if not outbox.give_up_if_suppressed(session, *claimed, self._clock()):
                    return _outgoing(session, *claimed)
            self._hub.changed()

    def _give_up_unfinished(self, session: Session, channel: str) -> None:
        for entry, message in outbox.take_unfinished(session, channel, self._clock()):
            lost = _outgoing(session, entry, message)
            outbox.failed(session, entry, message, UNKNOWN, self._clock(), permanent=True)
            self._note(session, lost, Decision("failed", "unknown_whether_sent"))

    def may_send(self, outgoing: Outgoing, mail: Candidate, caps: Sequence[Cap]) -> Permission:
        """Whether this automatic message may go out now. If not, nothing is sent: an answer
        becomes a draft for an operator, and the ledger says which rule objected."""
        with session_scope(self._engine) as session:
            permission = permit(session, mail, caps, self._clock())
            if not permission.granted:
                self._hold(session, outgoing, permission)
        if not permission.granted:
            self._hub.changed()
        return permission

    def hand_over(self, outgoing: Outgoing) -> bool:
        """Call it right before the other side is given the text; False: it must not be given.

        From here on the message is never sent a second time by itself.
        """
        until = self._clock() + timedelta(seconds=self._claim_seconds)
        with session_scope(self._engine) as session:
            return outbox.hand_over(session, outgoing.entry_id, outgoing.claim, until,
                                    automatic=outgoing.automatic)

    def put_back(self, outgoing: Outgoing) -> None:
        """It was not handed over after all, and may be claimed again at once."""
        with session_scope(self._engine) as session:
            repository.release_outbox(session, outgoing.entry_id, outgoing.claim)

    def sent(self, outgoing: Outgoing, decision: Decision | None = None) -> None:
        """The other side has accepted it."""
        with session_scope(self._engine) as session:
            outbox.sent(session, *_entry(session, outgoing))
            self._note(session, outgoing, decision)
        self._hub.changed()

    def failed(
        self, outgoing: Outgoing, error: str, *, permanent: bool = False,
        decision: Decision | None = None,
    ) -> bool:
        """It was not accepted; tried again later unless the failure is permanent or it has been
        tried often enough. Whether it was given up; only then the decision is written down."""
        with session_scope(self._engine) as session:
            entry, message = _entry(session, outgoing)
            given_up = outbox.failed(session, entry, message, error, self._clock(),
                                     permanent=permanent)
            self._note(session, outgoing, decision if given_up else None)
        self._hub.changed()
        return given_up

    def _hold(self, session: Session, outgoing: Outgoing, permission: Permission) -> None:
        entry, message = _entry(session, outgoing)
        outbox.hold(session, entry, message, permission.rule, self._clock())
        self._note(session, outgoing, Decision("held", permission.rule, permission.counts))

    def _note(self, session: Session, outgoing: Outgoing, decision: Decision | None) -> None:
        if decision is not None:
            ledger.record(session, outgoing.channel, outgoing.external_id, Direction.OUTGOING,
                          outgoing.address, decision, self._clock(), outgoing.conversation_id)


def _as_received(decision: Decision, received: Received) -> Decision:
    rule = "known_message" if received.duplicate else decision.rule
    name = "duplicate" if received.duplicate else decision.decision
    return Decision(name, rule, {**decision.values, "thread": received.thread})


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
    incoming = [m for m in earlier if m.direction == Direction.INCOMING]
    reply = message.reply or {}
    return Outgoing(
        entry_id=entry.id or 0,
        message_id=message.id or 0,
        conversation_id=message.conversation_id,
        external_id=message.external_id,
        channel=message.channel,
        address=conversation.address,
        # Our records may know an unproven address as somebody's; the name would give them away.
        name=customer(session, conversation.customer_id).name
        if conversation.tier == Tier.VERIFIED else "",
        subject=conversation.subject,
        text=message.text,
        language=message.language or conversation.language,
        automatic=message.author == Author.ASSISTANT,
        answers=incoming[-1].external_id if incoming else None,
        answered_text=incoming[-1].text if incoming else "",
        thread=thread,
        citations=tuple(reply.get("citations", ())),
        written_at=message.sent_at,
        attempt=entry.attempts,
        claim=entry.claim,
    )
