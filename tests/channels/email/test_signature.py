"""Signatures: taken away only where they surely are ones."""

import pytest

from channels.email.signature import without_signature

BODY = ["予約をお願いします。", "佐藤"]


@pytest.mark.parametrize("signature", [
    "-- \n佐藤 美咲\nTEL 03-0000-0000",
    "--\nMisaki Sato",
    "━━━━━━━━━━\n株式会社サンプル 佐藤\nTEL: 03-0000-0000\n━━━━━━━━━━",
    "＊＊＊＊＊＊＊＊\n佐藤 sato@mail.example\n＊＊＊＊＊＊＊＊",
    "☆．。．:*・゜☆．。．:*・゜☆\nsato@docomo.example".replace("．", ".").replace("゜", "ﾟ"),
    "------------------------------\n佐藤 美咲\n〒150-0000 東京都\nhttps://sato.example",
    "iPhoneから送信",
    "Sent from my iPhone",
    "Sent from Yahoo Mail on Android",
    "Androidスマートフォンから送信".replace("Android", ""),
    "Get Outlook for iOS<https://aka.example>",
    "-- \n佐藤\n\niPhoneから送信",
])
def test_a_signature_is_taken_away(signature: str) -> None:
    assert without_signature([*BODY, "", *signature.split("\n")]) == BODY


@pytest.mark.parametrize("text", [
    "新しい住所は以下です。\n----------\n〒150-0000 東京都渋谷区\n電話 03-0000-0000\n----------",
    "料金表\n==========\nカット 5,000円\nシャンプー 3,000円",
    "確認です。\n----------\n03-0000-0000 にお電話すればよいですか？",
    "Sent by courier yesterday.",
    "昨日アプリから送信しました。",
    "a\n--\nWhat about the second one?",
    "- one\n- two",
    "--\nonly this",
])
def test_what_may_be_the_writers_own_words_stays(text: str) -> None:
    assert without_signature(text.split("\n")) == text.split("\n")
