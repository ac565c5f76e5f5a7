"""What tells the section that answers from the others that were found, candidate by candidate."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.expects import Expected, asks_for
from knowledge.retrieval.fusion import FULL_MATCH, Scores
from knowledge.retrieval.query import Query
from knowledge.retrieval.results import PassageView
from knowledge.retrieval.snapshot import FIELDS, Snapshot
from knowledge.text import analyze

Matrix = NDArray[np.float64]
OF_SECTION = (
    "fused", "lexical", "lexical_share", "behind", "ahead_of_siblings",
    *(f"near_{field}" for field in FIELDS),
    "heading_covered", "heading_excess", "asked_covered", "asked_excess", "question_covered",
    "found_covered", "kind_asked", "kind_missed", "kind_held", "foreign", "lead",
)


def of_sections(
    snapshot: Snapshot, query: Query, scores: Scores, fused: NDArray[np.float32],
    rows: Sequence[int], mass: float,
) -> Matrix:
    """Return (len(rows), len(OF_SECTION)) features of these rows of the scores.

    fused, lexical, near_*: the scores; lexical_share: of the best full match. behind: how far the
    fused score is below the best, ahead_of_siblings: above the best other section of the article.
    *_covered: share of the query's idf that the heading, the nearest question of the section (in
    words) and the nearest question of the article have, *_excess: of their idf what the query
    lacks; found_covered: the share that any field has. kind_asked: share of the questions that
    ask for the same kind of thing (an amount, a time, a way to do it), kind_missed: whether none
    does, kind_held: whether the text holds one. lead: whether it is the first section.
    """
    asked = _Asked(snapshot, query)
    best = max(float(scores.lexical.max(initial=0.0)), FULL_MATCH * mass)
    top = float(fused.max(initial=0.0))
    articles = snapshot.article_of[scores.places]
    table = np.zeros((len(rows), len(OF_SECTION)))
    found = asked.found(scores.places[list(rows)])
    for at, row in enumerate(rows):
        passage = snapshot.passages[int(scores.places[row])]
        siblings = articles == articles[row]
        siblings[row] = False
        other = float(fused[siblings].max(initial=0.0))
        table[at] = (
            fused[row], scores.lexical[row] / mass, scores.lexical[row] / best, top - fused[row],
            fused[row] - other, *_near(scores.near[row]), *asked.words(passage), found[at],
            *asked.kinds(passage), scores.foreign[row], passage.position <= 1,
        )
    return table


def _near(of_fields: NDArray[np.float32]) -> list[float]:
    """Return the similarities by field; a section without a heading is as near as its text."""
    near: list[float] = of_fields.tolist()
    section = FIELDS.index("section")
    if near[section] == 0.0:
        near[section] = max(near[FIELDS.index("body")], near[FIELDS.index("article")])
    return near


class _Asked:
    """One query, compared with sections."""

    def __init__(self, snapshot: Snapshot, query: Query) -> None:
        self._index = snapshot.words
        self._query = query
        self._idf = {term: snapshot.words.idf(term) for term in query.terms}
        self._mass = sum(self._idf.values()) or 1.0
        self._meant = {term: term for term in query.terms}
        for term, others in query.alternatives.items():
            for phrase in others:
                if len(phrase) == 1:
                    self._meant.setdefault(phrase[0], term)
        self._kinds = asks_for(query.text)
        self._expected = Expected(query.text)

    def words(self, passage: PassageView) -> tuple[float, float, float, float, float]:
        """Return heading_covered, heading_excess, asked_covered, asked_excess, question_covered."""
        heading = self._compared(f"{passage.title} {passage.heading}")
        asked = max(map(self._compared, passage.asked), key=_f1, default=heading)
        question = max(map(self._compared, passage.questions), key=_f1, default=heading)
        return (*heading, *asked, question[0])

    def found(self, places: NDArray[np.int64]) -> Matrix:
        """Return (n,) the share of the query's idf that each place has in any field, or sounds
        like."""
        total = np.zeros(len(places))
        heard = {term: self._index.hears(sound, places)
                 for sound in self._query.sounds for term in sound.terms}
        for term, weight in self._idf.items():
            has = self._index.contains(term, places)
            for phrase in self._query.alternatives.get(term, ()):
                has = has | np.all([self._index.contains(one, places) for one in phrase], axis=0)
            if term in heard:
                has = has | heard[term]
            total += weight * has
        return total / self._mass

    def kinds(self, passage: PassageView) -> tuple[float, float, float]:
        """Return kind_asked, kind_missed, kind_held."""
        if not self._kinds:
            return 0.0, 0.0, 0.0
        texts = (passage.heading or passage.title, *passage.asked)
        shares = [len(self._kinds & asks_for(one)) / len(self._kinds) for one in texts]
        return (sum(shares) / len(shares), float(max(shares) == 0.0),
                self._expected.held_by(passage.template))

    def _compared(self, text: str) -> tuple[float, float]:
        own = _weighed(text)
        weights = {term: self._index.idf(term) for term in own}
        shared = {self._meant[term] for term in own if term in self._meant}
        whole = sum(weights.values()) or 1.0
        covered = sum(self._idf.get(term, 0.0) for term in shared) / self._mass
        common = sum(weight for term, weight in weights.items() if term in self._meant)
        return covered, 1.0 - common / whole


def _f1(compared: tuple[float, float]) -> float:
    recall, precision = compared[0], 1.0 - compared[1]
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


@lru_cache(maxsize=40_000)
def _weighed(text: str) -> frozenset[str]:
    return frozenset(analyze(text))
