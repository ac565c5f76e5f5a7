from datetime import date

import pytest

from knowledge.periods import period_in

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("昨日お話しした件です", "2026-11-22", "2026-11-22"),
        ("一昨日の診察について", "2026-11-21", "2026-11-21"),
        ("先週予約したものです", "2026-11-16", "2026-11-22"),
        ("先月もらった薬は何でしたか", "2026-10-01", "2026-10-31"),
        ("先々月の請求", "2026-09-01", "2026-09-30"),
        ("去年受けたワクチン", "2025-01-01", "2025-12-31"),
        ("一昨年の手術", "2024-01-01", "2024-12-31"),
        ("去年の春に打った注射", "2025-03-01", "2025-05-31"),
        ("この前の春に相談しました", "2026-03-01", "2026-05-31"),
        ("春に相談しました", "2026-03-01", "2026-05-31"),
        ("去年の冬の咳", "2025-12-01", "2026-02-28"),
        ("3日前に電話しました", "2026-11-19", "2026-11-21"),
        ("半年前の検査", "2026-04-09", "2026-07-10"),
        ("3か月前の検査", "2026-08-03", "2026-09-16"),
        ("2025年3月の領収書", "2025-03-01", "2025-03-31"),
        ("10月の診察", "2026-10-01", "2026-10-31"),
        ("12月の診察", "2025-12-01", "2025-12-31"),
        ("昨年の3月に伺いました", "2025-03-01", "2025-03-31"),
        ("What did you tell me yesterday?", "2026-11-22", "2026-11-22"),
        ("the medicine from last month", "2026-10-01", "2026-10-31"),
        ("the vaccine last spring", "2026-03-01", "2026-05-31"),
        ("last autumn she was ill", "2025-09-01", "2025-11-30"),
        ("this autumn she was ill", "2026-09-01", "2026-11-30"),
        ("two weeks ago we came", "2026-11-05", "2026-11-13"),
        ("the invoice of March 2025", "2025-03-01", "2025-03-31"),
        ("in December we came", "2025-12-01", "2025-12-31"),
    ],
)
def test_a_time_that_is_named_is_understood(text: str, first: str, last: str) -> None:
    found = period_in(text, TODAY)
    assert found is not None
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["来月の予約", "明日行けますか", "次の予約はいつですか", "tomorrow at five", "may I come?",
     "13月", "生後3か月の子犬", "", "99999年前"],
)  # fmt: skip
def test_what_names_no_past_time_has_none(text: str) -> None:
    assert period_in(text, TODAY) is None


def test_last_spring_in_spring_is_the_one_that_is_over() -> None:
    found = period_in("last spring", date(2026, 4, 10))
    assert found is not None
    assert found.first == date(2025, 3, 1)
