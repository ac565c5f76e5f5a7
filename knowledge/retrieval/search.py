"""One search on one snapshot: candidates of each language, their exact scores, fusion.

1. Words and vectors each name candidate articles, a quota for every language, and only among
   the passages that are valid today and visible.
2. Every passage of a candidate article gets both scores exactly: what finds the article (title,
   questions) plus what chooses the section (heading, body).
3. Each score is divided by the best of this query, and both are added (fusion.py).
4. The first dozen are compared in more ways and put into order by their chances (ranking.py).
5. A passage in another language gives way to its translation into the reader's.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.candidates import OF_SECTION, Matrix, of_sections
from knowledge.retrieval.fusion import NOTHING, Scores, dense_scores, fuse
from knowledge.retrieval.query import Query
from knowledge.retrieval.ranking import CANDIDATES, Ranking, by_section
from knowledge.retrieval.results import Hit, Retriever, Visible
from knowledge.retrieval.snapshot import FIELDS, Snapshot

CANDIDATE_ARTICLES = 12
_FIRST_LOOK = 64


@dataclass
class Found:
    """Hits, best first, and all that was scored on the way; `mass` is the query's idf in all.

    `ranked` has the rows of the scores that were compared, the best first, with their features
    (candidates.py) and chances; empty where only words or only vectors were looked at.
    """

    hits: list[Hit] = field(default_factory=list)
    scores: Scores = NOTHING
    mass: float = 1.0
    ranked: "Ranked" = field(default_factory=lambda: Ranked())
    milliseconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranked:
    """The compared rows, best first: (n,) rows, (n, features), (n,) chances of their sections."""

    rows: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    features: Matrix = field(default_factory=lambda: np.empty((0, len(OF_SECTION))))
    chances: Matrix = field(default_factory=lambda: np.empty(0))


class Search:
    """One query on one snapshot; not shared, not used twice."""

    def __init__(
        self, snapshot: Snapshot, query: Query, today: date, visible: Visible, ranking: Ranking
    ) -> None:
        self._snapshot = snapshot
        self._ranking = ranking
        self._query = query
        self._valid = snapshot.valid_on(today)
        self._visible = visible
        self._seen: dict[int, bool] = {}
        self._mass = sum(map(snapshot.words.idf, query.terms)) or 1.0

    def run(self, retriever: Retriever, limit: int) -> Found:
        """Return up to `limit` hits with the time that each step took."""
        found = Found(mass=self._mass)
        started = time.perf_counter()

        def took(step: str) -> None:
            nonlocal started
            now = time.perf_counter()
            found.milliseconds[step] = (now - started) * 1_000
            started = now

        use_words, use_vectors = retriever != "dense", retriever != "lexical"
        lexical = np.zeros(len(self._valid), np.float32)
        if use_words:
            query = self._query
            lexical = self._snapshot.words.scores(query.weights, query.sounds, query.translated)
        articles = set(self._by_words(lexical)) if use_words else set()
        took("lexical")
        has_vector = use_vectors and bool(self._query.vector.any())
        if has_vector:
            articles.update(self._by_vectors())
        found.scores = self._score(sorted(articles), lexical, has_vector)
        took("dense")
        fused = fuse(found.scores, retriever, self._mass)
        took("fuse")
        if retriever == "hybrid":
            found.ranked = self._compared(found.scores, fused)
            fused = _reordered(fused, found.ranked)
            took("rank")
        found.hits = self._ranked(found.scores, fused, limit)
        return found

    def _compared(self, scores: Scores, fused: NDArray[np.float32]) -> Ranked:
        """Return the first rows in the order of the chance that their section answers."""
        first = np.argsort(-fused, kind="stable")[:CANDIDATES]
        first = first[fused[first] > 0]
        features = of_sections(self._snapshot, self._query, scores, fused, first.tolist(),
                               self._mass)
        chances = self._ranking.chances(features)
        passages = [self._snapshot.passages[int(place)] for place in scores.places[first]]
        sections = [(one.article_id, one.position) for one in passages]
        whole = by_section(sections, chances)
        # Both languages of a section have the chance of both; the likelier of them goes first.
        of_section = np.array([whole[one] for one in sections])
        order = np.lexsort((-chances, -of_section))
        return Ranked(first[order], features[order], of_section[order])

    def _eligible(self, passage: int) -> bool:
        if passage not in self._seen:
            valid = bool(self._valid[passage])
            self._seen[passage] = valid and self._visible(self._snapshot.passages[passage])
        return self._seen[passage]

    def _by_words(self, lexical: NDArray[np.float32]) -> Iterator[int]:
        """Yield candidate articles of each language: a score of zero names none."""
        for language in self._snapshot.languages:
            own = self._snapshot.are_in(language)
            places = np.flatnonzero((lexical > 0) & own & self._valid)
            yield from self._articles(_best_first(places, lexical[places]))

    def _by_vectors(self) -> Iterator[int]:
        """Yield candidate articles of each language, whichever field came near."""
        for language in self._snapshot.languages:
            yield from self._nearest(language)

    def _nearest(self, language: str) -> list[int]:
        """Look further until the quota is full: what is invisible takes no one's place."""
        vectors, k = self._snapshot.vectors, _FIRST_LOOK
        while True:
            rows = vectors.nearest(language, self._query.vector, k)
            articles: dict[int, None] = {}
            owners, places = vectors.article[rows].tolist(), vectors.passage[rows].tolist()
            for article, passage in zip(owners, places, strict=True):
                own = self._snapshot.passages_of[article] if passage < 0 else (passage,)
                if article not in articles and any(map(self._eligible, own)):
                    articles[article] = None
                    if len(articles) == CANDIDATE_ARTICLES:
                        return list(articles)
            if len(rows) < k:
                return list(articles)
            k *= 4

    def _articles(self, places: Iterable[int]) -> list[int]:
        articles: dict[int, None] = {}
        for place in places:
            if self._eligible(place):
                articles.setdefault(int(self._snapshot.article_of[place]))
                if len(articles) == CANDIDATE_ARTICLES:
                    break
        return list(articles)

    def _score(self, articles: list[int], lexical: NDArray[np.float32], has_vector: bool) -> Scores:
        """Return both scores of every eligible passage of the candidate articles."""
        snapshot = self._snapshot
        places = [p for a in articles for p in snapshot.passages_of[a] if self._eligible(p)]
        at = np.array(places, dtype=np.int64)
        dense, near = np.zeros(len(at), np.float32), np.zeros((len(at), len(FIELDS)), np.float32)
        if has_vector and places:
            dense, near = dense_scores(snapshot, self._query.vector, articles, at)
        return Scores(at, lexical[at], dense, near, self._foreign(at))

    def _foreign(self, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which passages only exist in a language that the query is not written in."""
        written_in, snapshot = self._query.written_in, self._snapshot
        foreign: NDArray[np.bool_] = snapshot.language_of[places] != written_in
        for row in np.flatnonzero(foreign).tolist():
            passage = snapshot.passages[int(places[row])]
            twin = snapshot.place(passage.article_id, written_in, passage.position)
            foreign[row] = twin is None or not self._eligible(twin)
        return foreign

    def _ranked(self, scores: Scores, fused: NDArray[np.float32], limit: int) -> list[Hit]:
        chosen: dict[int, int] = {}
        for row in np.argsort(-fused, kind="stable").tolist():
            if fused[row] <= 0 or len(chosen) == limit:
                break
            chosen.setdefault(self._in_readers_language(int(scores.places[row])), row)
        matched = self._matched(list(chosen))
        return [
            self._hit(place, scores, row, float(fused[row]), terms)
            for (place, row), terms in zip(chosen.items(), matched, strict=True)
        ]

    def _hit(
        self, place: int, scores: Scores, row: int, score: float, matched: tuple[str, ...]
    ) -> Hit:
        near = scores.near[row]
        kind = int(near.argmax()) if near.any() else -1
        return Hit(
            passage=self._snapshot.passages[place],
            score=score,
            lexical=float(scores.lexical[row]) / self._mass,
            dense=float(scores.dense[row]),
            matched_terms=matched,
            field=FIELDS[kind] if kind >= 0 else "",
        )

    def _matched(self, places: Sequence[int]) -> list[tuple[str, ...]]:
        """Return the query's terms that each place has, and those whose sound it has."""
        words, query = self._snapshot.words, self._query
        at = np.array(places, np.int64)
        found: list[dict[str, None]] = [{} for _ in places]
        translated = (other for own in query.translated.values() for other, _ in own)
        for term in dict.fromkeys([*query.weights, *translated]):
            for row in np.flatnonzero(words.contains(term, at)).tolist():
                found[row][term] = None
        for sound in query.sounds:
            for row in np.flatnonzero(words.hears(sound, at)).tolist():
                found[row].update(dict.fromkeys(sound.terms))
        return [tuple(terms) for terms in found]

    def _in_readers_language(self, place: int) -> int:
        """Return the same section in the reader's language if it may be shown, else this one."""
        passage = self._snapshot.passages[place]
        if passage.language == self._query.language:
            return place
        twin = self._snapshot.place(passage.article_id, self._query.language, passage.position)
        return twin if twin is not None and self._eligible(twin) else place


def _reordered(fused: NDArray[np.float32], ranked: Ranked) -> NDArray[np.float32]:
    """Return the scores with the chances of what was compared, and the others below them."""
    if not len(ranked.rows):
        return fused
    steps = np.arange(len(ranked.rows), dtype=np.float64) * 1e-6
    scores = fused * np.float32(max(float(ranked.chances.min()), 1e-6) * 1e-3)
    scores[ranked.rows] = (ranked.chances - steps).clip(1e-5, 1.0)
    return scores


def _best_first(places: NDArray[np.int64], scores: NDArray[np.float32]) -> Iterator[int]:
    """Yield the places by falling score, sorting no more of them than are asked for."""
    start, size = 0, _FIRST_LOOK
    while start < len(places):
        size = min(size, len(places))
        best = np.argpartition(-scores, size - 1)[:size] if size < len(places) else slice(None)
        order = np.argsort(-scores[best], kind="stable")
        yield from places[best][order][start:].tolist()
        start, size = size, size * 4
