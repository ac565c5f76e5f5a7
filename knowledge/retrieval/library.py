"""The library as others use it: load, refresh, search."""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from sqlmodel import Session

from knowledge.articles import repository
from knowledge.articles.ingest import reindex
from knowledge.embedding import Embedder
from knowledge.glossary import Glossary
from knowledge.retrieval.confidence import Confidence, load_confidence
from knowledge.retrieval.features import features_of
from knowledge.retrieval.results import PassageView, Retriever, SearchResult, Visible
from knowledge.retrieval.search import Query, Search
from knowledge.retrieval.snapshot import Record, Snapshot, build_snapshot
from knowledge.retrieval.words import Analysis
from knowledge.text import analyze, language_of
from knowledge.translations import Translations, load_translations


def _everyone(passage: PassageView) -> bool:
    return True


class Library:
    """Searches a snapshot of the current articles; safe to share among threads.

    A search runs to its end on the snapshot that it began with; a reload replaces the snapshot by
    one assignment and never changes it.
    """

    def __init__(
        self,
        embedder: Embedder,
        glossary: Glossary | None = None,
        confidence: Confidence | None = None,
        translations: Translations | None = None,
    ) -> None:
        self.embedder = embedder
        self._translations = translations or load_translations()
        self._glossary = glossary
        self._confidence = confidence or load_confidence()
        self._analysis = Analysis()
        self._loading = threading.Lock()
        self._snapshot = self._build((), revision=0)

    @property
    def revision(self) -> int:
        """The revision of the knowledge that is searched now; 0 before the first load."""
        return self._snapshot.revision

    def passages(self) -> Sequence[PassageView]:
        """Return every current passage, valid today or not."""
        return self._snapshot.passages

    def load(self, session: Session) -> None:
        """Read all current articles and search them from now on."""
        with self._loading:
            revision = repository.revision(session)
            self._snapshot = self._build(repository.current_records(session), revision)

    def refresh(self, session: Session) -> bool:
        """Load again if the knowledge has changed; returns whether it had.

        Where passages were embedded by another model they are embedded again, while the snapshot
        before goes on serving; the caller commits.
        """
        if repository.embeddings_in_use(session) - {self.embedder.name}:
            reindex(session, self.embedder)
        if repository.revision(session) == self._snapshot.revision:
            return False
        self.load(session)
        return True

    def adopt(self, records: Sequence[Record], revision: int = 1) -> None:
        """Search these articles, read from wherever, instead of a database's."""
        with self._loading:
            self._snapshot = self._build(records, revision)

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
        snapshot = self._snapshot
        started = time.perf_counter()
        asked = self._asked(query, language, snapshot)
        analyzed = time.perf_counter()
        if retriever != "lexical":
            asked = replace(asked, vector=self.embedder.embed([query])[0])
        embedded = time.perf_counter()
        found = Search(snapshot, asked, today, visible).run(retriever, limit)
        features = features_of(snapshot, asked, found)
        return SearchResult(
            hits=tuple(found.hits),
            confidence=self._confidence.probability(features) if found.hits else 0.0,
            features=features,
            milliseconds={
                "analyze": (analyzed - started) * 1_000,
                "embed": (embedded - analyzed) * 1_000,
                **found.milliseconds,
            },
        )

    def _asked(self, query: str, language: str, snapshot: Snapshot) -> Query:
        """Return the query without its vector yet."""
        terms = tuple(dict.fromkeys(analyze(query)))
        words = self._glossary
        translated = {term: self._translated(term) for term in terms}
        alternatives = words.alternatives(terms) if words else {}
        for term, others in translated.items():
            alternatives.setdefault(term, []).extend((other,) for other, _ in others)
        return Query(
            terms=terms,
            weights=words.expand(terms) if words else dict.fromkeys(terms, 1.0),
            alternatives=alternatives,
            translated=translated,
            sounds=snapshot.words.sounds(query),
            vector=np.zeros(self.embedder.dimensions, np.float32),
            language=language,
            written_in=language_of(query, language),
        )

    def _translated(self, term: str) -> list[tuple[str, float]]:
        """Return the words of the other language that may stand for a term, with their shares.

        The root of the probability: a likely translation is as good as the word itself, and one in
        ten is still a third of it.
        """
        return [(other, chance**0.5) for other, chance in self._translations.of(term)]

    def _build(self, records: Sequence[Record], revision: int) -> Snapshot:
        analysis = Analysis(before=self._analysis)
        embedder = self.embedder
        snapshot = build_snapshot(records, embedder.name, embedder.dimensions, revision, analysis)
        analysis.forget_before()
        self._analysis = analysis
        return snapshot
