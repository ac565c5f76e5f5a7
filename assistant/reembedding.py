"""Embeds everything anew after another model was set, a little at a time, while the vectors before
go on serving: articles, then histories, then cases; then one switch.

Each step is a transaction of its own. Wherever it ends, the next process goes on from there.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from assistant.cases import repository as cases
from assistant.customers import repository as customers
from assistant.database import read_scope, session_scope
from knowledge.articles import embedding_sets
from knowledge.articles import repository as articles
from knowledge.articles.ingest import vectors_of
from knowledge.articles.models import EmbeddingSet, PassageVectors
from knowledge.embedding import Embedder
from knowledge.retrieval.history import pack

ARTICLES = 20
CUSTOMERS = 50
CASES = 200


@dataclass(frozen=True)
class Progress:
    """How many articles have the wanted embedding's vectors, how many there are, and how many
    texts of histories and cases still have another's."""

    embedding: str
    searched: str
    articles: int
    of_articles: int
    histories_left: int
    cases_left: int

    @property
    def done(self) -> bool:
        return self.embedding == self.searched and not (
            self.articles < self.of_articles or self.histories_left or self.cases_left
        )


class Reembedding:
    """Brings all vectors to one embedding. At most one process at a time does it."""

    def __init__(
        self, database: Engine, embedder: Embedder, source: str, clock: Callable[[], datetime]
    ) -> None:
        """`source` is what loads the embedder again: what the settings say."""
        self._database = database
        self._embedder = embedder
        self._source = source
        self._begun = False
        self._clock = clock
        self._token = uuid.uuid4().hex
        self._after = 0
        self._complete = -1  # the revision at which nothing was missing

    def step(self) -> bool:
        """Does a little; False if there is nothing to do, or another process does it."""
        name = self._embedder.name
        if not self._begun:
            with session_scope(self._database) as session:
                embedding_sets.begin(session, self._embedder, self._source, self._clock())
            self._begun = True
        with read_scope(self._database) as session:
            own = session.get(EmbeddingSet, name)
            revision = articles.revision(session)
            if own is None or embedding_sets.wanted(session) != name:
                return False
            if own.completed_at is not None and self._complete == revision:
                return False
        with session_scope(self._database) as session:
            if not embedding_sets.claim(session, name, self._token, self._clock()):
                return False
        steps = [self._articles]
        if own.completed_at is None:
            steps += [lambda: self._histories(own.customers_done), self._cases]
        return any(step() for step in steps) or self._finish(revision, own.completed_at)

    def all_articles(self, show: Callable[[int, int], None]) -> None:
        """Embeds every article, also those that have the vectors already; `show` hears (done,
        total) articles."""
        with read_scope(self._database) as session:
            numbers = [number for _, _, number in articles.current_keys(session)]
        for start in range(0, len(numbers), ARTICLES):
            with read_scope(self._database) as session:
                found = articles.some(session, numbers[start : start + ARTICLES])
            self._store([one for article, own in found
                         for one in vectors_of(article, own, self._embedder)])
            show(min(start + ARTICLES, len(numbers)), len(numbers))

    def progress(self) -> Progress:
        """How far it has come; counts every row, so not for each page."""
        with read_scope(self._database) as session:
            return progress(session, self._embedder.name)

    def _articles(self) -> bool:
        name = self._embedder.name
        with read_scope(self._database) as session:
            found = embedding_sets.unembedded(session, name, self._after, ARTICLES)
            if not found and self._after:
                # Published meanwhile with a smaller number than what was looked at last.
                found = embedding_sets.unembedded(session, name, 0, ARTICLES)
        # Embedded outside of any transaction: a model may take its time, and others write.
        self._store([one for article, own in found
                     for one in vectors_of(article, own, self._embedder)])
        self._after = max((article.id or 0 for article, _ in found), default=0)
        return bool(found)

    def _store(self, made: list[PassageVectors]) -> None:
        with session_scope(self._database) as session:
            embedding_sets.store(session, made)

    def _histories(self, after: int) -> bool:
        name = self._embedder.name
        with read_scope(self._database) as session:
            rows = customers.other_embeddings(session, name, after, CUSTOMERS)
            if not rows and after:
                rows = customers.other_embeddings(session, name, 0, CUSTOMERS)
        vectors = self._embedder.embed([row.text for row in rows])
        with session_scope(self._database) as session:
            packed = [pack(vector[None, :]) for vector in vectors]
            customers.store_vectors(session, [row.id or 0 for row in rows], packed, name)
            own = session.get(EmbeddingSet, name)
            if own is not None and rows:
                own.customers_done = rows[-1].customer_id
                session.add(own)
        return bool(rows)

    def _cases(self) -> bool:
        with read_scope(self._database) as session:
            rows = cases.other_embeddings(session, self._embedder.name, CASES)
        vectors = self._embedder.embed([row.asked for row in rows])
        with session_scope(self._database) as session:
            for row, vector in zip(rows, vectors, strict=True):
                cases.store_vector(session, row, pack(vector[None, :]), self._embedder.name)
        return bool(rows)

    def _finish(self, revision: int, completed_at: datetime | None) -> bool:
        """Switch if that is still to be done, then remove what is not searched any more."""
        name = self._embedder.name
        with session_scope(self._database) as session:
            if articles.state(session)[1] != name or completed_at is None:
                if not embedding_sets.switch(session, name):
                    return True
                own = session.get_one(EmbeddingSet, name)
                own.completed_at = self._clock()
                session.add(own)
                return True
            if embedding_sets.forget_others(session, name):
                return True
        self._complete = revision
        return False


def progress(session: Session, embedding: str) -> Progress:
    """How far everything is embedded with this one."""
    done, total = embedding_sets.progress(session, embedding)
    return Progress(
        embedding, articles.state(session)[1], done, total,
        customers.count_other_embeddings(session, embedding),
        cases.count_other_embeddings(session, embedding),
    )
