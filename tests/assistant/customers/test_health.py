"""The health of an address: hard suppresses, the rest counts and fades, a person lifts."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from assistant.customers.health import bounced, count, is_troubled, lift
from assistant.customers.models import ContactPoint, Customer

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def session(database: Engine) -> Session:
    return Session(database, expire_on_commit=False)


@pytest.fixture
def point(session: Session) -> ContactPoint:
    customer = Customer(name="佐藤", created_at=NOW)
    session.add(customer)
    session.flush()
    found = ContactPoint(customer_id=customer.id or 0, channel="email", address="a@x.example")
    session.add(found)
    session.flush()
    return found


def test_an_address_that_is_not_there_is_suppressed(session: Session, point: ContactPoint) -> None:
    bounced(session, point, "hard", "user unknown", NOW)
    assert (point.suppressed_at, point.bounce_reason) == (NOW, "user unknown")
    assert is_troubled(point, NOW)


@pytest.mark.parametrize("kind", ["soft", "full"])
def test_what_may_pass_is_counted_and_never_suppresses(
    session: Session, point: ContactPoint, kind: str
) -> None:
    for _ in range(3):
        bounced(session, point, kind, "mailbox full", NOW)
    assert (count(point, NOW), point.suppressed_at) == (3, None)
    assert is_troubled(point, NOW)


def test_the_count_fades_by_one_a_week(session: Session, point: ContactPoint) -> None:
    for _ in range(3):
        bounced(session, point, "soft", "busy", NOW)
    assert count(point, NOW + timedelta(days=6)) == 3
    assert count(point, NOW + timedelta(days=15)) == 1
    assert count(point, NOW + timedelta(days=90)) == 0
    bounced(session, point, "soft", "busy", NOW + timedelta(days=15))
    assert point.bounces == 2


def test_a_person_lifts_the_suppression(session: Session, point: ContactPoint) -> None:
    bounced(session, point, "hard", "user unknown", NOW)
    lift(session, point)
    assert (point.suppressed_at, count(point, NOW), point.bounce_reason) == (None, 0, "")
