"""Step 2: passages from the articles, for what was asked and for whose it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from assistant.customers.facts import Profile
from assistant.engine.audience import Audience
from assistant.engine.turn import Turn
from knowledge.retrieval.expects import Expected
from knowledge.retrieval.results import PassageView, SearchResult

SURE = 0.8
# The share of an article's sections by which one of them plainly answers.
PLAIN = 0.5
DOUBTFUL = 0.5


class Search(Protocol):
    """What the engine needs of the library."""

    def search(
        self, query: str, *, language: str, today: date,
        visible: Callable[[PassageView], bool], limit: int = 8,
    ) -> SearchResult:
        """The passages that answer best, with a calibrated confidence."""
        ...


@dataclass(frozen=True)
class Evidence:
    """What was found for one question."""

    question: str
    found: SearchResult


@dataclass(frozen=True)
class Gather:
    """Searches the articles that this customer may see.

    `kind_in` tells the kind of asset (the species) that a text is about, `words` how it is said,
    and `kind_fact` and `name_fact` are where the profile has an asset's kind and name.
    """

    library: Search
    audience: Audience
    kind_in: Callable[[str], str | None]
    words: Mapping[str, Mapping[str, str]]
    kind_fact: str
    name_fact: str

    def __call__(
        self, questions: Sequence[str], turn: Turn, language: str, today: date,
        instead: Sequence[str] = (),
    ) -> tuple[Evidence, ...]:
        """For each question what the articles hold; the audience is applied inside the search.

        `instead` has for each question its reading with what went before, or an empty text: where
        the question alone finds no sure answer, the reading with the surer one is taken.
        """
        readings = zip(questions, [*instead, *[""] * len(questions)], strict=False)
        found: list[Evidence] = []
        for question, other in readings:
            one = self._surer(question, other, turn, language, today)
            found.append(self._apart(question, one, found, turn, language, today))
        return tuple(found)

    def _apart(
        self, question: str, one: Evidence, before: Sequence[Evidence], turn: Turn, language: str,
        today: date,
    ) -> Evidence:
        """Where a question that leans on another found that one's section again: the section of the
        same article that answers the question itself; unsure, if what it asks for stands in
        neither."""
        if one.question == question or not one.found.hits:
            return one
        first = one.found.hits[0].passage
        if not any(other.found.hits and _place(other.found.hits[0].passage) == _place(first)
                   for other in before):
            return one
        again = self.library.search(
            question, language=language, today=today,
            visible=lambda passage: passage.article_id == first.article_id
            and self.audience.includes(passage.audience, turn.profile),
        )
        expected = Expected(question)
        own = again.hits[0] if again.hits else None
        if own is not None and _place(own.passage) != _place(first) and own.score >= PLAIN \
                and (not expected or expected.held_by(own.passage.template)):
            return Evidence(one.question, replace(one.found, hits=(own, *one.found.hits)))
        if expected and not expected.held_by(first.template):
            doubtful = min(one.found.confidence, DOUBTFUL)
            return Evidence(one.question, replace(one.found, confidence=doubtful))
        return one

    def _surer(
        self, question: str, other: str, turn: Turn, language: str, today: date
    ) -> Evidence:
        alone = Evidence(question, self._found(question, turn, language, today))
        if not other or alone.found.confidence >= SURE:
            return alone
        again = Evidence(other, self._found(other, turn, language, today))
        return max(alone, again, key=lambda one: one.found.confidence)

    def _found(self, question: str, turn: Turn, language: str, today: date) -> SearchResult:
        question = self._without_names(question, turn.profile, language)
        found = self._search(question, turn, language, today)
        kind = self._own_kind(turn.profile) if self.kind_in(question) is None else None
        if kind is None or (found.confidence >= SURE and self._fits(found, kind)):
            return found
        # Somebody with a cat who asks for "the vaccination" means the cat's.
        again = self._search(f"{question} {self._word(kind, language)}", turn, language, today)
        return max(found, again, key=lambda one: (self._fits(one, kind), one.confidence))

    def _without_names(self, question: str, profile: Profile, language: str) -> str:
        """The question with the kind of an asset in the place of its name, as articles say it."""
        for asset in profile.assets:
            name, kind = asset.values.get(self.name_fact), asset.values.get(self.kind_fact)
            if name and kind:
                question = question.replace(str(name), self._word(str(kind), language))
        return question

    def _word(self, kind: str, language: str) -> str:
        return self.words.get(kind, {}).get(language, kind)

    def _search(self, query: str, turn: Turn, language: str, today: date) -> SearchResult:
        return self.library.search(
            query, language=language, today=today,
            visible=lambda passage: self.audience.includes(passage.audience, turn.profile),
        )

    def _own_kind(self, profile: Profile) -> str | None:
        """The kind of all the customer's assets, or None if they differ or there is none."""
        kinds = {asset.values.get(self.kind_fact) for asset in profile.assets}
        return str(kinds.pop()) if len(kinds) == 1 and None not in kinds else None

    def _fits(self, found: SearchResult, kind: str) -> bool:
        return not found.hits or self.kind_in(found.hits[0].passage.title) in (None, kind)


def _place(passage: PassageView) -> tuple[str, int]:
    return passage.article_id, passage.position
