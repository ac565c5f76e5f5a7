from datetime import date, timedelta

import pytest

from knowledge.health.validity import validity

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("dates", "kinds"),
    [
        ({}, []),
        ({"valid_until": TODAY - timedelta(days=1)}, ["expired"]),
        ({"valid_until": TODAY}, ["expiring"]),
        ({"valid_until": TODAY + timedelta(days=30)}, ["expiring"]),
        ({"valid_until": TODAY + timedelta(days=31)}, []),
        ({"review_by": TODAY - timedelta(days=1)}, ["review_overdue"]),
        ({"review_by": TODAY + timedelta(days=7)}, ["review_due"]),
        ({"review_by": TODAY + timedelta(days=90)}, []),
        # What has expired need not be reviewed.
        ({"valid_until": date(2026, 1, 1), "review_by": date(2026, 1, 1)}, ["expired"]),
        ({"valid_from": TODAY + timedelta(days=5)}, []),
    ],
)
def test_an_article_is_out_of_date_by_its_own_word(
    shelve, dates: dict[str, date], kinds: list[str]
) -> None:
    findings = validity([shelve("a", "料金", "## 料金\n本文", **dates)], TODAY)
    assert [one.kind for one in findings] == kinds
    urgent = {one.kind for one in findings if one.urgent}
    assert urgent <= {"expired", "review_overdue"}
    assert {one.kind for one in findings} & {"expired", "review_overdue"} == urgent
