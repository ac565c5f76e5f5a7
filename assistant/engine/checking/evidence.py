"""The evidence, read once, and which of its sentences bear a sentence of the text out."""

import math
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from assistant.engine.checking.grounds import Grounds
from assistant.engine.checking.lexicon import alike
from assistant.engine.checking.reading import Reading, read, readings
from assistant.engine.checking.values import Stated, prepared, values
from knowledge.articles.passages import searchable
from knowledge.text import analyze, language_of, normalize

MOST_ALIGNED = 4
# A value binds a sentence of the text to one of the evidence more than a word does.
_VALUE_WEIGHT = 1.5
_SPEAK_FOR_THEMSELVES = frozenset({"money", "date", "clock", "phone", "percent"})


@dataclass(frozen=True)
class Aligned:
    """The sentences that bear a sentence out, the nearest first, and how much of its words the
    nearest has (0 to 1)."""

    sentences: tuple[Reading, ...]
    nearness: float

    @cached_property
    def terms(self) -> frozenset[str]:
        """The content words of all of them."""
        return frozenset(term for one in self.sentences for term in one.terms)


class Evidence:
    """The sections and facts of some grounds, in one language."""

    def __init__(self, grounds: Grounds) -> None:
        self.grounds = grounds
        self.sentences = [one for section in grounds.sections for one in readings(section)]
        self.facts = [read(fact) for fact in grounds.facts if fact.strip()]
        self.verbatim = frozenset(one.plain for one in self.sentences)
        self.frame = frozenset(one.plain for text in grounds.frame for one in readings(text))
        self.topic = frozenset(term for text in grounds.topics for term in analyze(text))
        self.named = frozenset(term for text in grounds.names for term in analyze(text))
        self.asked = frozenset(term for text in grounds.asked for term in analyze(text))
        self.terms = frozenset(term for one in [*self.sentences, *self.facts] for term in one.terms)
        spread = Counter(term for one in self.sentences for term in set(one.terms))
        self._weights = {term: math.log(1 + len(self.sentences) / count)
                         for term, count in spread.items()}  # fmt: skip
        self.languages = frozenset(language_of(text, grounds.language)
                                   for text in grounds.sections)  # fmt: skip

    @cached_property
    def said(self) -> str:
        """All that is stated or may be said, normalized: where names are looked up."""
        return f"{self.stated}\n{self.asked_text}"

    @cached_property
    def asked_text(self) -> str:
        """What the customer wrote, normalized."""
        return normalize("\n".join(self.grounds.asked))

    @cached_property
    def stated(self) -> str:
        """All that we state, normalized: what the customer wrote is not among it."""
        grounds = self.grounds
        return normalize("\n".join([*grounds.sections, *grounds.topics, *grounds.facts,
                                    *grounds.names, *grounds.frame]))  # fmt: skip

    @cached_property
    def values(self) -> tuple[Stated, ...]:
        """The values that prove something."""
        own = [value for one in self.sentences for value in one.values
               if self._backed is None or {value.key, ("number", value.amount)} & self._backed]
        # A bare number of a fact has no unit: what it counts, the section says.
        return (*own, *(value for one in self.facts for value in one.values
                        if value.kind in _SPEAK_FOR_THEMSELVES))  # fmt: skip

    @cached_property
    def ones(self) -> frozenset[tuple[str, str]]:
        """What stands there as "a night"."""
        return frozenset(key for one in self.sentences for key in one.ones)

    @cached_property
    def _backed(self) -> frozenset[tuple[str, str]] | None:
        """The values that articles or facts have; None where the stored articles are not given."""
        if not self.grounds.stored:
            return None
        stored = (prepared(searchable(text)) for text in self.grounds.stored)
        facts = (value for one in self.facts for value in one.values)
        found = [*(value for text in stored for value in values(text)), *facts]
        return frozenset(value.key for value in found)

    def bearing(self, sentence: Reading) -> Aligned:
        """Return the sentences that together have most of this one's words and values."""
        wanted = set(sentence.terms)
        own_values = {value.key for value in sentence.values}
        chosen: list[Reading] = []
        nearness = 0.0
        while len(chosen) < MOST_ALIGNED and (wanted or own_values):
            scores = [self._score(one, wanted, own_values) for one in self.sentences]
            best = max(range(len(scores)), key=scores.__getitem__, default=None)
            if best is None or scores[best] <= 0:
                break
            nearest = self.sentences[best]
            if not chosen:
                nearness = _share(nearest, sentence)
            chosen.append(nearest)
            wanted -= self._covered(nearest, wanted)
            own_values -= {value.key for value in nearest.values}
        return Aligned(tuple(chosen), nearness)

    def _score(self, one: Reading, wanted: Iterable[str], own: set[tuple[str, str]]) -> float:
        terms = set(one.terms)
        shared = sum(self._weights.get(term, 1.0) for term in wanted if term in terms)
        shared += _VALUE_WEIGHT * len(own & {value.key for value in one.values})
        # Of two that have as much of it, the one that says less else.
        return shared * (1 - 0.005 * len(terms))

    def _covered(self, one: Reading, wanted: set[str]) -> set[str]:
        terms = set(one.terms)
        return {term for term in wanted if term in terms or any(alike(term, t) for t in terms)}

    def marked(self, head: str, names: Collection[str]) -> bool:
        """Whether a sentence has one of these marks at this word."""
        return bool(head) and any(mark.head == head for one in self.sentences
                                  for mark in one.of(*names))  # fmt: skip

    def nearest(self, sentence: Reading) -> str:
        """The sentence of the evidence that comes closest, as it is written; "" if none does."""
        return next((one.sentence for one in self.bearing(sentence).sentences), "")


def _share(nearest: Reading, sentence: Reading) -> float:
    """The share of words that both have among those that either has."""
    ours, theirs = set(sentence.terms), set(nearest.terms)
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0
