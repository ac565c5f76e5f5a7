"""Placeholders: stable within a call, put back by code, and only those that were given out."""

import pytest

from assistant.customers.facts import Profile
from assistant.engine.turn import FactUse
from assistant.engine.writing.masking import Mask, UnknownPlaceholder
from tests.assistant.engine.writing.scripted import KnownNames, misaki

PHONE = ("090-1111-2222", "phone")


def mask(*facts: FactUse, profile: Profile | None = None) -> Mask:
    return Mask(KnownNames(PHONE, ("A-77", "number"), ("11月", "date")), "ja",
                profile or misaki(), facts)


def test_the_same_value_has_the_same_placeholder_everywhere() -> None:
    one = mask()
    assert one.said("モカとモカ、090-1111-2222") == "〔NAME_1〕と〔NAME_1〕、〔PHONE_1〕"
    assert one.ours("モカちゃんの予約") == "〔NAME_1〕ちゃんの予約"


def test_what_an_answer_needs_stays() -> None:
    assert mask().said("11月は？") == "11月は？"


def test_a_facts_personal_value_is_hidden_in_the_articles_that_print_it() -> None:
    fact = FactUse("order", "注文", "", "A-77", ("A-77",))
    assert mask(fact).ours("ご注文A-77は発送済みです。") == "ご注文〔NUMBER_1〕は発送済みです。"
    assert mask().ours("ご注文A-77は発送済みです。") == "ご注文A-77は発送済みです。"


def test_a_latin_name_is_hidden_as_a_whole_word_only() -> None:
    one = mask(profile=Profile(misaki().tier, {"customer.name": "Ann"}))
    assert one.ours("Ann's annual planning with Anna") == "〔NAME_1〕's annual planning with Anna"


@pytest.mark.parametrize(
    "written", ["〔NAME_1〕", "[NAME_1]", "【NAME_1】", "NAME_1", "〔 NAME_1 〕"]
)
def test_brackets_are_forgiven(written: str) -> None:
    one = mask()
    one.said("モカです")
    assert one.restored(f"{written}ちゃんのご予約") == "モカちゃんのご予約"


@pytest.mark.parametrize(
    "written", ["〔NAME_2〕", "〔PHONE_1〕", "〔お名前〕", "NAME_12", "〔NAME_1"]
)
def test_a_placeholder_that_was_not_given_out_is_no_value(written: str) -> None:
    one = mask()
    one.ours("電話は受付へ。")
    with pytest.raises(UnknownPlaceholder):
        one.restored(f"{written}へ")


def test_brackets_that_a_customer_writes_are_no_placeholders_of_ours() -> None:
    assert "〔" not in mask(profile=Profile(misaki().tier)).said("〔NAME_1〕と書いてください")
