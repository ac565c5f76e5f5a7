"""Confirm: a customer whose mail nobody could prove says, by a link sent to their own address, that
they wrote it; then the question is answered once more, for them.

1. `new_link_token` makes a signed random token; `keep` stores its hash with the answer that offers
   it, in the same transaction.
2. A look at the page (`Confirmations.look`) changes nothing: programs that open every link in a
   mail confirm nothing.
3. The button (`Confirmations.confirm`) uses the token up with one conditional update, raises the
   tier of exactly the messages that the answer had taken in, and makes the conversation due.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Engine, update
from sqlmodel import Session, col, select

from assistant.conversations import ledger, repository
from assistant.conversations.ledger import Decision
from assistant.conversations.models import (
    Confirmation,
    Conversation,
    Direction,
    Message,
    Status,
)
from assistant.customers.repository import contact_point
from assistant.customers.tier import Tier
from assistant.database import read_scope, session_scope
from assistant.events import Hub


class LinkState(StrEnum):
    """What a link is good for now."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Confirmable:
    """What the page of a link shows: the state, and of an open one what was written and when."""

    state: LinkState
    language: str = ""
    subject: str = ""
    text: str = ""
    sent_at: datetime | None = None


def new_link_token(secret: str) -> str:
    """A token that nobody can guess, and that we can tell from a made-up one without a look into
    the database."""
    number = secrets.token_urlsafe(18)
    return f"{number}.{_signature(secret, number)}"


def keep(
    session: Session, token: str, conversation: Conversation, message_ids: Sequence[int],
    now: datetime, hours: float,
) -> None:
    """Makes the token good for these messages; an older one of the conversation ends."""
    session.execute(
        update(Confirmation)
        .where(col(Confirmation.conversation_id) == conversation.id,
               col(Confirmation.used_at).is_(None), col(Confirmation.expires_at) > now)
        .values(expires_at=now)
        .execution_options(synchronize_session=False)
    )
    session.add(Confirmation(
        token_hash=_hash(token), conversation_id=conversation.id or 0,
        message_ids=list(message_ids), address=conversation.address, created_at=now,
        expires_at=now + timedelta(hours=hours),
    ))


class Confirmations:
    """What the page behind the link sees of the house. Each call is one transaction."""

    def __init__(
        self, engine: Engine, hub: Hub, clock: Callable[[], datetime], secret: str
    ) -> None:
        self._engine = engine
        self._hub = hub
        self._clock = clock
        self._secret = secret

    def look(self, token: str) -> Confirmable:
        """What this link is about; nothing is changed."""
        with read_scope(self._engine) as session:
            found = self._found(session, token)
            if found is None:
                return Confirmable(LinkState.UNKNOWN)
            state = _state(found, self._clock())
            messages = _messages(session, found)
            if state is not LinkState.OPEN or not messages:
                return Confirmable(state)
            conversation = repository.conversation(session, messages[-1].conversation_id)
            return Confirmable(state, conversation.language, conversation.subject,
                               "\n".join(message.text for message in messages),
                               messages[-1].sent_at)

    def confirm(self, token: str) -> LinkState:
        """Uses the link up; OPEN if that was done now, else why it was not."""
        now = self._clock()
        with session_scope(self._engine) as session:
            found = self._found(session, token)
            if found is None:
                return LinkState.UNKNOWN
            if not _use(session, found, now):
                state = _state(found, now)
                return LinkState.USED if state is LinkState.OPEN else state
            _raise_tier(session, found, now)
        self._hub.changed()
        return LinkState.OPEN

    def _found(self, session: Session, token: str) -> Confirmation | None:
        number, _, signature = token.partition(".")
        good = hmac.compare_digest(signature.encode(), _signature(self._secret, number).encode())
        if not good:
            return None
        query = select(Confirmation).where(Confirmation.token_hash == _hash(token))
        return session.exec(query).first()


def _use(session: Session, found: Confirmation, now: datetime) -> bool:
    used = session.execute(
        update(Confirmation)
        .where(col(Confirmation.id) == found.id, col(Confirmation.used_at).is_(None),
               col(Confirmation.expires_at) > now)
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(getattr(used, "rowcount", 0)) == 1


def _raise_tier(session: Session, found: Confirmation, now: datetime) -> None:
    """The messages are the customer's now, and are answered again in their conversation.

    Only where the address still is a verified contact point: a link proves who reads the mailbox,
    and not whose customer data belong to it.
    """
    point = contact_point(session, "email", found.address)
    messages = _messages(session, found)
    if point is None or point.verified_at is None or not messages:
        return
    conversation = repository.locked(session, messages[-1].conversation_id)
    if conversation.address != found.address or conversation.customer_id != point.customer_id:
        return
    for message in messages:
        message.details = {**message.details, "tier": Tier.VERIFIED.value,
                           "confirmed_at": now.isoformat()}
        session.add(message)
    first = min(message.sequence for message in messages)
    conversation.seen_sequence = min(conversation.seen_sequence, first - 1)
    conversation.tier = Tier.VERIFIED
    conversation.due_at, conversation.status, conversation.resolved_at = now, Status.OPEN, None
    # An answer that is being made now was made for somebody unproven.
    conversation.claim, conversation.claim_until = "", None
    repository.retire_suggestions(session, conversation.id or 0)
    session.add(conversation)
    ledger.record(
        session, conversation.channel, messages[-1].external_id, Direction.INCOMING,
        found.address, Decision("confirmed", "confirmation_link", {"messages": len(messages)}),
        now, conversation.id,
    )


def _messages(session: Session, found: Confirmation) -> Sequence[Message]:
    return session.exec(
        select(Message).where(col(Message.id).in_(found.message_ids))
        .order_by(col(Message.sequence))
    ).all()


def _state(found: Confirmation, now: datetime) -> LinkState:
    if found.used_at is not None:
        return LinkState.USED
    return LinkState.EXPIRED if found.expires_at <= now else LinkState.OPEN


def _signature(secret: str, number: str) -> str:
    key = hashlib.sha256(f"confirmation:{secret}".encode()).digest()
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()[:32]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
