"""Customers are imported from JSON lines, again and again, without doubling anything."""

import json
from pathlib import Path

import pytest
from sqlmodel import Session, SQLModel, func, select

from assistant.conversations.models import Conversation, Message
from assistant.customers.models import Asset, ContactPoint, Customer, Event
from assistant.errors import YorisoiError
from assistant.importing import import_customers
from assistant.todos.models import ToDo
from channels.services import Services

DATA = Path(__file__).parents[2] / "data" / "customers.jsonl"
TABLES: tuple[type[SQLModel], ...] = (
    Customer, ContactPoint, Asset, Event, ToDo, Conversation, Message
)


def load(house: Services, path: Path) -> None:
    import_customers(house.engine, path, house.library.embedder, house.clock)


def counts(house: Services) -> list[int]:
    with Session(house.engine) as session:
        return [session.exec(select(func.count()).select_from(table)).one() for table in TABLES]


def test_a_second_import_doubles_nothing(house: Services) -> None:
    load(house, DATA)
    first = counts(house)
    load(house, DATA)
    assert counts(house) == first == [3, 3, 3, 3, 1, 1, 2]


def test_a_second_import_brings_changes(house: Services, tmp_path: Path) -> None:
    load(house, DATA)
    record = json.loads(DATA.read_text(encoding="utf-8").splitlines()[0])
    record["status"], record["assets"][0]["name"] = "lapsed", "モカ２"
    changed = tmp_path / "customers.jsonl"
    changed.write_text(json.dumps(record), encoding="utf-8")
    load(house, changed)
    with Session(house.engine) as session:
        customer = session.exec(select(Customer).where(Customer.external_id == "C-0001")).one()
        pet = session.exec(select(Asset).where(Asset.external_id == "P-0001-1")).one()
        assert (customer.status, pet.name) == ("lapsed", "モカ２")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [("{", "line 2 is not JSON"), ('{"name": "x"}', "line 2: external_id"),
     ('{"external_id": "C-9", "name": "x", "colour": 1}', "line 2: colour"),
     ('{"external_id": "C-9", "name": "x", "events": [{"external_id": "E", "kind": "visit", '
      '"at": "2026-01-01T10:00:00"}]}', "timezone")],
)
def test_a_line_that_cannot_be_used_is_named_and_nothing_is_stored(
    house: Services, tmp_path: Path, line: str, complaint: str
) -> None:
    path = tmp_path / "customers.jsonl"
    good = DATA.read_text(encoding="utf-8").splitlines()[0]
    path.write_text(f"{good}\n{line}\n", encoding="utf-8")
    with pytest.raises(YorisoiError, match=complaint):
        load(house, path)
    assert counts(house)[0] == 0


def test_an_address_of_another_customer_is_refused(house: Services, tmp_path: Path) -> None:
    load(house, DATA)
    thief = {"external_id": "C-9", "name": "x", "contact_points": [
        {"channel": "email", "address": "Misaki.Sato@mail.example", "verified": True}]}
    path = tmp_path / "customers.jsonl"
    path.write_text(json.dumps(thief), encoding="utf-8")
    with pytest.raises(YorisoiError, match="belongs to another customer"):
        load(house, path)
