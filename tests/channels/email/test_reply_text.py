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
    "日程の相談です。\nFrom: 東京\nTo: 大阪\nDate: 12月3日\nでお願いします。",
    "On 3 November my sister wrote to you:\nplease call her.",
    "On 3 November 2026 at 10:23 I wrote a mail. It was not answered.",
    "昨日14:30にお電話したところ、係の方が次のように書きました:\n「折り返します」",
    "2026年11月3日 10:00でお願いします。\nできれば午後も。",
    "| 種類 | 料金 |\n| 犬 | 5,000円 |\n| 猫 | 6,000円 |",
    "Date: 12/3\nTime: 10:00\nName: Sato",
    "差出人が「株式会社サンプル」のメールが届きました。本物ですか。",
    "Original message was lost, please send it again.",
    "転送メールが届かないのですが、設定を教えてください。",
    "Le 3 novembre 2026 je viens avec mon chien.",
    "Please confirm:\n-- the date\n-- the price",
    "このメールに機密情報は含まれますか？",
    "住所は次のとおりです。\n\n株式会社サンプル\n〒150-0000 東京都渋谷区1-2-3\n"
    "TEL 03-0000-0000",
    "お届け先を変えてください。\n\n〒150-0000 東京都渋谷区1-2-3\n電話 03-0000-0000\n"
    "メール a@x.example",
    "Sent from my home to yours.",
])
def test_words_that_look_like_a_quotation_are_kept(text: str) -> None:
    assert new_text(text, is_reply=True) == text


@pytest.mark.parametrize(("text", "wanted"), [
    ("On 3 November you wrote:\n> 何時ですか。\n15時です。",
     "On 3 November you wrote:\n15時です。"),
    ("11/3 10:00でお願いします。\n店 <support@harunowa.example> さんは書きました:\n> 何時ですか。",
     "11/3 10:00でお願いします。"),
    ("11月3日のご質問について:\n> 何時ですか。\n15時です。",
     "11月3日のご質問について:\n15時です。"),
])
def test_the_writers_line_above_a_quotation_is_kept(text: str, wanted: str) -> None:
    assert new_text(text, is_reply=True) == wanted


@pytest.mark.parametrize("banner", [
    "CAUTION: This email originated from outside of the organization. Do not click links.",
    "[EXTERNAL]", "【社外メール】", "※このメールは組織外から送信されています。ご注意ください。",
    "You don't often get email from sato@mail.example. Learn why this is important",
])
def test_what_a_mail_server_writes_above_a_mail_is_left_out(banner: str) -> None:
    assert new_text(f"{banner}\n\n15時でお願いします。") == "15時でお願いします。"


def test_a_quotation_marked_with_bars_is_one_only_below_an_introduction() -> None:
    bars = "| 何時ですか。\n| どのお店ですか。"
    introduced = f"15時です。\n\n2026/11/03 10:23 店 <support@harunowa.example>\n\n{bars}"
    assert new_text(introduced) == "15時です。"
    assert new_text(f"15時です。\n{bars}") == f"15時です。\n{bars}"


def test_an_answer_below_a_header_and_marked_lines_is_kept() -> None:
    text = ("お世話になります。\n\n"
            "差出人: 店 <support@harunowa.example>\n件名: 予約\n宛先: 佐藤\n\n"
            "> 何時ですか。\n\n15時です。")
    assert new_text(text) == "お世話になります。\n\n15時です。"


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
