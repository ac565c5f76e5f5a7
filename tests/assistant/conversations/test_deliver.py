"""Deliver: one compare-and-set; what is no longer wanted is dropped."""

from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from assistant.conversations import repository
from assistant.conversations.deliver import deliver
from assistant.conversations.incoming import IncomingMessage, Received
from assistant.conversations.models import (
    Author,
    Message,
    Mode,
    OutboxEntry,
    SuggestedReply,
    SuggestionState,
)
from assistant.conversations.operate import answer, take_over
from assistant.conversations.outbox import MOST_ATTEMPTS
from assistant.customers.tier import Tier
from assistant.database import session_scope
from assistant.engine.turn import Disposition, Reply
from assistant.errors import Refused
from assistant.operators.models import Operator
from channels.services import Services

Send = Callable[..., Received]


@pytest.fixture
def write(house: Services) -> Send:
    count = iter(range(1000))

    def send(text: str = "初診料はいくらですか", channel: str = "web_chat") -> Received:
        number = next(count)
        return house.inbox.receive(IncomingMessage(
            channel=channel, address=f"{channel}-address", external_id=f"m-{number}", text=text,
            sent_at=house.clock(), tier=Tier.ANONYMOUS,
        ))

    return send


def reply(disposition: Disposition = Disposition.SEND, text: str = "1,650円です。") -> Reply:
    return Reply(
        text, "ja", disposition, 0.9, "理由", "sure", draft="1,650円です。", summary="要約"
    )


def claim(house: Services, token: str = "mine") -> int:
    with session_scope(house.engine) as session:
        claimed = repository.claim_due(session, house.clock(), token, 30)
        assert claimed is not None
        return claimed.id or 0


def texts(house: Services, author: Author) -> list[str]:
    with Session(house.engine) as session:
        rows = session.exec(select(Message).where(Message.author == author)).all()
        return [row.text for row in rows]


def give(house: Services, conversation_id: int, seen: int, **change: object) -> bool:
    values = {"token": "mine", "mode": Mode.AUTOMATIC, "reply": reply()} | change
    with session_scope(house.engine) as session:
        return deliver(
            session, conversation_id, values["token"], seen, values["mode"],  # type: ignore[arg-type]
            values["reply"], house.clock(),  # type: ignore[arg-type]
        )


def operator(house: Services, login: str = "mori") -> Operator:
    with session_scope(house.engine) as session:
        person = Operator(login=login, name="森 綾香")
        session.add(person)
        session.flush()
        return person


def test_a_reply_is_delivered_and_the_conversation_is_no_longer_due(
    house: Services, write: Send
) -> None:
    received = write()
    assert give(house, claim(house), received.sequence)
    assert texts(house, Author.ASSISTANT) == ["1,650円です。"]
    with session_scope(house.engine) as session:
        assert repository.claim_due(session, house.clock(), "other", 30) is None


def test_a_claimed_conversation_is_claimed_once_until_the_claim_runs_out(
    house: Services, write: Send, clock: object
) -> None:
    write()
    claim(house)
    with session_scope(house.engine) as session:
        assert repository.claim_due(session, house.clock(), "other", 30) is None
    clock.forward(seconds=31)  # type: ignore[attr-defined]
    claim(house, "other")


def test_a_reply_to_an_older_state_is_dropped_and_the_conversation_stays_due(
    house: Services, write: Send
) -> None:
    received = write()
    conversation_id = claim(house)
    write("やっぱり猫です")
    assert not give(house, conversation_id, received.sequence)
    assert texts(house, Author.ASSISTANT) == []
    claim(house, "next")


def test_nothing_is_said_once_an_operator_has_taken_over(house: Services, write: Send) -> None:
    received = write()
    conversation_id = claim(house)
    with session_scope(house.engine) as session:
        take_over(session, conversation_id, operator(house), "taken over")
    assert not give(house, conversation_id, received.sequence)
    assert texts(house, Author.ASSISTANT) == []


def test_a_worker_that_lost_its_claim_says_nothing(house: Services, write: Send) -> None:
    received = write()
    conversation_id = claim(house, "first")
    assert not give(house, conversation_id, received.sequence, token="second")


def test_a_handoff_is_a_state_with_reason_and_summary_and_keeps_the_draft(
    house: Services, write: Send
) -> None:
    received = write()
    handed = reply(Disposition.HAND_OFF, "担当者におつなぎします。")
    assert give(house, claim(house), received.sequence, reply=handed)
    with Session(house.engine) as session:
        conversation = repository.conversation(session, received.conversation_id)
        assert conversation.mode == Mode.MANUAL
        assert (conversation.handoff_reason, conversation.handoff_summary) == ("理由", "要約")
        suggestion = repository.open_suggestion(session, received.conversation_id)
        assert suggestion is not None
        assert suggestion.text == "1,650円です。"
    assert texts(house, Author.ASSISTANT) == ["担当者におつなぎします。"]


def test_in_manual_mode_the_customer_hears_nothing_and_the_operator_gets_a_suggestion(
    house: Services, write: Send
) -> None:
    received = write()
    with session_scope(house.engine) as session:
        take_over(session, received.conversation_id, operator(house), "taken over")
    assert give(house, claim(house), received.sequence, mode=Mode.MANUAL)
    assert texts(house, Author.ASSISTANT) == []
    with Session(house.engine) as session:
        assert repository.open_suggestion(session, received.conversation_id) is not None


def test_a_new_message_makes_the_suggestion_stale(house: Services, write: Send) -> None:
    received = write()
    give(house, claim(house), received.sequence, reply=reply(Disposition.SUGGEST))
    write("別の質問です")
    with Session(house.engine) as session:
        states = [row.state for row in session.exec(select(SuggestedReply))]
    assert states == [SuggestionState.STALE]


def test_an_operator_who_has_not_seen_the_newest_message_is_stopped(
    house: Services, write: Send
) -> None:
    received = write()
    write("追加です")
    with session_scope(house.engine) as session, pytest.raises(Refused, match="again"):
        answer(session, received.conversation_id, operator(house), "はい", received.sequence,
               house.clock())
    assert texts(house, Author.OPERATOR) == []


@pytest.mark.parametrize(
    ("text", "state", "distance"),
    [("1,650円です。", SuggestionState.ACCEPTED, 0), ("1,650円です！", SuggestionState.EDITED, 1)],
)
def test_the_use_of_a_suggestion_is_recorded(
    house: Services, write: Send, text: str, state: SuggestionState, distance: int
) -> None:
    received = write()
    give(house, claim(house), received.sequence, reply=reply(Disposition.SUGGEST))
    mori = operator(house)
    with session_scope(house.engine) as session:
        suggestion = repository.open_suggestion(session, received.conversation_id)
        assert suggestion is not None
        answer(session, received.conversation_id, mori, text, received.sequence,
               house.clock(), suggestion_id=suggestion.id)
        assert (suggestion.state, suggestion.edit_distance) == (state, distance)


def test_only_channels_that_must_send_get_an_outbox_entry(house: Services, write: Send) -> None:
    chat = write()
    give(house, claim(house), chat.sequence)
    mail = write(channel="email")
    give(house, claim(house), mail.sequence)
    with Session(house.engine) as session:
        assert [entry.channel for entry in session.exec(select(OutboxEntry))] == ["email"]
    outgoing = house.inbox.next_outgoing("email")
    assert outgoing is not None
    assert outgoing.automatic
    assert outgoing.answers is not None
    assert house.inbox.next_outgoing("email") is None


def test_a_message_that_could_not_be_sent_is_tried_again_later_and_then_given_up(
    house: Services, write: Send, clock: object
) -> None:
    mail = write(channel="email")
    give(house, claim(house), mail.sequence)
    for _ in range(MOST_ATTEMPTS):
        outgoing = house.inbox.next_outgoing("email")
        assert outgoing is not None
        house.inbox.failed(outgoing, "450 busy")
        assert house.inbox.next_outgoing("email") is None
        clock.forward(hours=2)  # type: ignore[attr-defined]
    assert house.inbox.next_outgoing("email") is None
    with Session(house.engine) as session:
        [entry] = session.exec(select(OutboxEntry)).all()
        assert (entry.state, entry.error) == ("failed", "450 busy")
        conversation = repository.conversation(session, mail.conversation_id)
        assert conversation.mode == Mode.MANUAL
        assert "450 busy" in conversation.handoff_reason
