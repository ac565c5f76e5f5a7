"""ToDos of a customer."""

from datetime import date

import pytest
from sqlalchemy import Engine

from assistant.customers.models import Customer
from assistant.database import session_scope
from assistant.errors import NotFound, YorisoiError
from assistant.todos import repository


@pytest.fixture
def session(database: Engine, clock):
    with session_scope(database) as session:
        session.add(Customer(id=1, name="佐藤 美咲", created_at=clock()))
        session.add(Customer(id=2, name="高橋 直人", created_at=clock()))
        session.flush()
        yield session


def test_what_is_due_first_comes_first_and_what_has_no_day_last(session, clock) -> None:
    for title, day in [("later", date(2026, 12, 1)), ("some day", None), ("now", date(2026, 1, 1))]:
        repository.add(session, 1, title, clock(), due_on=day)
    found = repository.open_of_customer(session, 1)
    assert [todo.title for todo in found] == ["now", "later", "some day"]


def test_a_ticked_todo_is_open_no_more(session, clock) -> None:
    todo = repository.add(session, 1, "call back", clock())
    repository.tick(session, 1, todo.id or 0)
    assert repository.open_of_customer(session, 1) == []


def test_a_todo_is_ticked_for_its_own_customer_only(session, clock) -> None:
    todo = repository.add(session, 1, "call back", clock())
    with pytest.raises(NotFound):
        repository.tick(session, 2, todo.id or 0)


@pytest.mark.parametrize("title", ["  ", "x" * 301])
def test_a_todo_needs_a_title_of_some_length(session, clock, title: str) -> None:
    with pytest.raises(YorisoiError):
        repository.add(session, 1, title, clock())
