"""Names and addresses: they must stand somewhere, and not in another's place."""

import pytest

from assistant.engine.checking import Grounds, check

JA = Grounds(
    sections=("次回のご予約は、目黒本店で、モカちゃんのトリミングです。お電話は03-0000-1001です。"
              "くわしくは https://www.harunowa.example/help をご覧ください。",),
    names=("ハルノワ ペットケア", "目黒本店", "吉祥寺店", "佐藤 美咲", "佐藤様", "モカ", "ルナ"),
)  # fmt: skip
EN = Grounds(
    sections=("Your next booking is a check-up for Milo at Meguro. Call 03-0000-1001. You can "
              "read more at https://www.harunowa.example/help.",),
    names=("Harunowa Pet Care", "Meguro", "Kichijoji", "Emily Carter", "Milo", "Luna"),
    language="en",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "grounds"),
    [("佐藤様、次回のご予約はモカちゃんのトリミングです。", JA),
     ("Emily Carter, your next booking is a check-up for Milo.", EN),
     ("お電話は03-0000-1001です。", JA), ("Call 03-0000-1001.", EN),
     ("You can read more at https://www.harunowa.example/help.", EN)],
)
def test_who_and_what_the_grounds_name_may_be_said(text: str, grounds: Grounds) -> None:
    assert check(text, grounds) == ()


@pytest.mark.parametrize(
    ("text", "span"),
    [("田中様、次回のご予約はモカちゃんのトリミングです。", "田中"),
     ("次回のご予約は、目黒本店で、ココちゃんのトリミングです。", "ココ"),
     ("次回のご予約は、吉祥寺店で、モカちゃんのトリミングです。", "吉祥寺"),
     ("次回のご予約は、目黒本店で、ルナちゃんのトリミングです。", "ルナ"),
     ("Dear Mr Baker, your next booking is at Meguro.", "Baker"),
     ("Your next booking is a check-up for Rex at Meguro.", "Rex"),
     ("Your next booking is a check-up for Luna at Meguro.", "Luna"),
     ("Your next booking is a check-up for Milo at Kichijoji.", "Kichijoji")],
)
def test_another_name_is_named(text: str, span: str) -> None:
    found = check(text, EN if text.isascii() else JA)
    assert any(one.kind == "name" and span.lower() in one.span.lower() for one in found)


@pytest.mark.parametrize(
    ("text", "span"),
    [("お電話は03-0000-1002です。", "03-0000-1002"), ("Call 03-0000-1009.", "03-0000-1009"),
     ("くわしくは https://evil.example/ をご覧ください。", "https://evil.example"),
     ("Write to help@evil.example.", "help@evil.example")],
)
def test_another_address_is_named(text: str, span: str) -> None:
    found = check(text, EN if text.isascii() else JA)
    assert [one.span for one in found if one.kind == "link"] == [span]


def test_an_address_that_only_the_customer_wrote_is_not_passed_on() -> None:
    grounds = Grounds(sections=("Write to us.",), asked=("Is https://evil.example/ yours?",))
    found = check("Please see https://evil.example/.", grounds)
    assert "link" in [one.kind for one in found]
