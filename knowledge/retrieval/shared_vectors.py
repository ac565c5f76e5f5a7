"""Article vectors in PostgreSQL, shared by all processes, so that none has to hold them."""

import zlib

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, text
from sqlmodel import Session

from knowledge.embedding import Embedder
from knowledge.retrieval.article_vectors import Indexes, numbers_of
from knowledge.retrieval.entries import stored_entries
from knowledge.retrieval.pgvector_index import PgVectorIndex, prepare
from knowledge.retrieval.snapshot import Snapshot

_AT_ONCE = 200  # articles


class SharedVectors:
    """Brings the shared indexes to the newest revision; the first process that sees it does."""

    def __init__(self, engine: Engine) -> None:
        """Raises VectorsUnavailable, in one sentence, where the database cannot keep vectors."""
        prepare(engine)
        self._engine = engine

    def indexes(self, embedder: Embedder) -> Indexes:
        """Return the shared index of each language for this embedding."""
        return Indexes(lambda language: PgVectorIndex(
            self._engine, f"articles:{language}:{embedder.name}", embedder.dimensions
        ))  # fmt: skip

    def settle(
        self, session: Session, indexes: Indexes, embedder: Embedder,
        before: Snapshot | None, after: Snapshot,
    ) -> None:
        """Make the indexes hold what `after` has, unless another process did that or more.

        Killed midway, the next process finds the old revision noted and compares all ids.
        """
        name = f"articles:{embedder.name}"
        with self._engine.begin() as connection:
            connection.execute(
                text("SELECT pg_advisory_xact_lock(7267, :key)"),
                {"key": zlib.crc32(name.encode()) - 2**31},
            )
            noted = _noted(connection, name)
            if noted is not None and noted >= after.revision:
                return
            known = before if before is not None and before.revision == noted else None
            for language in {*after.languages, *(known.languages if known else indexes)}:
                have = indexes[language].ids() if known is None else _ids(known, language)
                want = _ids(after, language)
                missing = np.setdiff1d(want, have, assume_unique=True)
                self._add(session, indexes, embedder, missing)
                indexes[language].remove(np.setdiff1d(have, want, assume_unique=True))
            connection.execute(text(
                "INSERT INTO yorisoi_vectors.collection (name, revision) VALUES (:name, :revision) "
                "ON CONFLICT (name) DO UPDATE SET revision = :revision"
            ), {"name": name, "revision": after.revision})  # fmt: skip

    def _add(
        self, session: Session, indexes: Indexes, embedder: Embedder, missing: NDArray[np.int64]
    ) -> None:
        numbers = numbers_of(missing)
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            entries = stored_entries(session, some, embedder.name, embedder.dimensions)
            indexes.add(entries, missing)


def _ids(snapshot: Snapshot, language: str) -> NDArray[np.int64]:
    vectors = snapshot.vectors
    own: NDArray[np.int64] = vectors.ids[vectors.languages[vectors.article] == language]
    return own


def _noted(connection: Connection, name: str) -> int | None:
    found: int | None = connection.execute(
        text("SELECT revision FROM yorisoi_vectors.collection WHERE name = :name"), {"name": name}
    ).scalar()
    return found

