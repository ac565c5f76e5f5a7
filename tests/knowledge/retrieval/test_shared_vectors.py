"""Article vectors in PostgreSQL: several processes, one index, the same hits as in memory."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlmodel import Session, SQLModel

from knowledge.articles.draft import ArticleDraft
from knowledge.articles.ingest import publish, withdraw
from knowledge.embedding import Embedder
from knowledge.retrieval.library import Library
from knowledge.retrieval.pgvector_index import VectorsUnavailable
from knowledge.retrieval.shared_vectors import SharedVectors
from tests.knowledge.retrieval.test_library import CATS, HOTEL, RETURNS, TODAY

Open = Callable[[], Library]


@pytest.fixture
def stored(vector_database: Engine) -> Iterator[Session]:
    """A session on empty tables."""
    SQLModel.metadata.drop_all(vector_database)
    SQLModel.metadata.create_all(vector_database)
    with vector_database.begin() as connection:
        connection.execute(text("TRUNCATE yorisoi_vectors.entry, yorisoi_vectors.collection"))
    with Session(vector_database) as session:
        yield session


@pytest.fixture
def open_library(vector_database: Engine, embedder: Embedder) -> Open:
    """Return a function that opens a library as another process would."""
    return lambda: Library(embedder, shared=SharedVectors(vector_database))


def publish_all(session: Session, embedder: Embedder, *drafts: ArticleDraft) -> None:
    for draft in drafts:
        publish(session, draft, embedder)
    session.commit()


def hits(library: Library, query: str) -> list[tuple[str, str, int, float]]:
    found = library.search(query, language="ja", today=TODAY)
    return [(hit.passage.article_id, hit.passage.language, hit.passage.position,
             round(hit.dense, 2)) for hit in found.hits]  # fmt: skip


def count(session: Session) -> int:
    return int(session.execute(text("SELECT count(*) FROM yorisoi_vectors.entry")).scalar_one())


def test_the_hits_are_those_of_a_library_in_memory(
    stored: Session, open_library: Open, embedder: Embedder
) -> None:
    publish_all(stored, embedder, CATS, HOTEL, RETURNS)
    shared, own = open_library(), Library(embedder)
    for library in (shared, own):
        library.load(stored)
    for query in ("猫のワクチンの料金", "返品できますか", "hotel"):
        assert hits(shared, query) == hits(own, query) != []


def test_what_one_process_has_taken_in_another_finds(
    stored: Session, open_library: Open, embedder: Embedder
) -> None:
    publish_all(stored, embedder, CATS)
    first, second = open_library(), open_library()
    for library in (first, second):
        library.load(stored)
    before = count(stored)
    publish_all(stored, embedder, HOTEL)
    assert first.refresh(stored)
    assert count(stored) > before
    assert second.refresh(stored)
    for library in (first, second):
        assert hits(library, "ホテル")[0][3] > 0
    withdraw(stored, "hotel")
    stored.commit()
    assert second.refresh(stored)
    assert count(stored) == before
    assert "hotel" not in {article for article, *_ in hits(second, "ホテル")}


def test_an_update_that_was_killed_midway_is_made_whole(
    stored: Session, open_library: Open, embedder: Embedder
) -> None:
    publish_all(stored, embedder, CATS, HOTEL)
    open_library().load(stored)
    whole = count(stored)
    # As it stands if the process dies before the new revision is noted.
    stored.execute(text("UPDATE yorisoi_vectors.collection SET revision = 0"))
    stored.execute(text("DELETE FROM yorisoi_vectors.entry WHERE id % 2 = 0"))
    stored.commit()
    assert count(stored) < whole
    open_library().load(stored)
    assert count(stored) == whole


def test_a_process_that_lags_behind_takes_nothing_back(
    stored: Session, open_library: Open, embedder: Embedder
) -> None:
    publish_all(stored, embedder, CATS)
    lagging = open_library()
    lagging.load(stored)
    publish_all(stored, embedder, HOTEL)
    open_library().load(stored)
    whole = count(stored)
    snapshot = lagging._loaded.snapshot
    SharedVectors(stored.get_bind()).settle(  # type: ignore[arg-type]
        stored, lagging._loaded.indexes, embedder, snapshot, snapshot
    )
    assert count(stored) == whole
    assert hits(lagging, "猫のワクチン")[0][3] > 0


def test_no_vector_is_kept_in_the_process(
    stored: Session, open_library: Open, embedder: Embedder
) -> None:
    publish_all(stored, embedder, CATS, HOTEL)
    library = open_library()
    library.load(stored)
    kept = {type(index).__name__ for index in library._loaded.indexes.values()}
    assert kept == {"PgVectorIndex"}
    assert np.array_equal(
        np.sort(np.concatenate([index.ids() for index in library._loaded.indexes.values()])),
        library._loaded.snapshot.vectors.ids,
    )


def test_another_database_is_refused_in_one_sentence() -> None:
    engine = create_engine("sqlite://")
    with pytest.raises(VectorsUnavailable, match="YORISOI_VECTORS=pgvector needs PostgreSQL"):
        SharedVectors(engine)
