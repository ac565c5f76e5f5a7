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
    "Sent from my Verizon Wireless BlackBerry",
    "ドコモメールから送信", "Yahoo!メールアプリから送信", "Outlook for iOS を入手",
    "━━━━━━━━━━\n株式会社サンプル\n営業部 佐藤 美咲\nお客様の笑顔のために、働いています。\n"
    "TEL: 03-0000-0000\nhttps://sample.example\n━━━━━━━━━━",
    "株式会社サンプル\n営業部 佐藤 美咲\n〒150-0000 東京都渋谷区1-2-3\nTEL: 03-0000-0000\n"
    "E-mail: sato@sample.example",
    "Acme Inc.\nTel: +44 20 0000 0000\nwww.acme.example",
    "_______________________________________________\nDogs mailing list\n"
    "https://lists.example/mailman/listinfo/dogs",
    "CONFIDENTIALITY NOTICE: This e-mail is intended only for the addressee. If you are not the "
    "intended recipient, please delete it.",
    "This e-mail and any attachments are confidential.\nIf you received it in error, please "
    "delete it and notify the sender.",
    "【機密情報に関するお願い】\n本メールは宛先に記載された方のみを対象としています。\n"
    "誤って受信された場合は、削除をお願いいたします。",
    "本メールには機密情報が含まれている場合があります。\n誤送信の場合は破棄してください。",
    "このメールはウイルスチェック済みです。", "Virus-free. www.avast.com",
    "-- \n佐藤\n\n本メールおよび添付ファイルは、名宛人のみを対象としています。\n"
    "誤って受信された方は、直ちに削除してください。",
    "----------", "＊＊＊＊＊＊＊＊＊＊",
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
