"""The small words that turn a sentence: no, must, should, can, may, only, except, before, after.

Each mark is read with its head, the content word that it is said of: "not covered" is a no of
"cover", 「かかりません」 one of 掛かる. Set phrases come first: 「かまいません」 is a can, "need
not" no must. Scope by the nearest content word, as in NegEx (Chapman et al., 2001).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.company import read_yaml

NO, FREE, ONLY, EXCEPT, ALL = "no", "free", "only", "except", "all"
NEEDLESS, CANNOT, DO_NOT = "needless", "cannot", "do not"
MUST, SHOULD, CAN, MAY, ASK, IF = "must", "should", "can", "may", "ask", "if"
BEFORE, AFTER, MORE, LESS, WILL = "before", "after", "more", "less", "will"
DENIALS = frozenset({NO, FREE, NEEDLESS, CANNOT, DO_NOT})
IMPERATIVE = "imperative"
MODALS = frozenset({MUST, SHOULD, CAN, MAY, ASK})

@dataclass(frozen=True)
class Mark:
    """A mark, the content word that it is said of ("" if there is none), and how it is written."""

    name: str
    head: str
    text: str
    start: int


_Rules = tuple[tuple[str, re.Pattern[str]], ...]
_REACH = 40
_ENDS = re.compile(r"\s*(?:[,.;:)]|$)")


def marks(text: str, terms: Sequence[tuple[str, int]], language: str) -> tuple[Mark, ...]:
    """Return the marks of a prepared sentence; `terms` are its content words and their places."""
    found: list[Mark] = []
    taken: list[tuple[int, int]] = []
    for name, look in _rules()[language]:
        for match in look.finditer(text):
            start, end = match.span()
            if start == end or any(start < last and first < end for first, last in taken):
                continue
            taken.append((start, end))
            if name:
                head = _head(text, terms, (start, end), language)
                found.append(Mark(name, head, match[0], start))
    return tuple(sorted(found, key=lambda mark: mark.start))


def _head(
    text: str, terms: Sequence[tuple[str, int]], span: tuple[int, int], language: str
) -> str:
    start, end = span
    before = [term for term, at in terms if start - _REACH <= at < start]
    after = [term for term, at in terms if end <= at < end + _REACH]
    if language == "ja" or (before and _ENDS.match(text[end:])):
        return before[-1] if before else ""
    return after[0] if after else (before[-1] if before else "")


@lru_cache(maxsize=1)
def _rules() -> dict[str, _Rules]:
    rules = read_yaml(Path(__file__).with_name("marks.yaml"))
    return {
        language: tuple((rule["name"], re.compile("|".join(rule["look"]))) for rule in own)
        for language, own in rules.items()
    }
