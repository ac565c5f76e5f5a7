"""Days and times: shifting them, Japanese public holidays, and how people write them."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta, timezone
from random import Random

JST = timezone(timedelta(hours=9))
FIXED_HOLIDAYS = {
    (1, 1), (2, 11), (2, 23), (3, 20), (4, 29), (5, 3), (5, 4), (5, 5),
    (8, 11), (9, 23), (11, 3), (11, 23),
}  # fmt: skip
MONDAY_HOLIDAYS = {(1, 2), (7, 3), (9, 3), (10, 2)}  # (month, which Monday of it)
WEEKDAYS_JA = "月火水木金土日"


def add_months(day: date, months: int) -> date:
    """The same day so many months later (or earlier), clipped to the end of the month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_years(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes the 28th."""
    return add_months(day, 12 * years)


def age_in_months(born_on: date, day: date) -> int:
    """Whole months between a birthday and a day."""
    months = (day.year - born_on.year) * 12 + day.month - born_on.month
    return months - (1 if day.day < born_on.day else 0)


def is_holiday(day: date) -> bool:
    """Whether the day is a national holiday; the equinoxes are taken as 20 March, 23 September."""
    if (day.month, day.day) in FIXED_HOLIDAYS:
        return True
    if day.weekday() != calendar.MONDAY:
        return False
    yesterday = day - timedelta(days=1)
    nth = (day.day - 1) // 7 + 1
    return (day.month, nth) in MONDAY_HOLIDAYS or (
        yesterday.month,
        yesterday.day,
    ) in FIXED_HOLIDAYS


def is_high_season(day: date) -> bool:
    """Whether a hotel night costs extra: Golden Week, Obon, the turn of the year."""
    key = (day.month, day.day)
    return (4, 29) <= key <= (5, 6) or (8, 11) <= key <= (8, 17) or key >= (12, 27) or key <= (1, 5)


def at(day: date, clock: str) -> datetime:
    """The moment of a day in Japan; clock is written 14:30."""
    hour, minute = clock.split(":")
    return datetime.combine(day, time(int(hour), int(minute)), JST)


def visit_time(rng: Random) -> str:
    """A half hour at which every shop is open."""
    return f"{rng.randint(10, 16)}:{rng.choice(('00', '30'))}"


def within_support_hours(moment: datetime, rng: Random) -> datetime:
    """The moment itself while the support centre is open, else soon after it next opens."""
    closing = 18 if moment.weekday() >= calendar.SATURDAY else 19
    if 9 <= moment.hour < closing:
        return moment
    day = moment.date() if moment.hour < 9 else moment.date() + timedelta(days=1)
    return at(day, "9:00") + timedelta(minutes=rng.randint(4, 110))


def written_date(day: date, language: str) -> str:
    """A date as people write it in a message."""
    if language == "ja":
        return f"{day.month}月{day.day}日（{WEEKDAYS_JA[day.weekday()]}）"
    return f"{day:%A} {day.day} {day:%B}"


def full_date(day: date, language: str) -> str:
    """A date with its year, as operators write deadlines."""
    if language == "ja":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day:%B} {day.year}"
