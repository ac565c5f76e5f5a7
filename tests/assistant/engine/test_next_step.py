"""Below an answer at most one suggestion, and only where it is welcome."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.customers.recalled import Offered
from assistant.customers.tier import Tier
from assistant.engine.turn import Disposition, Reply, Turn, Utterance
from channels.asking import Speaker, turn_of
from channels.services import Services

SATO = Speaker("C-0001", Tier.VERIFIED)
QUESTION = "犬の混合ワクチンの料金はいくらですか"
CLASS = "パピークラス"


@pytest.fixture
def puppy(stocked: Services) -> Turn:
    """The question of somebody whose dog is four months old."""
    turn, _ = turn_of(stocked, SATO, [QUESTION])
    [dog] = turn.profile.assets
    young = replace(dog, values={**dog.values, "pet.age_months": 4})
    return replace(turn, profile=replace(turn.profile, assets=(young,)))


def respond(house: Services, turn: Turn, **changes: Any) -> Reply:
    return house.assistant.respond(replace(turn, **changes))


def test_an_answer_that_is_sent_ends_with_what_fits_and_what_is_for_everybody(
    stocked: Services, puppy: Turn
) -> None:
    reply = respond(stocked, puppy)
    assert reply.disposition is Disposition.SEND
    assert reply.suggestion == "puppy-class"
    assert "ご参考までに。モカちゃんは、毎週土曜日のパピークラス" in reply.text
    assert "そのほかのサービスについても" in reply.text.split(CLASS)[1]
    assert reply.as_data()["suggestion"] == "puppy-class"
    assert "pet.name" in {fact.name for fact in reply.facts_used}


def test_a_draft_for_an_operator_has_none(stocked: Services, puppy: Turn) -> None:
    reply = respond(stocked, puppy, messages=["パスポートの申請方法は？"])
    assert reply.suggestion == ""
    assert CLASS not in reply.text + reply.draft


def test_who_is_no_puppy_owner_hears_nothing_of_it(stocked: Services) -> None:
    turn, _ = turn_of(stocked, SATO, [QUESTION])
    assert respond(stocked, turn).suggestion == ""


@pytest.mark.parametrize(
    ("days", "declined", "expected"),
    [(3, False, ""), (60, False, ""), (120, False, "puppy-class"), (120, True, "")],
)
def test_what_was_offered_lately_or_refused_once_is_not_offered_again(
    stocked: Services, puppy: Turn, days: int, declined: bool, expected: str
) -> None:
    before = Offered("puppy-class", puppy.now - timedelta(days=days), declined)
    assert respond(stocked, puppy, offered=(before,)).suggestion == expected


def test_between_two_suggestions_lie_some_days(stocked: Services, puppy: Turn) -> None:
    other = Offered("rejoin", puppy.now - timedelta(days=2), False)
    assert respond(stocked, puppy, offered=(other,)).suggestion == ""


def test_somebody_who_was_upset_is_offered_nothing(stocked: Services, puppy: Turn) -> None:
    before = (Utterance("customer", "ひどい対応でした"),
              Utterance("operator", "申し訳ございません。"))
    reply = respond(stocked, puppy, before=before)
    assert reply.disposition is Disposition.SEND
    assert reply.suggestion == ""


def test_the_bereaved_are_offered_nothing(stocked: Services, puppy: Turn) -> None:
    values = {**puppy.profile.values, "customer.bereaved": True}
    profile = replace(puppy.profile, values=values)
    assert respond(stocked, puppy, profile=profile).suggestion == ""


@pytest.mark.parametrize("tier", [Tier.ANONYMOUS, Tier.CLAIMED])
def test_who_is_not_proven_is_offered_nothing(
    stocked: Services, puppy: Turn, tier: Tier
) -> None:
    profile = replace(puppy.profile, tier=tier)
    assert respond(stocked, puppy, profile=profile).suggestion == ""


def test_on_the_phone_a_colleague_says_what_fits(stocked: Services, puppy: Turn) -> None:
    assert respond(stocked, puppy, channel="phone").suggestion == ""
