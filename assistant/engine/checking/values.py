"""The values of a sentence with their units and bounds, one reading for all ways to write them.

The kinds and spellings of `knowledge.health.values`, and before it: number words, 午後3時, August
11; after it: numbers with any other unit. A bound is at least, more than, at most, less than,
before or after, in either language.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.company import read_yaml
from knowledge.health.values import values_in
from knowledge.text import analyze, normalize

_DIGITS = dict(zip("〇一二三四五六七八九", range(10), strict=True))
_PLACES = {"十": 10, "百": 100, "千": 1000}
_COUNTERS = (
    "円|日間|日|週間|週|か月|ヶ月|カ月|ケ月|年間|年|歳|回|匹|頭|泊|割|時間|時|名|人|件|個|本|枚|通|種|"
    "ポイント|パーセント|%|倍|店|つ目"
)
_KANJI = "〇一二三四五六七八九十百千"
_KANJI_NUMBER = re.compile(rf"(?<![同唯万統均{_KANJI}])[{_KANJI}]+(?=(?:{_COUNTERS}))(?!十分)")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ONES = tuple(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen""".split()  # noqa: SIM905
)
_ENGLISH = {word: number for number, word in enumerate(_ONES)} | {
    word: 10 * number for number, word in enumerate(_TENS, start=2)
}
_ENGLISH_NUMBER = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})(?:[- ](?P<one>{'|'.join(_ONES[1:10])}))?"
    rf"|(?P<small>{'|'.join(_ONES[2:])}))(?P<more> hundred| thousand)?\b"
)
_MONTH = ("january|february|march|april|may|june|july|august|september|october|november|december")
_REWRITTEN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:正午|お昼の12時|\bnoon\b)"), "12:00"),
    (re.compile(r"\bmidnight\b"), "0:00"),
    (re.compile(r"午前(?=\d)"), ""),
    (re.compile(r"(\d)パーセント|(\d) ?per ?cent\b"), r"\1\2%"),
    (re.compile(r"(\d) ?(?:yen|jpy)\b"), r"\1円"),
    (re.compile(rf"\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?\b(?! ?:)"), r"\2 \1"),
    (re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH})\b"), r"\1 \2"),
    (re.compile(r"(?<![\d/])(1?\d)/([123]?\d)(?![\d/])"), r"\1月\2日"),
    (re.compile(r"\b(?:about|around|approximately|roughly|some) (?=\d)"), ""),
    (re.compile(r"(?<=\d )(?:working|business|calendar) (?=days?\b)"), ""),
    (re.compile(r"半額|半分"), "50%"),
    (re.compile(r"\bhalf an hour\b"), "30 minutes"),
    (re.compile(r"\bhalf(?:[ -]price)?\b(?! past)"), "50%"),
    (re.compile(r"\btwice\b"), "2 times"),
    (re.compile(r"\bonce (?=a |per |every )"), "1 times "),
)  # fmt: skip
_AFTERNOON = re.compile(r"(?:午後|夜|夕方)の?(\d{1,2})(?=時|:)")
_OTHER = re.compile(
    r"(?<![\d.,])(?<!\d:)(\d[\d,]*(?:\.\d+)?)\s?"
    r"(匹|頭|件|個|本|名|人|通|枚|台|箱|袋|錠|粒|滴|倍|点|番|階|kg|g\b|cm|mm|ml|mg|l\b|店|種|つ|[a-z]+)?"
)
_NO_UNIT = frozenset(
    {"upwards", "off", "extra", "ahead", "more", "less", "or", "and", "to", "each", "onwards"}
)
# Days that are said from another: the next day, tomorrow.
_RELATIVE = {
    "next day": re.compile(r"翌日|\b(?:next|following) day\b"),
    "day before": re.compile(r"前日|\b(?:day before|previous day)\b"),
    "tomorrow": re.compile(r"明日(?!葉)|\btomorrow\b"),
    "yesterday": re.compile(r"昨日|\byesterday\b"),
    "today": re.compile(r"本日|今日|\btoday\b"),
    "next week": re.compile(r"来週|翌週|\bnext week\b"),
    "next month": re.compile(r"来月|翌月|\bnext month\b"),
    "next morning": re.compile(r"翌朝|\bnext morning\b"),
}
_EACH = re.compile(
    r"\b(?:(?:per|each|every)|an?(?= \w+ (?:before|after|ahead|later|beforehand|earlier)\b)) "
    r"(minute|hour|day|night|week|month|year)\b"
)
_UNIT_OF_ONE = re.compile(r"\b(?:an?|per|each|every|one) (minute|hour|day|night|week|month|year)\b")
_PEOPLE = {"名": "people", "人": "people", "頭": "animal", "匹": "animal"}

_LOWER, _UPPER = frozenset({"more", "least", "after"}), frozenset({"less", "most", "before"})
_SAME_BOUND = ({"least", "after"}, {"more", "after"}, {"most", "before"}, {"less", "before"})
_RANGE = re.compile(r"\d.*(?:~|-| to | or |から).*\d|(?:one|two|three) (?:to|or) ")
_FROM = re.compile(r"(?:from|between)\s*$")
_BETWEEN = re.compile(r"\s*(?:から|~|-|to|and|until|or|より)\s*")


@dataclass(frozen=True)
class Stated:
    """A value as a sentence states it: its kind (unit), its amount in one spelling, how it is
    written, where in the prepared text, and how it bounds what it is said of."""

    kind: str
    amount: str
    text: str
    start: int
    end: int
    bounds: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[str, str]:
        """What makes two values the same."""
        return self.kind, self.amount


def prepared(text: str) -> str:
    """Return the normalized text with number words as digits and one way to write dates."""
    text = normalize(text)
    for pattern, written in _REWRITTEN:
        text = pattern.sub(written, text)
    text = _AFTERNOON.sub(lambda match: str(int(match[1]) % 12 + 12), text)
    text = re.sub(r"(\d+)千(?=円)", lambda match: f"{match[1]}000", text)
    text = _KANJI_NUMBER.sub(lambda match: str(_from_kanji(match[0])), text)
    return _ENGLISH_NUMBER.sub(lambda match: str(_from_english(match)), text)


def values(text: str) -> list[Stated]:
    """Return the values of a prepared text, in their order."""
    found = [Stated(value.kind, value.amount, value.text, value.start, value.end)
             for value in values_in(text)]
    spans = [(one.start, one.end) for one in found]
    found.extend(_others(text, spans))
    found.extend(Stated(match[1], "1", match[0], *match.span()) for match in _EACH.finditer(text))
    found.extend(Stated("relative day", day, match[0], *match.span())
                 for day, look in _RELATIVE.items() for match in look.finditer(text))  # fmt: skip
    found.sort(key=lambda one: one.start)
    return [Stated(one.kind, one.amount, one.text, one.start, one.end, _bounds(text, found, one))
            for one in found]


def units_of_one(text: str) -> set[tuple[str, str]]:
    """Return the values that an article states: "a night" is one night."""
    return {(match[1], "1") for match in _UNIT_OF_ONE.finditer(text)}


def agree(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether two bounds of the same value may stand for each other."""
    ours, theirs = ours - {"range"}, theirs - {"range"}
    if ours == theirs:
        return True
    if bool(ours & _LOWER) != bool(theirs & _LOWER) or bool(ours & _UPPER) != bool(theirs & _UPPER):
        return False
    return bool(ours & theirs) or any(ours & pair and theirs & pair for pair in _SAME_BOUND)


def _others(text: str, spans: list[tuple[int, int]]) -> Iterator[Stated]:
    for match in _OTHER.finditer(text):
        start, end = match.span(1)
        if any(start < last and first < end for first, last in spans):
            continue
        unit = match[2] or ""
        unit = "" if unit in _NO_UNIT or (unit.isascii() and unit and not analyze(unit)) else unit
        amount = match[1].rstrip(",.").replace(",", "")
        yield Stated(_PEOPLE.get(unit, f"of {unit}" if unit else "number"),
                     f"{float(amount):g}" if amount.count(".") < 2 else amount,
                     match[0].strip(), start, match.end())  # fmt: skip


def _bounds(text: str, found: list[Stated], value: Stated) -> frozenset[str]:
    """How a value is bound; a range ("from 10 to 14 days") by what stands around both its ends."""
    start, end = value.start, value.end
    for other in found:
        if other is not value and other.kind == value.kind and _is_range(text, value, other):
            start, end = min(start, other.start), max(end, other.end)
    is_range = (start, end) != (value.start, value.end) or _RANGE.search(value.text) is not None
    before = text[max(0, start - 24) : start]
    after = text[end : end + 24]
    bounds = frozenset(
        name for name, ahead, behind in _looks()
        if (ahead.search(before) and not (is_range and _FROM.search(before)))
        or (behind.match(after) and not (is_range and after.startswith("まで")))
    )
    return bounds | {"range"} if is_range else bounds


@lru_cache(maxsize=1)
def _looks() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    bounds = read_yaml(Path(__file__).with_name("bounds.yaml"))
    return tuple(
        (name, re.compile(rf"(?:{look['before']})\s*$"),
         re.compile(rf"\s*(?:[(（][^)）]*[)）])?\s*(?:{look['after']})"))
        for name, look in bounds.items()
    )


def _is_range(text: str, first: Stated, last: Stated) -> bool:
    if first.start > last.start:
        first, last = last, first
    return first.end <= last.start and _BETWEEN.fullmatch(text[first.end : last.start]) is not None


def _from_kanji(written: str) -> int:
    total, digit = 0, 0
    if not any(character in _PLACES for character in written):
        return int("".join(str(_DIGITS[character]) for character in written))
    for character in written:
        if character in _PLACES:
            total += (digit or 1) * _PLACES[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit


def _from_english(match: re.Match[str]) -> int:
    number = _ENGLISH[match["tens"]] if match["tens"] else _ENGLISH[match["small"]]
    number += _ENGLISH[match["one"]] if match["one"] else 0
    return number * {"": 1, " hundred": 100, " thousand": 1000}[match["more"] or ""]
