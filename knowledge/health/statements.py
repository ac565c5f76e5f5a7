"""What a section states: values, and the words that tell what they are said of."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.articles.passages import sentences
from knowledge.health.shelf import Shelved
from knowledge.health.values import Value, values_in
from knowledge.text import analyze, normalize

# Telephone numbers and counts of animals are said of too many things to be compared.
_COMPARED = frozenset(
    {"money", "percent", "clock", "date", "in month", "weekday", "minute", "hour", "day", "night",
     "week", "month", "year", "time", "km", "point"}
)  # fmt: skip
_CLAUSE_END = re.compile(r"[、;；。]|(?<!\d),|,(?!\d)|[()（）]|\band\b|\bor\b")
_FLOOR_AFTER = re.compile(r"\s*(?:[(（][^)）]*[)）])?\s*(?:から|以上|or more)")
_FLOOR_BEFORE = re.compile(r"(?:from|at least|starts? at|starting at)\s*$")
_QUOTE = 90


@dataclass(frozen=True)
class Statement:
    """The values of one kind in one clause, and how they are written there.

    `own` are the words of the clause (of the sentence, if the clause has none), `around` those of
    its sentence, heading and title; words for kinds of things stand apart in `kinds`. A floor says
    "from": more contradicts it not.
    """

    kind: str
    amounts: frozenset[str]
    said: str
    quote: str
    own: frozenset[str]
    around: frozenset[str]
    kinds: frozenset[str]
    floor: bool


def kind_words(kinds: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the terms that tell one kind of thing from the others (dogs, cats)."""
    terms = {name: {t for word in words for t in analyze(word)} for name, words in kinds.items()}
    spread = Counter(term for own in terms.values() for term in own)
    return frozenset(term for own in terms.values() for term in own if spread[term] == 1)


def statements(section: Shelved, kinds: frozenset[str]) -> list[Statement]:
    """Return the statements of a section; `kinds` are the terms that tell kinds of things."""
    found: list[Statement] = []
    above = set(analyze(f"{section.place.title} {section.place.heading}"))
    for sentence in sentences(section.text):
        text = normalize(sentence)
        values = [value for value in values_in(text) if value.kind in _COMPARED]
        of_sentence = set(analyze(_without(text, values, 0, len(text)))) if values else set()
        for start, end in _clauses(text):
            stated = [value for value in values if start <= value.start < end]
            if not stated:
                continue
            own = set(analyze(_without(text, stated, start, end)))
            if not own - kinds:
                own |= of_sentence
            named = own & kinds or of_sentence & kinds or above & kinds
            for kind in sorted({value.kind for value in stated}):
                mine = [value for value in stated if value.kind == kind]
                found.append(Statement(
                    kind, frozenset(value.amount for value in mine),
                    " / ".join(dict.fromkeys(value.text for value in mine)), sentence[:_QUOTE],
                    frozenset(own - kinds), frozenset((of_sentence | above) - kinds),
                    frozenset(named), any(_is_floor(text, value) for value in mine),
                ))  # fmt: skip
    return found


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _CLAUSE_END.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _without(text: str, values: Sequence[Value], start: int, end: int) -> str:
    """Return text[start:end] without the values themselves."""
    kept, at = [], start
    for value in values:
        kept.append(text[at : max(at, value.start)])
        at = max(at, value.end)
    kept.append(text[at:end])
    return " ".join(kept)


def _is_floor(text: str, value: Value) -> bool:
    before, after = text[: value.start], text[value.end :]
    return bool(_FLOOR_AFTER.match(after) or _FLOOR_BEFORE.search(before))
