from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, MetaData, Table, create_engine, insert, select
from sqlalchemy.exc import StatementError

from knowledge.columns import UtcDateTime

MOMENTS = Table("moments", MetaData(), Column("at", UtcDateTime))


def test_a_moment_comes_back_as_utc() -> None:
    engine = create_engine("sqlite://")
    tokyo = datetime(2026, 11, 23, 18, 0, tzinfo=timezone(timedelta(hours=9)))
    with engine.begin() as connection:
        MOMENTS.create(connection)
        connection.execute(insert(MOMENTS), [{"at": tokyo}, {"at": None}])
        found = connection.execute(select(MOMENTS.c.at)).scalars().all()
    assert found == [datetime(2026, 11, 23, 9, 0, tzinfo=UTC), None]
    assert found[0] is not None
    assert found[0].utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        MOMENTS.create(connection)
        with pytest.raises(StatementError, match="time zone"):
            connection.execute(insert(MOMENTS), {"at": datetime(2026, 11, 23)})  # noqa: DTZ001
