"""Numbers, amounts, dates and times: the same amount of the same unit, however it is written."""

import pytest

from assistant.engine.checking import Grounds, check

JA = (
    "混合ワクチンの料金は6,600円で、税込みです。ご予約は11月7日（土）14時30分です。"
    "生後6か月以上の子が対象で、30日以内に届け出てください。チェックインは10時から18時までです。"
    "2匹目は20％引きです。受付は午後3時までです。"
)
EN = (
    "The vaccine costs ¥6,600, tax included. Your booking is on Saturday 7 November at 2:30 pm. "
    "Pets have to be at least 6 months old. Report the move within 30 days. Check-in is until "
    "18:00. The second pet is 20% off. Book two weeks ahead."
)


def kinds(text: str, section: str, **more: object) -> list[str]:
    grounds = Grounds(sections=(section,), **more)  # type: ignore[arg-type]
    return [one.kind for one in check(text, grounds)]


@pytest.mark.parametrize(
    "text",
    ["混合ワクチンの料金は６６００円です。", "ご予約は11/7の14:30です。", "受付は15時までです。",
     "届け出は三十日以内にお願いします。", "2匹目は2割引きです。",
     "生後六か月以上の子が対象です。", "チェックインは10:00から18:00です。"],
)
def test_a_value_is_the_same_however_it_is_written_in_japanese(text: str) -> None:
    assert kinds(text, JA) == []


@pytest.mark.parametrize(
    "text",
    ["The vaccine costs 6,600 yen.", "Your booking is on Saturday, November 7th at 14:30.",
     "Pets have to be at least six months old.", "Check-in is until 6 pm.",
     "The second pet is 20 percent off.", "Book 2 weeks ahead."],
)
def test_a_value_is_the_same_however_it_is_written_in_english(text: str) -> None:
    assert kinds(text, EN) == []


@pytest.mark.parametrize(
    ("text", "kind", "span"),
    [("混合ワクチンの料金は6,800円です。", "amount", "6,800円"),
     ("混合ワクチンの料金は6,600ポイントです。", "number", "6,600ポイント"),
     ("ご予約は11月8日です。", "date", "11月8日"),
     ("ご予約は日曜の14時30分です。", "date", "日曜"),
     ("受付は午後4時までです。", "date", "午後4時"),
     ("30週間以内に届け出てください。", "number", "30週間"),
     ("生後7か月以上の子が対象です。", "number", "7か月"),
     ("生後6か月未満の子が対象です。", "number", "6か月"),
     ("30日以降に届け出てください。", "number", "30日"),
     ("2匹目は３割引きです。", "number", "３割"),
     ("The vaccine costs ¥660.", "amount", "¥660"),
     ("Your booking is on Sunday 7 November.", "date", "Sunday"),
     ("Your booking is on 8 November.", "date", "8 November"),
     ("Your booking is at 2:30 am.", "date", "2:30 am"),
     ("Report the move within thirty weeks.", "number", "thirty weeks"),
     ("Pets have to be at most 6 months old.", "number", "6 months"),
     ("Check-in is from 18:00.", "date", "18:00"),
     ("The second pet is half price.", "number", "half"),
     ("Book three weeks ahead.", "number", "three weeks")],
)
def test_another_value_unit_or_bound_is_named_as_it_is_written(
    text: str, kind: str, span: str
) -> None:
    found = check(text, Grounds(sections=(EN if text.isascii() or "¥" in text else JA,)))
    assert (kind, span) in [(one.kind, one.span) for one in found]
    assert all(one.span in text for one in found)


def test_a_number_of_the_customer_proves_nothing_but_may_be_said_back() -> None:
    asked = ("予算は30,000円です。",)
    section = "手術の費用は大きさによります。"
    assert "amount" in kinds("手術の費用は30,000円です。", section, asked=asked)
    assert kinds("30,000円とのこと、承りました。", section, asked=asked) == []


def test_a_number_that_neither_the_stored_article_nor_a_fact_has_proves_nothing() -> None:
    read = "お客様の残高は1,340ポイントです。"
    stored = ("お客様の残高は{{ customer.points + 100 }}ポイントです。",)
    assert kinds(read, read, stored=stored, facts=("1,240",)) == ["number"]
    assert kinds(read, read, stored=stored, facts=("1,340",)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("The vaccine costs ¥6,600.", []), ("The vaccine costs ¥6,800.", ["amount"]),
     ("Your booking is on Saturday 7 November at 2:30 pm.", []),
     ("Your booking is on Sunday 8 November at 2:30 pm.", ["date", "date"])],
)
def test_an_answer_in_english_may_rest_on_japanese_values(text: str, found: list[str]) -> None:
    assert kinds(text, JA.replace("（土）", "（土曜）"), language="en") == found
