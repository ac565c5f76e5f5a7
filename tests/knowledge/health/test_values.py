import pytest

from knowledge.health.values import stated


@pytest.mark.parametrize(
    ("japanese", "english", "value"),
    [
        ("初診料は1,650円です", "The fee is ¥1,650.", ("money", "1650")),
        ("手術は1.5万円から", "from ¥15,000", ("money", "15000")),
        ("10％割引", "10% off", ("percent", "10")),
        ("2割引です", "20 % off", ("percent", "20")),
        ("18時まで", "until 18:00", ("clock", "18:00")),
        ("18時半まで", "until 6:30 pm", ("clock", "18:30")),
        ("深夜0時", "12 am", ("clock", "0:00")),
        ("8月11日から", "11 August", ("date", "8-11")),
        ("5月から", "from May", ("in month", "5")),
        ("火曜定休", "closed on Tuesdays", ("weekday", "2")),
        ("3か月前", "three months ahead", ("month", "3")),
        ("生後91日", "91 days old", ("day", "91")),
        ("電話03-0000-0119", "ring 03-0000-0119", ("phone", "0300000119")),
        ("２泊", "2 nights", ("night", "2")),
    ],
)
def test_a_value_is_the_same_in_both_languages(
    japanese: str, english: str, value: tuple[str, str]
) -> None:
    for text in (japanese, english):
        assert [(one.kind, one.amount) for one in stated(text)] == [value]


def test_ranges_have_both_their_ends() -> None:
    assert [one.amount for one in stated("3～4回")] == ["3", "4"]
    assert [one.amount for one in stated("11 to 17 August")] == ["8-11", "8-17"]
    assert [one.amount for one in stated("8月11日から17日")] == ["8-11", "8-17"]
    assert [one.amount for one in stated("seven to ten days")] == ["10", "7"]


@pytest.mark.parametrize("text", ["", "手順", "5つの", "the may queen", "12345", "9時間"])
def test_what_is_no_value_of_ours_is_none(text: str) -> None:
    assert [one for one in stated(text) if one.kind in ("money", "clock", "in month")] == []


def test_a_value_says_how_it_is_written() -> None:
    assert [one.text for one in stated("料金は 6,600円 です")] == ["6,600円"]


def test_thousands_are_one_number_in_english() -> None:
    assert [(one.kind, one.amount) for one in stated("You have 3,424 points.")] == [
        ("point", "3424")
    ]
