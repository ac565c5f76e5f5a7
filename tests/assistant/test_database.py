"""The tables: one shape on every database, and a migration for each."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from assistant.database import database_version, migrate, open_database
from assistant.errors import BadConfiguration
from assistant.tables import METADATA


def test_the_migrations_make_exactly_the_tables_of_the_models(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, METADATA) == []


def test_a_migrated_database_is_at_the_wanted_version(database: Engine) -> None:
    has, wants = database_version(database)
    assert has == wants is not None


def test_migrating_twice_changes_nothing(database: Engine) -> None:
    migrate(database)
    assert database_version(database)[0] is not None


@pytest.mark.parametrize("url", ["mysql://x/y", "not a url", "mongodb://x"])
def test_another_kind_of_database_is_refused_by_the_variables_name(url: str) -> None:
    with pytest.raises(BadConfiguration, match="YORISOI_DATABASE_URL"):
        open_database(url)
