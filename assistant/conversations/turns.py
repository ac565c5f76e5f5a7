"""Builds the turn that the engine answers: only what this identity tier may know is loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from assistant.company import Company
from assistant.conversations import repository
from assistant.conversations.models import Author, Conversation, Message, Mode
from assistant.customers.catalogue import Catalogue
from assistant.customers.profile import load_profile
from assistant.customers.repository import contact_point
from assistant.customers.tier import Tier
from assistant.engine.turn import Turn, Utterance

MOST_BEFORE = 30


@dataclass(frozen=True)
class PendingTurn:
    """A turn, and the state that its reply must still meet when it is delivered.

    `may_confirm`: nobody has proven who wrote, and the customer could do so by a link to the
    conversation's address. `message_ids` are the messages to be answered.
    """

    turn: Turn
    conversation_id: int
    customer_id: int
    tier: Tier
    seen: int
    mode: Mode
    message_ids: tuple[int, ...] = ()
    may_confirm: bool = False


def pending_turn(
    session: Session, conversation: Conversation, catalogue: Catalogue, company: Company,
    now: datetime,
) -> PendingTurn:
    """The customer's messages since the last answer, and what went before."""
    messages = repository.messages(
        session, conversation.id or 0, private=False, limit=MOST_BEFORE * 2
    )
    new = repository.unanswered(messages, conversation.seen_sequence)
    first = new[0].sequence if new else conversation.last_sequence + 1
    before = [m for m in messages if m.sequence < first][-MOST_BEFORE:]
    tier = turn_tier(conversation, new)
    profile = load_profile(session, conversation.customer_id, tier, catalogue, company, now)
    turn = Turn(
        messages=[m.text for m in new],
        channel=conversation.channel,
        language=conversation.language or company.default_language,
        profile=profile,
        now=now,
        before=[Utterance(_speaker(m), m.text) for m in before],
        subject=conversation.subject if not before else "",
    )
    return PendingTurn(
        turn, conversation.id or 0, conversation.customer_id, tier,
        conversation.incoming_sequence, Mode(conversation.mode),
        message_ids=tuple(message.id or 0 for message in new),
        may_confirm=tier is Tier.CLAIMED and _is_verified_mail(session, conversation),
    )


def _is_verified_mail(session: Session, conversation: Conversation) -> bool:
    """Whether the conversation's mail address is known to be this customer's."""
    if conversation.channel != "email":
        return False
    point = contact_point(session, conversation.channel, conversation.address)
    return (point is not None and point.verified_at is not None
            and point.customer_id == conversation.customer_id)


def turn_tier(conversation: Conversation, new: Sequence[Message]) -> Tier:
    """The lowest tier among the new messages: one forged mail in a burst lowers them all."""
    order = list(Tier)
    tiers = [Tier(message.details.get("tier", Tier.ANONYMOUS)) for message in new]
    return min(tiers, key=order.index, default=Tier(conversation.tier))


def _speaker(message: Message) -> str:
    return "operator" if message.author == Author.OPERATOR else message.author
