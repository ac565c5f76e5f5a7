"""Mails that are passed on: whose words are whose."""

import pytest

from channels.email.forwarded import inline_forward
from channels.email.parsing import ParsedMail, parse

GMAIL = ("よろしくお願いします。\n\n---------- Forwarded message ---------\n"
         "From: 田中 太郎 <taro@mail.example>\nDate: 2026年11月3日(火) 10:23\n"
         "Subject: 見積もり\nTo: 佐藤 <sato@mail.example>\n\n5,000円です。")
APPLE = ("お願いします。\n\n転送されたメッセージ：\n\n差出人: 田中 太郎 <taro@mail.example>\n"
         "件名: 見積もり\n日付: 2026年11月3日 10:23:00 JST\n宛先: 佐藤 <sato@mail.example>\n\n"
         "5,000円です。")
OUTLOOK = ("お願いします。\n________________________________\nFrom: 田中 太郎 <taro@mail.example>\n"
           "Sent: Tuesday, November 3, 2026 10:23 AM\nTo: 佐藤 <sato@mail.example>\n"
           "Subject: 見積もり\n\n5,000円です。")
THUNDERBIRD = ("お願いします。\n\n-------- 転送メッセージ --------\n件名: \t見積もり\n"
               "日付: \tTue, 3 Nov 2026 10:23:00 +0900\n差出人: \t田中 太郎 <taro@mail.example>\n"
               "宛先: \t佐藤 <sato@mail.example>\n\n5,000円です。")


@pytest.mark.parametrize(("text", "subject"), [
    (GMAIL, "Fwd: 見積もり"), (APPLE, "Fwd: 見積もり"), (OUTLOOK, "FW: 見積もり"),
    (THUNDERBIRD, "Fwd: 見積もり"), (GMAIL, "見てください"), (OUTLOOK, "転送: 見積もり"),
])
def test_who_wrote_what_is_told(text: str, subject: str) -> None:
    found = inline_forward(text, subject)
    assert found is not None
    assert (found.way, found.from_name, found.from_address, found.subject, found.text) == (
        "inline", "田中 太郎", "taro@mail.example", "見積もり", "5,000円です。")


def test_an_answered_mail_is_not_passed_on() -> None:
    assert inline_forward(OUTLOOK, "RE: 見積もり") is None
    assert inline_forward("ただの文章です。\nFrom: 東京", "Fwd: x") is None


def test_the_writers_own_words_stand_apart_from_what_is_passed_on() -> None:
    raw = ("From: sato@mail.example\nSubject: Fwd: q\nContent-Type: text/plain; charset=utf-8\n\n"
           + GMAIL).encode()
    mail = parse(raw)
    assert isinstance(mail, ParsedMail)
    assert mail.new_text == "よろしくお願いします。"
    assert [one.text for one in mail.forwarded] == ["5,000円です。"]


def test_an_attached_mail_is_told_by_its_own_header() -> None:
    raw = (b"From: sato@mail.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee.\n"
           b"--b\nContent-Type: message/rfc822\n\nFrom: Taro <taro@mail.example>\n"
           b"Subject: =?utf-8?B?6KaL56mN?=\nDate: Tue, 3 Nov 2026 10:23:00 +0900\n\n5,000 yen\n"
           b"--b--\n")
    mail = parse(raw)
    assert isinstance(mail, ParsedMail)
    assert mail.text == "See."
    [one] = mail.forwarded
    assert (one.way, one.from_name, one.from_address, one.subject, one.text) == (
        "attached", "Taro", "taro@mail.example", "見積", "5,000 yen")
