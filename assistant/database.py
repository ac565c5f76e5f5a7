"""The database: one engine, and one place where transactions begin and end."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlmodel import Session

from assistant.errors import BadConfiguration

MIGRATIONS = Path(__file__).parent / "migrations"


def open_database(url: str) -> Engine:
    """An engine for SQLite (WAL) or PostgreSQL; raises BadConfiguration if it is neither.

    What customers wrote stays out of error messages, and so out of the logs.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise BadConfiguration(f"YORISOI_DATABASE_URL is not a database URL: {url!r}.") from error
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"), pool_size=10, max_overflow=20,
            pool_pre_ping=True, hide_parameters=True,
        )
    if parsed.get_backend_name() != "sqlite":
        raise BadConfiguration(
            "YORISOI_DATABASE_URL must begin with sqlite:/// or postgresql://."
        )
    engine = create_engine(
        parsed, module=_sqlite_module(), hide_parameters=True,
        connect_args={"timeout": 30, "check_same_thread": False},
    )
    event.listen(engine, "connect", _sqlite_connected)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_module() -> Any:
    # SQLite 3.7.0 to 3.51.2 can corrupt a WAL database when a checkpoint resets the log while
    # another connection writes; pysqlite3 carries a newer library than most systems.
    try:
        import pysqlite3.dbapi2 as module
    except ImportError:
        return sqlite3
    return module


def _sqlite_connected(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself, else BEGIN IMMEDIATE below has no effect.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _sqlite_begin(connection: Any) -> None:
    # A read that later writes would fail with "database is locked" if another had written
    # meanwhile; read-only work says so with the execution option.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextlib.contextmanager
def session_scope(engine: Engine) -> Iterator[Session]:
    """A session that commits at the end, or rolls back if anything is raised."""
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.commit()


@contextlib.contextmanager
def read_scope(engine: Engine) -> Iterator[Session]:
    """A session for reading: takes no write lock, and nothing written in it is kept."""
    with Session(engine.execution_options(read_only=True), expire_on_commit=False) as session:
        yield session


def migrate(engine: Engine) -> None:
    """Bring the tables to this version's shape; does nothing if they have it."""
    with engine.connect() as connection:
        config = _alembic(connection)
        command.upgrade(config, "head")
        connection.commit()


def database_version(engine: Engine) -> tuple[str | None, str | None]:
    """(revision of the database, revision that this version of Yorisoi wants)."""
    wanted = ScriptDirectory.from_config(_alembic(None)).get_current_head()
    try:
        with engine.connect() as connection:
            row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    except SQLAlchemyError:
        return None, wanted
    return (row[0] if row else None), wanted


def _alembic(connection: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
