"""Polarity and modality, sentence by sentence against what the article says."""

import pytest

from assistant.engine.checking import Grounds, check

JA = (
    "診察の予約は、当日でもキャンセル料はかかりません。ポイントは現金と併用できます。"
    "ホテルの利用にはワクチンの接種が必要です。歯石取りは年に1回の検査をおすすめします。"
    "接種の後に顔が腫れることがあります。食事は手術の前に済ませてください。"
    "猫は市区町村への届け出は必要ありません。水や薬は与えないでください。"
    "割引は会員の方のみです。体重が5kg以上の犬が対象です。"
)
EN = (
    "A clinic appointment can be cancelled without a fee. Points cannot be exchanged for cash. "
    "Pets need to be vaccinated to stay at the hotel. You should brush the teeth every other day. "
    "The face may swell after the vaccine. Feed your dog before the operation. "
    "The discount is only for members. Do not give any medicine. Parking is free of charge. "
    "Every shop except Kobe has a salon."
)


@pytest.mark.parametrize(
    "text",
    ["診察の予約のキャンセルは無料です。", "ポイントは現金と併用いただけます。",
     "ホテルをご利用いただくには、ワクチンの接種が必要です。",
     "水やお薬は与えないようにお願いします。", "猫は市区町村への届け出は不要です。",
     "There is no fee for cancelling a clinic appointment.", "You can't exchange points for cash.",
     "Please do not give any medicine.", "There is no charge for parking."],
)
def test_the_same_in_other_words_passes(text: str) -> None:
    assert check(text, Grounds(sections=(EN if text.isascii() else JA,))) == ()


@pytest.mark.parametrize(
    "text",
    ["診察の予約は、当日だとキャンセル料がかかります。", "ポイントは現金と併用できません。",
     "ホテルの利用にはワクチンの接種は不要です。", "猫は市区町村への届け出が必要です。",
     "食事は手術の後に済ませてください。", "体重が5kg未満の犬が対象です。",
     "ポイントは現金とのみ併用できます。",
     "A clinic appointment cannot be cancelled without a fee.", "Points can be exchanged for cash.",
     "Pets need not be vaccinated to stay at the hotel.", "Feed your dog after the operation.",
     "Parking is not free of charge.", "Every shop has a salon.",
     "Points can be exchanged for cash, except by members."],
)
def test_the_contrary_is_refused(text: str) -> None:
    found = check(text, Grounds(sections=(EN if text.isascii() else JA,)))
    assert {one.kind for one in found} & {"negation", "number"}
    assert all(one.span in text for one in found)


@pytest.mark.parametrize(
    "text",
    ["ホテルの利用にはワクチンの接種をおすすめします。", "歯石取りは年に1回の検査が必要です。",
     "接種の後に顔が腫れます。", "食事は手術の前に済ませてもかまいません。",
     "You must brush the teeth every other day.", "The face will swell after the vaccine.",
     "Pets may be vaccinated to stay at the hotel.", "The face must swell after the vaccine."],
)
def test_a_must_for_a_should_or_a_will_for_a_may_is_refused(text: str) -> None:
    found = check(text, Grounds(sections=(EN if text.isascii() else JA,)))
    assert "modality" in {one.kind for one in found}


def test_always_and_guaranteed_need_an_article_that_says_so() -> None:
    english = check("The discount is always for members.", Grounds(sections=(EN,)))
    japanese = check("割引は必ず会員の方のみです。", Grounds(sections=(JA,)))
    assert [one.span for one in english] == ["always"]
    assert [one.span for one in japanese] == ["必ず"]
