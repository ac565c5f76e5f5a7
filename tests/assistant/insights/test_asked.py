"""What was asked in vain, and who heard which article."""

from datetime import timedelta

import pytest
from sqlmodel import select

from assistant.conversations.models import SuggestedReply, SuggestionState
from assistant.database import read_scope, session_scope
from assistant.insights.asked import Demand, demand

PARROT = "オウムの羽切りはどこまで切っていいのでしょうか"


def of_late(stocked, clock, days: int = 30) -> Demand:
    with read_scope(stocked.engine) as session:
        return demand(session, clock() - timedelta(days=days))


def mark(stocked, state: SuggestionState) -> None:
    with session_scope(stocked.engine) as session:
        for suggestion in session.exec(select(SuggestedReply)):
            suggestion.state = state
            session.add(suggestion)


def test_a_question_that_no_article_answers_is_remembered_with_its_customer(
    stocked, ask, clock
) -> None:
    ask(PARROT)
    ask(PARROT, "browser-2")
    asked = of_late(stocked, clock).unanswered
    assert [(one.question, one.language) for one in asked] == [(PARROT, "ja")] * 2
    assert len({one.customer_id for one in asked}) == 2
    assert {one.why for one in asked} <= {"handed_off", "unsure"}


def test_an_answer_is_a_reader_of_its_article_and_nothing_unanswered(stocked, ask, clock) -> None:
    ask("初診料はいくらですか")
    ask("初診料はいくらですか", "browser-2")
    found = of_late(stocked, clock)
    assert found.unanswered == ()
    assert len(found.hit_by({"clinic-fees", "first-visit"})) == 2
    assert found.hit_by({"unheard-of"}) == frozenset()


@pytest.mark.parametrize(
    ("state", "whys"),
    [
        (SuggestionState.REJECTED, {"rejected"}),
        (SuggestionState.ACCEPTED, set()),
        (SuggestionState.EDITED, set()),
        (SuggestionState.STALE, {"handed_off", "unsure"}),
    ],
)
def test_what_an_operator_did_with_the_suggestion_counts(
    stocked, ask, clock, state: SuggestionState, whys: set[str]
) -> None:
    ask(PARROT)
    mark(stocked, state)
    found = {one.why for one in of_late(stocked, clock).unanswered}
    assert found <= whys
    assert bool(found) is bool(whys)


@pytest.mark.parametrize(
    "text", ["担当者と話したいです", "ありがとうございました", "犬が息をしていません"]
)
def test_what_a_rule_hands_off_or_answers_is_no_gap(stocked, ask, clock, text: str) -> None:
    ask(text)
    assert of_late(stocked, clock).unanswered == ()


def test_what_is_older_does_not_count(stocked, ask, clock) -> None:
    ask(PARROT)
    clock.forward(days=31)
    assert of_late(stocked, clock).unanswered == ()
    assert len(of_late(stocked, clock, days=60).unanswered) == 1


def test_addresses_and_long_numbers_of_customers_are_left_out(stocked, ask, clock) -> None:
    ask("オウムの羽を切ってください。mori@mail.example か 090-1234-5678 に連絡をお願いできますか")
    (asked,) = of_late(stocked, clock).unanswered
    assert "mail.example" not in asked.question
    assert "1234" not in asked.question
    assert "オウム" in asked.question
