"""Turns of past conversations, as the assistant met them: to be answered again and compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from assistant.company import Company
from assistant.conversations import repository
from assistant.conversations.models import Author, Conversation, Direction, Message, SuggestedReply
from assistant.conversations.turns import turn_tier
from assistant.customers.catalogue import Catalogue
from assistant.customers.profile import load_profile
from assistant.customers.tier import Tier
from assistant.engine.turn import Turn, Utterance

MOST_BEFORE = 30


@dataclass(frozen=True)
class PastTurn:
    """What a customer wrote then, and what came of it.

    `reply` is the stored data of the assistant's reply or suggestion, None if there was none;
    `answered` is what the customer was told: by the assistant, or by an operator.
    """

    conversation_id: int
    customer_id: int
    sequence: int
    tier: Tier
    turn: Turn
    reply: dict[str, Any] | None
    answered: str


def past_turns(
    session: Session, catalogue: Catalogue, company: Company, *, limit: int,
    since: datetime | None = None, channel: str = "",
) -> Iterator[PastTurn]:
    """The turns of past conversations, the newest conversation first, `limit` turns at most.

    Facts with a time (appointments, visits) are those of then; what the profile holds otherwise is
    that of now, for nothing else is kept. What is remembered of the customer is not searched: it
    would hold the very answers that are compared.
    """
    query = select(Conversation).where(col(Conversation.joined_into_id).is_(None))
    if since is not None:
        query = query.where(Conversation.updated_at >= since)
    if channel:
        query = query.where(Conversation.channel == channel)
    left = limit
    for conversation in session.exec(query.order_by(col(Conversation.updated_at).desc())):
        messages = repository.messages(session, conversation.id or 0, private=False)
        suggestions = _suggestions(session, conversation.id or 0)
        for new, after in _turns(messages):
            if left == 0:
                return
            left -= 1
            yield _past(session, catalogue, company, conversation, messages, new, after,
                        suggestions)


def _turns(messages: Sequence[Message]) -> Iterator[tuple[list[Message], list[Message]]]:
    """Each run of the customer's messages with the run of answers after it."""
    new: list[Message] = []
    after: list[Message] = []
    for message in messages:
        if message.direction == Direction.INCOMING:
            if after:
                yield new, after
                new, after = [], []
            new.append(message)
        elif new:
            after.append(message)
    if new:
        yield new, after


def _suggestions(session: Session, conversation_id: int) -> dict[int, SuggestedReply]:
    found = session.exec(
        select(SuggestedReply).where(SuggestedReply.conversation_id == conversation_id)
        .order_by(col(SuggestedReply.id))
    )
    return {one.for_sequence: one for one in found}


def _past(
    session: Session, catalogue: Catalogue, company: Company, conversation: Conversation,
    messages: Sequence[Message], new: Sequence[Message], after: Sequence[Message],
    suggestions: dict[int, SuggestedReply],
) -> PastTurn:
    tier = turn_tier(conversation, new)
    at = new[-1].sent_at
    before = [one for one in messages if one.sequence < new[0].sequence][-MOST_BEFORE:]
    turn = Turn(
        messages=[one.text for one in new], channel=conversation.channel,
        language=conversation.language or company.default_language,
        profile=load_profile(session, conversation.customer_id, tier, catalogue, company, at),
        now=at, before=[Utterance(one.author, one.text) for one in before],
        subject=conversation.subject if not before else "",
    )
    ours = next((one for one in after if one.author == Author.ASSISTANT and one.reply), None)
    held = suggestions.get(new[-1].sequence)
    reply = held.reply if held else ours.reply if ours else None
    answers = [one.text for one in after]
    return PastTurn(conversation.id or 0, conversation.customer_id, new[-1].sequence, tier, turn,
                    reply, answers[0] if answers else "")
