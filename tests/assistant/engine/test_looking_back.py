"""What a colleague wrote before is told where it changes something, to the verified alone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from assistant.customers.recalled import Owed, Recalled
from assistant.customers.tier import Tier
from assistant.engine.looking_back import LookingBack
from assistant.engine.turn import Disposition, Reply
from assistant.engine.understand import load_intents
from channels.asking import Speaker, ask_as, turn_of
from channels.services import Services

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ANSWER = "接種のあとの激しい運動とシャンプーは、2日から3日お控えください。"


def entry(
    text: str = ANSWER, kind: str = "answered", similarity: float = 0.7, days: int = 100
) -> Recalled:
    return Recalled(text, kind, NOW - timedelta(days=days), similarity)


@pytest.fixture
def looking_back() -> LookingBack:
    return LookingBack(load_intents())


def respond(house: Services, message: str, recalled: Sequence[Recalled]) -> Reply:
    turn, _ = turn_of(house, Speaker("C-0001", Tier.VERIFIED), [message])
    return house.assistant.respond(turn, lambda _: recalled)


@pytest.mark.parametrize(
    "question", ["以前も伺ったのですが、初診料は？", "What did you tell me last time?"]
)
def test_who_speaks_of_the_past_is_told_what_was_written(
    looking_back: LookingBack, question: str
) -> None:
    assert looking_back(question, "ja", [entry()], NOW) == entry()


def test_who_asks_again_is_told_too(looking_back: LookingBack) -> None:
    asked = entry("注射のあと運動は？", "said", 0.9)
    assert looking_back("注射のあと運動は？", "ja", [asked, entry()], NOW) == entry()


@pytest.mark.parametrize(
    "recalled",
    [[entry(kind="said", similarity=0.9)], [entry(similarity=0.3)], [entry(days=900)],
     [entry("Please keep her quiet for two days.")], []],
)
def test_what_is_far_old_foreign_or_only_the_customers_word_is_not_told(
    looking_back: LookingBack, recalled: list[Recalled]
) -> None:
    assert looking_back("以前も伺いました", "ja", recalled, NOW) is None


def test_a_new_question_hears_nothing_of_the_past(looking_back: LookingBack) -> None:
    assert looking_back("初診料はいくらですか", "ja", [entry()], NOW) is None


def test_the_answer_tells_what_was_written_and_when(stocked: Services) -> None:
    before = entry("初診料は1,650円です。")
    reply = respond(stocked, "前にも聞きましたが、初診料はいくらですか", [before])
    assert reply.disposition is Disposition.SEND
    assert "2026年8月15日にも、担当者から次のようにご案内しております" in reply.text
    assert reply.text.index("1,650円") < reply.text.index("2026年8月15日")


def test_without_a_sure_article_the_colleague_gets_it_as_a_draft(stocked: Services) -> None:
    before = entry("パスポートは承っておりません。")
    reply = respond(stocked, "先日教えてもらったパスポートの件", [before])
    assert reply.disposition is Disposition.HAND_OFF
    assert "承っておりません" in reply.draft
    assert "承っておりません" not in reply.text


@pytest.mark.parametrize("tier", [Tier.ANONYMOUS, Tier.CLAIMED])
def test_below_verified_neither_history_nor_todo_is_loaded(
    stocked: Services, tier: Tier
) -> None:
    turn, customer_id = turn_of(stocked, Speaker("C-0001", tier), ["連絡はまだですか"])
    assert turn.owed == ()
    assert stocked.recollection.recall(customer_id, tier) is None


def test_who_waits_for_us_hears_that_it_is_on_the_list_and_gets_a_person(
    stocked: Services,
) -> None:
    reply = ask_as(stocked, Speaker("C-0001", Tier.VERIFIED), ["お電話の連絡はまだでしょうか"])
    assert reply.disposition is Disposition.HAND_OFF
    assert "11月28日（土）までの予定" in reply.text
    # It may be another thing that they wait for: nothing is claimed of it.
    assert "それに当たるかどうか" in reply.text
    assert "爪切り" not in reply.text
    assert "爪切りの希望を確認する" in reply.summary


def test_who_waited_too_long_hears_that_we_are_sorry(stocked: Services) -> None:
    turn, _ = turn_of(stocked, Speaker("C-0003", Tier.VERIFIED), ["Any news? I'm still waiting."])
    turn = turn.__class__(**{**vars(turn), "owed": (Owed("Call", date(2026, 11, 20)),)})
    reply = stocked.assistant.respond(turn)
    assert reply.reason_code == "owed"
    assert "sorry that you have had to wait" in reply.text


def test_who_waits_for_nothing_that_we_know_of_is_not_told_of_a_list(stocked: Services) -> None:
    reply = ask_as(stocked, Speaker("C-0002", Tier.VERIFIED), ["連絡はまだでしょうか"])
    assert reply.reason_code != "owed"
    assert reply.disposition is not Disposition.SEND
