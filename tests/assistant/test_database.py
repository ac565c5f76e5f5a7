"""The tables: one shape on every database, and a migration for each."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from assistant.database import _alembic, database_version, migrate, open_database
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


def test_vectors_and_what_made_them_survive_the_move_to_their_own_table(database: Engine) -> None:
    with database.connect() as connection:
        command.downgrade(_alembic(connection), "0001")
        connection.commit()
    with database.begin() as connection:
        connection.execute(text(
            "INSERT INTO article (id, article_id, language, version, current, title, questions, "
            "audience, sensitivity, tags, body, is_template, source, content_hash, published_at) "
            "VALUES (1, 'dogs', 'en', 1, true, 'Dogs', '[]', 'everyone', 'normal', '[]', 'x', "
            "true, '', 'h', '2026-01-01 00:00:00')"
        ))
        connection.execute(text(
            "INSERT INTO passage (id, article_pk, position, heading, template, questions, vectors, "
            "fields, embedding) VALUES (5, 1, 0, '', 'x', '[]', :vectors, '[\"section\"]', 'old@1')"
        ), {"vectors": b"\x00\x3c\x00\x00"})
        connection.execute(text("INSERT INTO knowledge_revision (id, number) VALUES (1, 7)"))
    migrate(database)
    with database.connect() as connection:
        [row] = connection.execute(text("SELECT * FROM passage_vectors")).all()
        [state] = connection.execute(text("SELECT number, embedding FROM knowledge_revision")).all()
    assert (row.passage_id, row.embedding, bytes(row.vectors)) == (5, "old@1", b"\x00\x3c\x00\x00")
    assert tuple(state) == (7, "old@1")


@pytest.mark.parametrize("url", ["mysql://x/y", "not a url", "mongodb://x"])
def test_another_kind_of_database_is_refused_by_the_variables_name(url: str) -> None:
    with pytest.raises(BadConfiguration, match="YORISOI_DATABASE_URL"):
        open_database(url)
