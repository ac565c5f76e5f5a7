"""Vectors in PostgreSQL with the extension pgvector: all processes share one index.

Half-precision vectors in one table, each collection under its own HNSW index (Malkov and Yashunin,
"Efficient and robust approximate nearest neighbor search using hierarchical navigable small world
graphs", 2018). Like every index it is a cache: it can be dropped and is made again.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from knowledge.retrieval.vectors import NOTHING, Ids, Nearest

# More allowed ids than this are looked for in the graph, fewer are compared one by one.
_FEW = 5_000
_BREADTH = 200  # how many candidates a search keeps in hand
_AT_ONCE = 2_000


class VectorsUnavailable(RuntimeError):
    """This database cannot keep vectors; says why, and how to mend it, in one sentence."""


def prepare(engine: Engine) -> None:
    """Make the extension and the table unless they are there.

    Raises VectorsUnavailable where the database is another kind, has no pgvector, or does not let
    this user make the extension.
    """
    if engine.dialect.name != "postgresql":
        raise VectorsUnavailable(
            "YORISOI_VECTORS=pgvector needs PostgreSQL; set YORISOI_DATABASE_URL, or leave "
            "YORISOI_VECTORS empty to keep vectors in memory."
        )
    try:
        with engine.begin() as connection:
            # Two processes that start at once must not both make it.
            connection.execute(text("SELECT pg_advisory_xact_lock(7266)"))
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS yorisoi_vectors"))
            connection.execute(text(
                "CREATE TABLE IF NOT EXISTS yorisoi_vectors.entry (collection text NOT NULL, "
                "id bigint NOT NULL, embedding halfvec NOT NULL, PRIMARY KEY (collection, id))"
            ))  # fmt: skip
            connection.execute(text(
                "CREATE TABLE IF NOT EXISTS yorisoi_vectors.collection ("
                "name text PRIMARY KEY, revision bigint NOT NULL)"
            ))  # fmt: skip
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        raise VectorsUnavailable(
            f"YORISOI_VECTORS=pgvector: the extension vector cannot be made ({reason}); install "
            "pgvector 0.8 or newer, let an administrator run CREATE EXTENSION vector, or leave "
            "YORISOI_VECTORS empty to keep vectors in memory."
        ) from error


class PgVectorIndex:
    """The vectors of one collection."""

    def __init__(self, engine: Engine, collection: str, dimensions: int) -> None:
        """`prepare` has been called. The collection's own index is made if it is not there."""
        collection = re.sub(r"[^A-Za-z0-9@./_-]", "-", collection)
        self._engine = engine
        self._dimensions = dimensions
        # As literals (hence the letters above), for a partial index is used only where the planner
        # sees the same condition.
        self._own = f"collection = '{collection}'"
        self._distance = f"embedding::halfvec({dimensions}) <#> :query ::halfvec({dimensions})"
        self._collection = collection
        index = f"hnsw_{zlib.crc32(collection.encode()):08x}_{dimensions}"
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(7266)"))
            connection.execute(text(
                f"CREATE INDEX IF NOT EXISTS {index} ON yorisoi_vectors.entry USING hnsw "
                f"((embedding::halfvec({dimensions})) halfvec_ip_ops) WHERE {self._own}"
            ))  # fmt: skip

    def add(self, ids: Ids, vectors: NDArray[Any]) -> None:
        new = np.asarray(ids, dtype=np.int64)
        rows = np.asarray(vectors, dtype=np.float16).reshape(len(new), self._dimensions)
        if len(np.unique(new)) < len(new):
            raise ValueError("An id is in the index already; remove it first.")
        insert = text(
            "INSERT INTO yorisoi_vectors.entry (collection, id, embedding) "
            "VALUES (:collection, :id, CAST(:embedding AS halfvec))"
        )
        try:
            with self._engine.begin() as connection:
                for start in range(0, len(new), _AT_ONCE):
                    some = slice(start, start + _AT_ONCE)
                    connection.execute(insert, [
                        {"collection": self._collection, "id": one, "embedding": _written(row)}
                        for one, row in zip(new[some].tolist(), rows[some], strict=True)
                    ])  # fmt: skip
        except IntegrityError as error:
            raise ValueError("An id is in the index already; remove it first.") from error

    def remove(self, ids: Ids) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                text(f"DELETE FROM yorisoi_vectors.entry WHERE {self._own} AND id = ANY(:ids)"),  # noqa: S608
                {"ids": np.asarray(ids, dtype=np.int64).tolist()},
            )

    def search(self, vector: NDArray[np.float32], k: int, allowed: Ids | None = None) -> Nearest:
        some = None if allowed is None else np.unique(np.asarray(allowed, dtype=np.int64)).tolist()
        if k <= 0 or some == []:
            return NOTHING
        given = {"query": _written(vector.astype(np.float16)), "k": k, "ids": some}
        with self._reading() as connection:
            if some is not None and len(some) <= _FEW:
                return _found(connection, self._exact("AND id = ANY(:ids)"), given)
            filtered = "" if some is None else "AND id = ANY(:ids)"
            found = _found(connection, self._graph(filtered), given)
            if len(found[0]) < k:
                # All there are, or the graph did not lead to some: look at each.
                found = _found(connection, self._exact(filtered), given)
        return found

    def ids(self) -> NDArray[np.int64]:
        with self._reading() as connection:
            rows = connection.execute(
                text(f"SELECT id FROM yorisoi_vectors.entry WHERE {self._own} ORDER BY id")  # noqa: S608
            ).scalars()
            return np.fromiter(rows, np.int64)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._engine.connect() as connection, connection.begin():
            connection.execute(text(f"SET LOCAL hnsw.ef_search = {_BREADTH}"))
            connection.execute(text("SET LOCAL hnsw.iterative_scan = strict_order"))
            yield connection

    def _graph(self, filtered: str) -> str:
        return (
            f"SELECT id, -({self._distance}) FROM yorisoi_vectors.entry "  # noqa: S608
            f"WHERE {self._own} {filtered} ORDER BY {self._distance} LIMIT :k"
        )

    def _exact(self, filtered: str) -> str:
        # Materialized, so that the planner takes the rows first and not the graph.
        return (
            "WITH own AS MATERIALIZED (SELECT id, embedding FROM yorisoi_vectors.entry "  # noqa: S608
            f"WHERE {self._own} {filtered}) SELECT id, -({self._distance}) FROM own "
            f"ORDER BY {self._distance} LIMIT :k"
        )


def _found(connection: Connection, statement: str, given: dict[str, Any]) -> Nearest:
    rows = connection.execute(text(statement), given).all()
    ids = np.array([row[0] for row in rows], np.int64)
    return ids, np.array([row[1] for row in rows], np.float32)


def _written(vector: NDArray[np.float16]) -> str:
    return "[" + ",".join(f"{value:.5g}" for value in vector.tolist()) + "]"
