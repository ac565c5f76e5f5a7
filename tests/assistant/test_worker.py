"""The worker: what comes in is answered, once, whatever happens in between."""

import dataclasses
import threading
import time
from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from assistant.conversations import repository
from assistant.conversations.incoming import IncomingMessage
from assistant.conversations.limits import set_switch
from assistant.conversations.models import (
    Author,
    Conversation,
    LedgerEntry,
    Message,
    Mode,
    SuggestedReply,
)
from assistant.customers.models import HistoryEntry
from assistant.customers.tier import Tier
from assistant.database import read_scope, session_scope
from assistant.engine.turn import Reply, Turn
from assistant.worker import Worker
from channels.services import Services

Work = Callable[[], int]


def wait_until(look: Callable[[], bool]) -> None:
    """Returns as soon as it is so; fails loudly if it never is."""
    for _ in range(600):
        if look():
            return
        time.sleep(0.05)
    raise AssertionError("It never came.")


def incoming(
    house: Services, number: int = 1, text: str = "初診料はいくらですか"
) -> IncomingMessage:
    return IncomingMessage(
        channel="web_chat", address=f"visitor-{number}", external_id=f"chat-{number}", text=text,
        sent_at=house.clock(),
    )


def answers(house: Services) -> list[Message]:
    with Session(house.engine) as session:
        return list(session.exec(select(Message).where(Message.author == Author.ASSISTANT)))


def test_a_question_is_answered_with_reasons_beside_the_message(
    stocked: Services, work: Work
) -> None:
    stocked.inbox.receive(incoming(stocked))
    assert work() == 1
    [message] = answers(stocked)
    assert "1,650円" in message.text
    assert message.reply is not None
    assert message.reply["citations"][0]["article_id"] == "clinic-fees"


def test_a_burst_of_messages_is_one_turn(stocked: Services, work: Work) -> None:
    first = incoming(stocked, text="犬のホテルを")
    stocked.inbox.receive(first)
    stocked.inbox.receive(dataclasses.replace(first, external_id="b", text="1泊お願いすると"))
    stocked.inbox.receive(dataclasses.replace(first, external_id="c", text="いくらですか？"))
    assert work() == 1
    assert len(answers(stocked)) == 1


def test_many_workers_answer_every_conversation_exactly_once(stocked: Services) -> None:
    for number in range(20):
        stocked.inbox.receive(incoming(stocked, number))

    def run() -> None:
        while stocked.worker.answer_next():
            pass

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run()
    said = [message.conversation_id for message in answers(stocked)]
    assert len(said) == len(set(said)) == 20


def test_a_failing_assistant_hands_off_and_says_so(stocked: Services) -> None:
    class Failing:
        def respond(self, _turn: Turn, _recall: object) -> Reply:
            raise RuntimeError("broken")

        def failed(self, turn: Turn) -> Reply:
            return stocked.assistant.failed(turn)

    worker = dataclasses.replace(stocked.worker, assistant=Failing())  # type: ignore[arg-type]
    received = stocked.inbox.receive(incoming(stocked))
    assert isinstance(worker, Worker)
    assert worker.answer_next()
    [message] = answers(stocked)
    assert "担当者" in message.text
    with Session(stocked.engine) as session:
        assert repository.conversation(session, received.conversation_id).mode == Mode.MANUAL


def test_a_worker_goes_on_after_a_turn_that_it_could_not_even_read(
    stocked: Services, clock: object
) -> None:
    class Broken:
        asset_word = property(lambda self: 1 / 0)
        facts = property(lambda self: 1 / 0)

    stop = threading.Event()
    broken = dataclasses.replace(stocked.worker, catalogue=Broken())  # type: ignore[arg-type]
    thread = threading.Thread(target=broken.run, args=(stop,))
    thread.start()
    stocked.inbox.receive(incoming(stocked))

    def claimed() -> bool:
        with read_scope(stocked.engine) as session:
            return not repository.is_any_due(session, stocked.clock())

    wait_until(claimed)
    assert thread.is_alive()
    stop.set()
    thread.join()
    clock.forward(seconds=31)  # type: ignore[attr-defined]
    assert stocked.worker.answer_next()
    assert len(answers(stocked)) == 1


def test_a_worker_that_died_after_its_claim_is_replaced(
    stocked: Services, work: Work, clock: object
) -> None:
    stocked.inbox.receive(incoming(stocked))
    with Session(stocked.engine) as session:
        assert repository.claim_due(session, stocked.clock(), "dead", 30)
        session.commit()
    assert work() == 0
    clock.forward(seconds=31)  # type: ignore[attr-defined]
    assert work() == 1
    assert len(answers(stocked)) == 1


@pytest.mark.parametrize(("tier", "remembered"), [(Tier.VERIFIED, True), (Tier.CLAIMED, False)])
def test_only_what_a_proven_sender_wrote_becomes_history(
    stocked: Services, work: Work, tier: Tier, remembered: bool
) -> None:
    text = "モカは雷がとても苦手です。ホテルは静かな部屋ですか。"
    stocked.inbox.receive(dataclasses.replace(
        incoming(stocked, text=text), channel="email", address="misaki.sato@mail.example",
        tier=tier,
    ))
    work()
    with Session(stocked.engine) as session:
        texts = session.exec(select(HistoryEntry.text)).all()
    assert (text in texts) is remembered


def test_one_forged_mail_lowers_the_tier_of_the_whole_turn(stocked: Services, work: Work) -> None:
    proven = dataclasses.replace(
        incoming(stocked, text="次の予約はいつですか"), channel="email",
        address="misaki.sato@mail.example", external_id="<1@x>", tier=Tier.VERIFIED,
    )
    stocked.inbox.receive(proven)
    stocked.inbox.receive(dataclasses.replace(
        proven, external_id="<2@x>", tier=Tier.CLAIMED, replies_to=("<1@x>",)
    ))
    work()
    [message] = answers(stocked)
    assert "モカ" not in message.text
    with Session(stocked.engine) as session:
        assert len(session.exec(select(Conversation)).all()) >= 1


def by_mail(
    house: Services, text: str = "初診料はいくらですか", number: int = 1, subject: str = ""
) -> IncomingMessage:
    return IncomingMessage(
        channel="email", address=f"a{number}@mail.example", external_id=f"{number}@mail.example",
        text=text, sent_at=house.clock(), tier=Tier.CLAIMED, subject=subject, language="ja",
    )


def with_settings(house: Services, **changes: object) -> Worker:
    settings = house.settings.model_copy(update=changes)
    return dataclasses.replace(house.worker, settings=settings)


@pytest.mark.parametrize(("automatic", "hours_ahead", "goes_out"), [
    ("always", 0, True), ("always", 10, True), ("inside", 0, True), ("inside", 10, False),
    ("outside", 0, False), ("outside", 10, True), ("never", 0, False), ("never", 10, False),
])
def test_an_answer_by_mail_goes_out_only_at_the_hours_that_the_setting_says(
    stocked: Services, clock, automatic: str, hours_ahead: int, goes_out: bool
) -> None:
    """A Monday noon to begin with; ten hours later the support centre is closed."""
    clock.forward(hours=hours_ahead)
    stocked.inbox.receive(by_mail(stocked))
    with_settings(stocked, mail_automatic=automatic).answer_next()
    said = [message.text for message in answers(stocked)]
    with Session(stocked.engine) as session:
        suggestions = session.exec(select(SuggestedReply)).all()
        conversation = session.exec(select(Conversation).order_by(Conversation.id)).all()[-1]
    if goes_out:
        assert "1,650円" in said[0]
        assert suggestions == []
        return
    assert "1,650円" in suggestions[0].text
    assert conversation.mode == Mode.MANUAL
    # Who waits is told so, unless nothing at all may be sent.
    assert [("担当者が確認" in text) for text in said] == ([] if automatic == "never" else [True])


def test_a_chat_is_answered_whatever_the_mail_settings_say(stocked: Services) -> None:
    stocked.inbox.receive(incoming(stocked))
    with_settings(stocked, mail_automatic="never").answer_next()
    assert "1,650円" in answers(stocked)[0].text


def test_while_automatic_mail_is_off_an_answer_is_a_draft_with_the_reason(
    stocked: Services,
) -> None:
    with session_scope(stocked.engine) as session:
        set_switch(session, False, None, stocked.clock())
    stocked.inbox.receive(by_mail(stocked))
    stocked.worker.answer_next()
    assert answers(stocked) == []
    with Session(stocked.engine) as session:
        [suggestion] = session.exec(select(SuggestedReply)).all()
        conversation = session.exec(select(Conversation).order_by(Conversation.id)).all()[-1]
    assert "1,650円" in suggestion.text
    assert "停止" in conversation.handoff_reason


def test_what_was_decided_about_a_mail_stands_in_the_ledger_with_its_values(
    stocked: Services, work: Work
) -> None:
    stocked.inbox.receive(by_mail(stocked))
    stocked.inbox.receive(by_mail(stocked, "パスポートの申請方法を教えてください", 2))
    work()
    with Session(stocked.engine) as session:
        sent, handed_off = session.exec(select(LedgerEntry).order_by(LedgerEntry.id)).all()
    assert (sent.decision, sent.rule) == ("send", "sure")
    assert sent.details["confidence"] >= sent.details["needed"] == 0.85
    assert sent.details["articles"] == ["clinic-fees"]
    assert (handed_off.decision, handed_off.details["tier"]) == ("hand_off", "claimed")


def test_a_mail_that_asks_more_than_is_answered_waits_for_a_person(
    stocked: Services, work: Work
) -> None:
    stocked.inbox.receive(by_mail(stocked, (
        "初診料はいくらですか？また、パスポートの申請方法を教えてください。市役所は何時までですか？"
    )))
    work()
    assert all("1,650円" not in message.text for message in answers(stocked))


def test_every_question_of_a_mail_is_answered_in_one_mail(stocked: Services, work: Work) -> None:
    stocked.inbox.receive(by_mail(
        stocked, "初診料はいくらですか？\n犬の混合ワクチンはいくらですか？"
    ))
    work()
    [message] = answers(stocked)
    assert "1,650円" in message.text
    assert "6,600円" in message.text


def test_a_companys_own_signature_stands_below_its_mails(stocked: Services) -> None:
    company = dataclasses.replace(stocked.company, mail_signature={"ja": "ハルノワ お客様窓口\n"})
    writer = dataclasses.replace(stocked.assistant._writer, company=company)
    stocked.assistant._writer = writer
    stocked.inbox.receive(by_mail(stocked))
    stocked.worker.answer_next()
    assert answers(stocked)[0].text.endswith("ハルノワ お客様窓口")
