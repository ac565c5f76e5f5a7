"""The past time that a question speaks of: 先月, last spring, 3日前, in March 2025."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.text import normalize

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
# The first month of each season, as one speaks of them in Japan.
_SEASONS = {"春": 3, "夏": 6, "秋": 9, "冬": 12,
            "spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # fmt: skip
_UNITS = {"日": 1, "週": 7, "月": 30, "年": 365, "d": 1, "w": 7, "m": 30, "y": 365}
_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
            "十": 10, "半": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4,
            "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}  # fmt: skip
_YEARS = {"今年": 0, "この": 0, "this": 0, "去年": 1, "昨年": 1, "一昨年": 2, "おととし": 2}


@dataclass(frozen=True)
class Period:
    """Some days, both ends included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


Read = Callable[[re.Match[str], date], Period | None]


def period_in(text: str, today: date) -> Period | None:
    """Return the past time that a text names, the first if several; None if it names none.

    What lies ahead (来月, tomorrow) is no memory and gives None.
    """
    plain = normalize(text)
    found = [
        (match.start(), -len(match[0]), period)
        for pattern, read in _READERS
        for match in pattern.finditer(plain)
        if (period := read(match, today)) is not None and period.first <= today
    ]
    return min(found, key=lambda one: one[:2])[2] if found else None


def _day(before: int) -> Read:
    return lambda _match, today: Period(today - timedelta(before), today - timedelta(before))


def _week(before: int) -> Read:
    def read(_match: re.Match[str], today: date) -> Period:
        monday = today - timedelta(today.weekday() + 7 * before)
        return Period(monday, monday + timedelta(6))

    return read


def _month(before: int) -> Read:
    return lambda _match, today: _months(today.year, today.month - before)


def _year(before: int) -> Read:
    return lambda _match, today: _months(today.year - before, 1, 12)


def _lately(_match: re.Match[str], today: date) -> Period:
    return Period(today - timedelta(30), today)


def _ago(match: re.Match[str], today: date) -> Period:
    """Some units ago, give or take a quarter of them, but at least one day."""
    written = match["n"]
    count = float(written) if written.isdigit() else _NUMBERS[written]
    unit = _UNITS[match["unit"][-1]]
    days = round(min(count * unit + (unit / 2 if match["half"] else 0), 36_500))
    day, about = today - timedelta(days), timedelta(max(round(days / 4), 1))
    return Period(day - about, min(day + about, today))


def _season(match: re.Match[str], today: date) -> Period:
    """The season of the year that is named, else the last one that has begun (of "last …": that
    is over)."""
    month, when = _SEASONS[match["season"]], match["when"] or ""
    if when in _YEARS and not (when in ("この", "this") and month > today.month):
        return _months(today.year - _YEARS[when], month, 3)
    year = today.year if month <= today.month else today.year - 1
    period = _months(year, month, 3)
    over = when in ("last", "前の", "この前の")
    return _months(year - 1, month, 3) if over and today in period else period


def _named_month(match: re.Match[str], today: date) -> Period | None:
    """A month of the year that is named, else the last one that has begun."""
    name = match["month"]
    month = int(name) if name.isdigit() else _MONTHS.index(name) + 1
    if not 1 <= month <= 12:
        return None
    named = match.groupdict()
    year = named["year"] or named.get("past") or ""
    if year.isdigit():
        return _months(int(year), month) if 1 <= int(year) <= 9_998 else None
    if year:
        return _months(today.year - _YEARS[year], month)
    return _months(today.year if month <= today.month else today.year - 1, month)


def _months(year: int, month: int, count: int = 1) -> Period:
    """So many months from this one on; month 0 is the December before."""
    first = date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    last_year, last_month = divmod(first.month - 1 + count - 1, 12)
    year, month = first.year + last_year, last_month + 1
    return Period(first, date(year, month, monthrange(year, month)[1]))


_PAST_YEAR = "|".join(word for word in _YEARS if not word.isascii() and word != "この")
_READERS: tuple[tuple[re.Pattern[str], Read], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (r"一昨日|おととい|\bday before yesterday\b", _day(2)),
        (r"(?<!一)昨日|きのう|(?<!before )\byesterday\b", _day(1)),
        (r"今日|本日|今朝|\btoday\b|\bthis morning\b", _day(0)),
        (r"先々週|\bweek before last\b", _week(2)),
        (r"先週|\blast week\b", _week(1)),
        (r"今週|\bthis week\b", _week(0)),
        (r"先々月|\bmonth before last\b", _month(2)),
        (r"先月|\blast month\b", _month(1)),
        (r"今月|\bthis month\b", _month(0)),
        (r"一昨年|おととし|\byear before last\b", _year(2)),
        (r"去年|(?<!一)昨年|\blast year\b", _year(1)),
        (r"今年|\bthis year\b", _year(0)),
        (r"最近|先日|この間|このあいだ|\brecently\b|\blately\b|\bthe other day\b", _lately),
        (r"(?P<n>(?<!\d)\d{1,4}|[一二三四五六七八九十半])(?P<unit>[日年週]|[かヶヵカケ箇]?月)間?"
         r"(?P<half>半)?(?:ほど|くらい|ぐらい)?前", _ago),
        (r"\b(?P<n>\d{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten)(?P<half>) "
         r"(?P<unit>d|w|m|y)(?:ay|eek|onth|ear)s? ago\b", _ago),
        (rf"(?P<when>{_PAST_YEAR}|この前の|前の|この)の?(?P<season>[春夏秋冬])", _season),
        (r"(?P<when>)(?P<season>[春夏秋冬])(?=に|頃|ごろ|先)", _season),
        (r"\b(?P<when>last|this|in the|in) (?P<season>spring|summer|autumn|fall|winter)\b",
         _season),
        (rf"(?:(?P<year>\d{{4}})年|(?P<past>{_PAST_YEAR})の?)?(?P<month>\d{{1,2}})月(?!以上|分|間)",
         _named_month),
        (rf"\b(?:in|last|since|of|from) (?P<month>{'|'.join(_MONTHS)})"
         r"(?:,? (?:of )?(?P<year>\d{4}))?\b", _named_month),
    )
)
