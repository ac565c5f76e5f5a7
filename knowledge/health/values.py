"""The amounts, shares, hours, dates, weekdays, spans and telephone numbers that a text states.

The same value is the same however it is written and in both languages: 6,600円 and ¥6,600, 18時 and
18:00 and 6 pm, 5月から and from May, 月曜 and Monday, 3か月 and three months.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from knowledge.text import normalize

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve")  # fmt: skip
_MONTH_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august",
                "september", "october", "november", "december")  # fmt: skip
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBER_WORDS = {word: number for number, word in enumerate(_NUMBERS, start=1)}
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_WEEKDAYS = {name: number for names in (_DAY_NAMES, "月火水木金土日")
             for number, name in enumerate(names, start=1)}  # fmt: skip
_UNITS = {
    "分": "minute", "時間": "hour", "日": "day", "日間": "day", "営業日": "day", "泊": "night",
    "週": "week", "週間": "week", "か月": "month", "ヶ月": "month", "ケ月": "month",
    "カ月": "month", "年": "year", "年間": "year", "歳": "year", "回": "time", "匹": "animal",
    "頭": "animal", "km": "km", "ポイント": "point", "種": "in 1",
}  # fmt: skip
_MONTH = "|".join(_MONTHS)
_ENGLISH_NUMBER = r"\d[\d,]*(?:\.\d+)?|" + "|".join(_NUMBERS)


@dataclass(frozen=True)
class Value:
    """A value: its kind, what it is in one spelling, how it stands there, and where.

    `start` and `end` are places in the normalized text.
    """

    kind: str
    amount: str
    text: str
    start: int
    end: int


_Make = Callable[[re.Match[str]], Iterator[tuple[str, str]]]


def values_in(text: str) -> list[Value]:
    """Return the values of a normalized text (knowledge.text.normalize), in their order.

    No place belongs to two values; what could be read in two ways is read as the longer.
    """
    taken: list[tuple[int, int]] = []
    found: list[Value] = []
    for pattern, make in _RULES:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            made = [Value(kind, amount, match[0].strip(), match.start(), match.end())
                    for kind, amount in make(match)]  # fmt: skip
            if made:
                taken.append(match.span())
                found.extend(made)
    return sorted(found, key=lambda value: (value.start, value.amount))


def stated(text: str) -> list[Value]:
    """Return the values of any text."""
    return values_in(normalize(text))


def _phone(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    yield "phone", match[0].replace("-", "")


def _money(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    number = float((match["yen"] or match["sign"]).replace(",", ""))
    if match["yen"] and match["ten_thousand"]:
        number *= 10_000
    yield "money", f"{number:g}"


def _percent(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    tenths = match["tenths"]
    yield "percent", f"{float(tenths) * 10:g}" if tenths else f"{float(match['percent']):g}"


def _clock(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    hour = int(match["hour"])
    minute = 30 if match["half"] else int(match["minute"] or 0)
    if hour <= 24 and minute < 60:
        yield "clock", f"{hour}:{minute:02}"


def _colon_clock(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    yield "clock", f"{int(match['hour'])}:{match['minute']}"


def _english_clock(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    hour = int(match["hour"]) % 12 + (12 if match["half"] == "p" else 0)
    yield "clock", f"{hour}:{match['minute'] or '00'}"


def _days(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    month = int(match["month"])
    yield "date", f"{month}-{int(match['first'])}"
    if match["last"]:
        yield "date", f"{int(match['last_month'] or month)}-{int(match['last'])}"


def _english_days(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    month = _MONTHS[match["month"]]
    yield "date", f"{month}-{int(match['first'])}"
    if match["last"]:
        yield "date", f"{month}-{int(match['last'])}"


def _japanese_month(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    if 1 <= int(match["month"]) <= 12:
        yield "in month", str(int(match["month"]))


def _english_month(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    yield "in month", str(_MONTHS[match["month"]])


def _weekday(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    yield "weekday", str(_WEEKDAYS[match["day"]])


def _span(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    unit = _UNITS[match["unit"]]
    for number in (match["first"], match["last"]):
        if number:
            yield unit, f"{float(number.replace(',', '')):g}"


def _english_span(match: re.Match[str]) -> Iterator[tuple[str, str]]:
    unit = match["unit"].rstrip("s") if match["unit"] != "in-1" else "in 1"
    for number in (match["first"], match["last"]):
        if number:
            amount = _NUMBER_WORDS.get(number)
            yield unit, f"{float(number.replace(',', '')) if amount is None else amount:g}"


# The longer and surer readings first: 11:00 is an hour before it is a number.
_RULES: tuple[tuple[re.Pattern[str], _Make], ...] = (
    (re.compile(r"(?<![\d-])0\d{1,4}-\d{2,4}-\d{3,4}(?!\d)"), _phone),
    (re.compile(r"(?P<yen>\d[\d,]*(?:\.\d+)?)(?P<ten_thousand>万)?円|¥\s?(?P<sign>\d[\d,]*)"),
     _money),
    (re.compile(r"(?P<percent>\d+(?:\.\d+)?)\s?%|(?P<tenths>\d)割"), _percent),
    (re.compile(r"\b(?P<hour>\d{1,2})(?::(?P<minute>\d\d))? ?(?P<half>[ap])\.?m\b"),
     _english_clock),
    (re.compile(r"(?<!\d)(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?!\d)"), _colon_clock),
    (re.compile(r"(?P<hour>\d{1,2})時(?!間)(?:(?P<half>半)|(?P<minute>\d{1,2})分)?"), _clock),
    (re.compile(r"(?P<month>\d{1,2})月(?P<first>\d{1,2})日(?:から(?:(?P<last_month>\d{1,2})月)?"
                r"(?P<last>\d{1,2})日)?"), _days),
    (re.compile(r"\b(?P<first>\d{1,2})(?: (?:to|and|-) (?P<last>\d{1,2}))? "
                rf"(?P<month>{_MONTH})\b"), _english_days),
    (re.compile(r"(?<![か\d])(?P<month>\d{1,2})月"), _japanese_month),
    (re.compile(rf"\b(?:in|from|to|until|and|between|of|every|through) (?P<month>{_MONTH})\b"),
     _english_month),
    (re.compile(r"(?P<day>[月火水木金土日])曜"), _weekday),
    (re.compile(rf"\b(?P<day>{'|'.join(_DAY_NAMES)})s?\b"), _weekday),
    (re.compile(r"(?P<first>\d[\d,]*(?:\.\d+)?)(?:[~\-](?P<last>\d+))?\s?(?P<unit>"
                + "|".join(sorted(_UNITS, key=len, reverse=True)) + ")"), _span),
    (re.compile(rf"\b(?P<first>{_ENGLISH_NUMBER})(?:(?: to | or |-)(?P<last>{_ENGLISH_NUMBER}))?"
                r"[ -](?P<unit>minutes?|hours?|days?|nights?|weeks?|months?|years?|times|points?|km"
                r"|in-1)\b"), _english_span),
)  # fmt: skip
