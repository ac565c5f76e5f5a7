"""The library as others use it: load, refresh, search."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from sqlmodel import Session

from knowledge.articles import repository
from knowledge.embedding import Embedder, EmbeddingUnavailable, load_embedder
from knowledge.glossary import Glossary
from knowledge.retrieval.article_vectors import Indexes
from knowledge.retrieval.candidates import Matrix
from knowledge.retrieval.confidence import Confidence, load_confidence
from knowledge.retrieval.entries import Entry, Record, entries_of, stored_entries
from knowledge.retrieval.faiss_index import FaissIndex
from knowledge.retrieval.features import features_of
from knowledge.retrieval.query import Query
from knowledge.retrieval.ranking import Ranking, load_ranking
from knowledge.retrieval.results import PassageView, Retriever, SearchResult, Visible
from knowledge.retrieval.search import Found, Search
from knowledge.retrieval.shared_vectors import SharedVectors
from knowledge.retrieval.snapshot import Snapshot
from knowledge.text import analyze, language_of
from knowledge.translations import Translations, load_translations

log = logging.getLogger(__name__)


def _everyone(passage: PassageView) -> bool:
    return True


# With more of the articles changed than this, the library is loaded anew.
_MOST_CHANGED = 0.3
_AT_ONCE = 100_000  # vectors that are on their way into an index


@dataclass(frozen=True)
class _Loaded:
    """A snapshot, and the embedding by which its vectors were made; None: they are not there."""

    snapshot: Snapshot
    indexes: Indexes
    embedder: Embedder | None


class Library:
    """Searches a snapshot of the current articles; safe to share among threads.

    A search runs to its end on the snapshot that it began with; a refresh replaces the snapshot by
    one assignment and never changes it.
    """

    def __init__(
        self,
        embedder: Embedder,
        glossary: Glossary | None = None,
        confidence: Confidence | None = None,
        load: Callable[[str | None], Embedder] = load_embedder,
        translations: Translations | None = None,
        shared: SharedVectors | None = None,
        ranking: Ranking | None = None,
    ) -> None:
        """`embedder` is the one in the settings. `load` returns the one that vectors were made
        with before, by its name or folder, to search them until all are made anew. With `shared`
        the vectors of stored articles are kept there, without it in this process."""
        self.embedder = embedder
        self._translations = translations or load_translations()
        self._glossary = glossary
        self._confidence = confidence or load_confidence()
        self._ranking = ranking or load_ranking()
        self._load_embedder = load
        self._shared = shared
        self._loading = threading.Lock()
        self._loaded = self._of(entries_of((), "", 0), revision=0, embedder=embedder)

    @property
    def revision(self) -> int:
        """The revision of the knowledge that is searched now; 0 before the first load."""
        return self._loaded.snapshot.revision

    @property
    def embedders(self) -> tuple[Embedder, ...]:
        """The embedding of the settings and, until it is searched, the one that is."""
        searched = self._loaded.embedder
        if searched is None or searched.name == self.embedder.name:
            return (self.embedder,)
        return (self.embedder, searched)

    def passages(self) -> Sequence[PassageView]:
        """Return every current passage, valid today or not."""
        return self._loaded.snapshot.passages

    def load(self, session: Session) -> None:
        """Read all current articles and search them from now on."""
        with self._loading:
            self._load(session)

    def refresh(self, session: Session) -> bool:
        """Take in what has changed; returns whether anything had.

        An article that changed is read and indexed alone. The snapshot before serves meanwhile.
        """
        with self._loading:
            revision, embedding = repository.state(session)
            loaded = self._loaded
            if revision == loaded.snapshot.revision:
                return False
            if loaded.embedder is None or loaded.embedder.name != embedding:
                self._load(session)
                return True
            try:
                self._update(session, loaded, loaded.embedder, revision)
            except Exception:
                # The indexes may know of what the snapshot does not: begin again from the rows.
                log.exception("The library could not be brought up to date; loading it anew.")
                self._load(session)
            return True

    def adopt(self, records: Sequence[Record], revision: int = 1) -> None:
        """Search these articles, read from wherever, instead of a database's."""
        embedder = self.embedder
        with self._loading:
            entries = entries_of(records, embedder.name, embedder.dimensions)
            self._loaded = self._of(entries, revision, embedder)

    def _load(self, session: Session) -> None:
        revision, embedding = repository.state(session)
        embedder = self._embedder_of(session, embedding)
        numbers = [number for _, _, number in repository.current_keys(session)]
        shared = self._shared if embedder is not None else None
        entries = _stored(session, numbers, embedder, with_vectors=shared is None)
        if shared is None or embedder is None:
            self._loaded = self._of(entries, revision, embedder)
            return
        indexes = shared.indexes(embedder)
        snapshot = Snapshot.empty(indexes).replaced((), list(entries), indexes, revision)
        shared.settle(session, indexes, embedder, None, snapshot)
        self._loaded = _Loaded(snapshot, indexes, embedder)

    def _of(
        self, entries: Iterable[Entry], revision: int, embedder: Embedder | None
    ) -> _Loaded:
        indexes = _indexes(embedder)
        light = list(_taken_in(entries, indexes))
        snapshot = Snapshot.empty(indexes).replaced((), light, indexes, revision)
        return _Loaded(snapshot, indexes, embedder)

    def _update(
        self, session: Session, loaded: _Loaded, embedder: Embedder, revision: int
    ) -> None:
        snapshot, indexes = loaded.snapshot, loaded.indexes
        now = {number for _, _, number in repository.current_keys(session)}
        have = set(snapshot.vectors.numbers.tolist()) - snapshot.vectors.lacking()
        gone, new = set(snapshot.vectors.numbers.tolist()) - (now & have), sorted(now - have)
        if len(gone) + len(new) > _MOST_CHANGED * len(have):
            self._load(session)
            return
        if self._shared is not None:
            light = list(_stored(session, new, embedder, with_vectors=False))
            after = snapshot.replaced(gone, light, indexes, revision)
            self._shared.settle(session, indexes, embedder, snapshot, after)
            self._loaded = replace(loaded, snapshot=after)
            return
        light = list(_taken_in(_stored(session, new, embedder), indexes))
        after = snapshot.replaced(gone, light, indexes, revision)
        self._loaded = replace(loaded, snapshot=after)
        indexes.remove(snapshot.vectors.ids_of(gone))

    def _embedder_of(self, session: Session, embedding: str) -> Embedder | None:
        """Return what embeds questions like the vectors that are searched; None if it is gone."""
        if embedding in ("", self.embedder.name):
            return self.embedder
        before = self._loaded.embedder
        if before is not None and before.name == embedding:
            return before
        try:
            other = self._load_embedder(repository.source_of(session, embedding) or None)
        except EmbeddingUnavailable:
            other = self.embedder
        if other.name == embedding:
            return other
        log.warning("Articles are embedded with %s, which is not here any more: until they are "
                    "embedded with %s, they are found by their words only.",
                    embedding, self.embedder.name)  # fmt: skip
        return None

    def search(
        self,
        query: str,
        *,
        language: str,
        today: date,
        visible: Visible = _everyone,
        limit: int = 8,
        retriever: Retriever = "hybrid",
    ) -> SearchResult:
        """Return the passages that may answer, in the reader's language where there is one.

        Only passages whose article is valid on `today` and for which `visible` is true are looked
        at, so that what is filtered takes nobody's place. An empty library or a query without a
        known word gives no hits and a low confidence.
        """
        started = time.perf_counter()
        looked = self._look(query, language, today, visible, limit, retriever)
        features = features_of(looked.snapshot, looked.query, looked.found)
        found = looked.found
        return SearchResult(
            hits=tuple(found.hits),
            confidence=self._confidence.probability(features) if found.hits else 0.0,
            features=features,
            milliseconds={
                "analyze": (looked.analyzed - started) * 1_000,
                "embed": (looked.embedded - looked.analyzed) * 1_000,
                **found.milliseconds,
            },
        )

    def compared(
        self, query: str, *, language: str, today: date, visible: Visible = _everyone
    ) -> tuple[Sequence[PassageView], Matrix]:
        """Return what the ranking compares for a query, and its (n, features): what it is fitted
        on."""
        looked = self._look(query, language, today, visible, 1, "hybrid")
        ranked = looked.found.ranked
        places = looked.found.scores.places[ranked.rows]
        return [looked.snapshot.passages[int(at)] for at in places], ranked.features

    def _look(
        self, query: str, language: str, today: date, visible: Visible, limit: int,
        retriever: Retriever,
    ) -> "_Looked":
        loaded = self._loaded
        asked = self._asked(query, language, loaded)
        analyzed = time.perf_counter()
        if retriever != "lexical" and loaded.embedder is not None:
            asked = replace(asked, vector=loaded.embedder.embed([query])[0])
        embedded = time.perf_counter()
        search = Search(loaded.snapshot, asked, today, visible, self._ranking)
        return _Looked(loaded.snapshot, asked, search.run(retriever, limit), analyzed, embedded)

    def _asked(self, query: str, language: str, loaded: _Loaded) -> Query:
        """Return the query without its vector yet."""
        terms = tuple(dict.fromkeys(analyze(query)))
        words = self._glossary
        translated = {term: self._translated(term) for term in terms}
        alternatives = words.alternatives(terms) if words else {}
        for term, others in translated.items():
            alternatives.setdefault(term, []).extend((other,) for other, _ in others)
        return Query(
            text=query,
            terms=terms,
            weights=words.expand(terms) if words else dict.fromkeys(terms, 1.0),
            alternatives=alternatives,
            translated=translated,
            sounds=loaded.snapshot.words.sounds(query),
            vector=np.zeros(1, np.float32),
            language=language,
            written_in=language_of(query, language),
        )

    def _translated(self, term: str) -> list[tuple[str, float]]:
        """Return the words of the other language that may stand for a term, with their shares.

        The root of the probability: a likely translation is as good as the word itself, and one in
        ten is still a third of it.
        """
        return [(other, chance**0.5) for other, chance in self._translations.of(term)]


@dataclass(frozen=True)
class _Looked:
    snapshot: Snapshot
    query: Query
    found: Found
    analyzed: float
    embedded: float


def _indexes(embedder: Embedder | None) -> Indexes:
    dimensions = embedder.dimensions if embedder else 1
    return Indexes(lambda _language: FaissIndex(dimensions))


def _stored(
    session: Session, numbers: Sequence[int], embedder: Embedder | None, *,
    with_vectors: bool = True,
) -> Iterable[Entry]:
    name, dimensions = (embedder.name, embedder.dimensions) if embedder else ("", 1)
    return stored_entries(session, numbers, name, dimensions, with_vectors=with_vectors)


def _taken_in(entries: Iterable[Entry], indexes: Indexes) -> Iterator[Entry]:
    """Put the vectors into the indexes, many at once; yield the entries without them."""
    waiting, count = list[Entry](), 0
    for entry in entries:
        waiting.append(entry)
        count += len(entry.vectors)
        if count >= _AT_ONCE:
            indexes.add(waiting)
            waiting, count = [], 0
        yield replace(entry, vectors=entry.vectors[:0])
    indexes.add(waiting)
