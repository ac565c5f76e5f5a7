"""What was suggested before is found in what was written to the customer, and so is a no."""

from uuid import uuid4

import pytest

from assistant.conversations.deliver import say
from assistant.conversations.incoming import IncomingMessage
from assistant.conversations.repository import conversation
from assistant.customers.tier import Tier
from assistant.database import session_scope
from assistant.engine.turn import Disposition, Reply
from channels.services import Services


def written(house: Services, text: str, number: str = "C-0001") -> tuple[int, int]:
    """Stores a customer's message; returns its conversation and the customer."""
    receipt = house.inbox.receive(IncomingMessage(
        channel="web_chat", address=f"visitor-{number}", external_id=uuid4().hex, text=text,
        sent_at=house.clock(), tier=Tier.VERIFIED, customer_external_id=number,
    ))
    with session_scope(house.engine) as session:
        found = conversation(session, receipt.conversation_id)
        return found.id or 0, found.customer_id


def suggest(house: Services, conversation_id: int) -> None:
    reply = Reply("どうぞ。", "ja", Disposition.SEND, 1.0, "", "sure", suggestion="puppy-class")
    with session_scope(house.engine) as session:
        say(session, conversation(session, conversation_id), reply, house.clock())


@pytest.mark.parametrize(
    ("answer", "declined"),
    [("いえ、結構です。", True), ("No thanks, not interested.", True), ("何曜日ですか？", False)],
)
def test_a_suggestion_is_remembered_with_the_answer_to_it(
    stocked: Services, answer: str, declined: bool
) -> None:
    talk, customer = written(stocked, "ワクチンはいくらですか")
    suggest(stocked, talk)
    written(stocked, answer)
    [offer] = stocked.recollection.offered(customer, Tier.VERIFIED)
    assert (offer.id, offer.declined) == ("puppy-class", declined)


def test_another_customer_was_offered_nothing(stocked: Services) -> None:
    talk, _ = written(stocked, "ワクチンはいくらですか")
    suggest(stocked, talk)
    _, other = written(stocked, "ホテルは？", "C-0002")
    assert stocked.recollection.offered(other, Tier.VERIFIED) == ()


def test_below_verified_nothing_is_looked_up(stocked: Services) -> None:
    talk, customer = written(stocked, "ワクチンはいくらですか")
    suggest(stocked, talk)
    assert stocked.recollection.offered(customer, Tier.CLAIMED) == ()
