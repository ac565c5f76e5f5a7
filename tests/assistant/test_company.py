"""Opening hours in the company's own time zone."""

from datetime import UTC, datetime

import pytest

from assistant.company import load_company
from tests.conftest import PET_CARE


@pytest.mark.parametrize(
    ("utc", "is_open"),
    [(datetime(2026, 11, 23, 0, 0, tzinfo=UTC), True),
     (datetime(2026, 11, 22, 23, 59, tzinfo=UTC), False),
     (datetime(2026, 11, 23, 11, 0, tzinfo=UTC), False),
     (datetime(2026, 11, 28, 9, 59, tzinfo=UTC), True),
     (datetime(2026, 11, 28, 10, 0, tzinfo=UTC), False)],
)
def test_open_is_decided_in_tokyo(utc: datetime, is_open: bool) -> None:
    assert load_company(PET_CARE).is_open(utc) is is_open


def test_the_next_opening_is_the_next_day_after_closing() -> None:
    opening = load_company(PET_CARE).next_opening(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    assert opening is not None
    assert opening.isoformat() == "2026-11-24T09:00:00+09:00"
