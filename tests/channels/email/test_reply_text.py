"""The sender's new words, and never one of them lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.reply_text import new_text

QUOTED = "> 佐藤様\n>\n> ご予約は12月3日です。"
INTRODUCTIONS = [
    "2026年11月3日(火) 10:23 ハルノワ相談窓口 <support@harunowa.example>:",
    "2026/11/03 10:23、ハルノワ <support@harunowa.example>のメール:",
    "ハルノワ相談窓口 さんは書きました:",
    "On Tue, Nov 3, 2026 at 10:23 AM Harunowa <support@harunowa.example> wrote:",
    "On Tue, Nov 3, 2026 at 10:23 AM Harunowa <support@harunowa.example>\nwrote:",
    "Am 03.11.2026 um 10:23 schrieb Harunowa <support@harunowa.example>:",
    "Le mar. 3 nov. 2026 à 10:23, Harunowa <support@harunowa.example> a écrit :",
    "-----Original Message-----",
    "差出人: ハルノワ <support@harunowa.example>\n送信日時: 2026年11月3日 10:23\n"
    "宛先: 佐藤\n件名: 予約",
    "________________________________\nFrom: Harunowa <support@harunowa.example>\nSent: Tuesday\n"
    "To: Sato\nSubject: Booking",
]


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_what_stands_above_a_quotation_is_the_new_text(introduction: str) -> None:
    text = f"15時でお願いします。\n\nよろしくお願いします。\n\n{introduction}\n\n{QUOTED}\n"
    assert new_text(text) == "15時でお願いします。\n\nよろしくお願いします。"


def test_answers_between_and_below_quotations_are_kept() -> None:
    text = (f"{INTRODUCTIONS[0]}\n> 何時ですか。\n15時です。\n> どのお店ですか。\n目黒です。\n")
    assert new_text(text) == "15時です。\n目黒です。"


def test_a_quotation_that_nothing_introduces_goes_only_in_a_reply() -> None:
    text = "> 何時ですか。\n15時です。"
    assert new_text(text, is_reply=True) == "15時です。"
    assert new_text(text) == text


def test_a_mail_that_is_only_passed_on_stays_whole() -> None:
    text = "-----Original Message-----\nFrom: a@x.example\nSent: Tuesday\nTo: b\n\nPlease look."
    assert new_text(text) == text


def test_a_mail_that_is_only_quotation_stays_whole() -> None:
    assert new_text(QUOTED, is_reply=True) == QUOTED


@pytest.mark.parametrize("text", [
    "お願いです:\n- 爪切り\n- 耳掃除",
    "From my house to the shop: how long does it take?",
    "件名: について教えてください。",
    "母は書きました。\n申込書は先週送っています。",
    "次の日程を希望します:\n2026年12月3日 10:00\n2026年12月4日 11:00",
    "Thanks,\nbut I still need a receipt for May.",
    "Best regards are not enough; when will it arrive?",
    "1. > 3kg の子は対象ですか。",
])
def test_words_that_look_like_a_quotation_are_kept(text: str) -> None:
    assert new_text(text, is_reply=True) == text


def test_code_and_its_blank_lines_keep_their_shape() -> None:
    assert new_text("a\n\n    b\n\nc") == "a\n\n    b\n\nc"


WORDS = st.text(st.sampled_from("あいう漢字カナabc 。、?\n"), min_size=1, max_size=80)


@given(WORDS, st.sampled_from(INTRODUCTIONS))
def test_no_written_word_is_lost_above_a_quotation(written: str, introduction: str) -> None:
    found = new_text(f"{written}\n\n{introduction}\n\n{QUOTED}", is_reply=True)
    assert set(re.findall(r"\w+", written)) <= set(re.findall(r"\w+", found))


@given(st.text(max_size=300), st.booleans())
def test_no_text_makes_it_raise(text: str, is_reply: bool) -> None:
    assert isinstance(new_text(text, is_reply=is_reply), str)


def test_a_hostile_text_is_read_in_the_end() -> None:
    new_text("On On On 2026-11-03 a@b.example\n" * 500 + "x:\n" * 5000 + "On " * 30_000 + ":")
