"""Articles that state another value for the same thing: 6,600 here, 6,800 there.

Two statements of one kind of value, in sections that are alike, are of the same thing where the
words of their clauses agree (a word that the other has only around its clause counts less), where
what is around agrees too, and where they do not name different kinds. They contradict each other
where neither section has the other's value anywhere.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.health.neighbours import pairs
from knowledge.health.shelf import Finding, Shelved
from knowledge.health.statements import Statement, kind_words, statements
from knowledge.text import analyze

# Set on values that were changed by hand in the sample company (benchmarks/health_quality.py).
ALIKE = 0.5
SAME_THING = 0.4
SAME_SUBJECT = 0.25
ELSEWHERE = 0.7
_NEAREST = 40
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class Contradictions:
    """Compares the sections of one language.

    `vectors` is (len(sections), dimensions), L2-normalized. `kinds` are words of things that have
    values of their own (dogs, cats): what is said of one kind contradicts nothing said of another.
    """

    def __init__(
        self,
        sections: Sequence[Shelved],
        vectors: NDArray[np.float32],
        kinds: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._sections = sections
        self._vectors = vectors
        words = kind_words(kinds or {})
        self._statements = [statements(section, words) for section in sections]
        self._terms = [frozenset(analyze(section.whole)) for section in sections]
        self._heads = [
            frozenset(analyze(f"{section.place.title} {section.place.heading}"))
            for section in sections
        ]
        spread = Counter(term for own in self._terms for term in own)
        self._idf = {term: math.log(1 + len(sections) / count) for term, count in spread.items()}

    def find(self) -> list[Finding]:
        """Return the contradictions, of two sections only the one that is surest."""
        owners = [section.place.article_id for section in self._sections]
        found = []
        for one, other, _ in pairs(self._vectors, owners, ALIKE, _NEAREST):
            if self._parallel(one, other):
                continue
            best = max(self._between(one, other), key=lambda pair: pair[2], default=None)
            if best is not None:
                found.append(self._finding(one, other, best[0], best[1]))
        return found

    def _between(self, one: int, other: int) -> Iterator[tuple[Statement, Statement, float]]:
        """Yield the statements of two sections that say another value of the same thing."""
        ours, theirs = self._statements[one], self._statements[other]
        all_ours, all_theirs = _all(ours), _all(theirs)
        for mine in ours:
            if all_theirs & _all([mine]):
                continue
            for yours in theirs:
                if mine.kind != yours.kind or all_ours & _all([yours]):
                    continue
                if not _of_one_kind(mine, yours) or _above_a_floor(mine, yours):
                    continue
                same = self._same_thing(mine, yours)
                if same >= SAME_THING and self._same_subject(mine, yours) >= SAME_SUBJECT:
                    yield mine, yours, same

    def _same_thing(self, mine: Statement, yours: Statement) -> float:
        """Return the share of the weight of both clauses' words that both have, 0 to 1."""
        both, either = mine.own & yours.own, mine.own | yours.own
        near = ((mine.own & yours.around) | (yours.own & mine.around)) - both
        mass = self._mass(either)
        return (self._mass(both) + ELSEWHERE * self._mass(near)) / mass if mass else 0.0

    def _same_subject(self, mine: Statement, yours: Statement) -> float:
        ours, theirs = mine.own | mine.around, yours.own | yours.around
        mass = self._mass(ours | theirs)
        return self._mass(ours & theirs) / mass if mass else 0.0

    def _mass(self, terms: Iterable[str]) -> float:
        return sum(self._idf.get(term, 1.0) for term in terms)

    def _parallel(self, one: int, other: int) -> bool:
        """Whether the headings say that the same is told of two things: they differ by one word
        each, of which the other section knows nothing."""
        head_one, head_other = self._heads[one], self._heads[other]
        only_one, only_other = head_one - head_other, head_other - head_one
        return (
            len(only_one) == len(only_other) == 1
            and len(head_one & head_other) > 1
            and not only_one & self._terms[other]
            and not only_other & self._terms[one]
        )

    def _finding(self, one: int, other: int, mine: Statement, yours: Statement) -> Finding:
        return Finding(
            "contradiction",
            (self._sections[one].place, self._sections[other].place),
            urgent=True,
            details={
                "quote": mine.quote, "other_quote": yours.quote,
                "value": mine.said, "other_value": yours.said,
            },
        )  # fmt: skip


def _all(stated: Iterable[Statement]) -> set[tuple[str, str]]:
    return {(one.kind, amount) for one in stated for amount in one.amounts}


def _of_one_kind(mine: Statement, yours: Statement) -> bool:
    return not mine.kinds or not yours.kinds or bool(mine.kinds & yours.kinds)


def _above_a_floor(mine: Statement, yours: Statement) -> bool:
    """Whether one says "from", and the other's value is more."""
    if mine.floor == yours.floor:
        return False
    floor, other = (mine, yours) if mine.floor else (yours, mine)
    least = min(map(_size, floor.amounts))
    return all(_size(amount) >= least for amount in other.amounts)


def _size(amount: str) -> float:
    number = _NUMBER.search(amount)
    return float(number[0]) if number else 0.0
