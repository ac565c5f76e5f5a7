"""Takes customers with their pets, events, ToDos and past conversations from JSON lines.

The company's own numbers make every entry unique, so a file may be imported again: what it
holds is updated, and nothing is doubled.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import Session, select

from assistant.customers import repository
from assistant.customers.models import Asset, ContactPoint, Customer, Event
from assistant.errors import YorisoiError


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ContactPointRecord(_Record):
    channel: str
    address: str = Field(min_length=1)
    verified: bool = False


class AssetRecord(_Record):
    external_id: str
    kind: str
    name: str = ""
    attributes: dict[str, Any] = {}


class EventRecord(_Record):
    external_id: str
    kind: str
    at: AwareDatetime
    asset: str | None = None
    attributes: dict[str, Any] = {}


class ToDoRecord(_Record):
    external_id: str
    title: str
    due_on: date | None = None
    status: Literal["open", "done"] = "open"
    assigned_to: str | None = None


class MessageRecord(_Record):
    author: Literal["customer", "operator", "assistant"]
    text: str
    at: AwareDatetime
    operator: str | None = None


class ConversationRecord(_Record):
    external_id: str
    channel: str
    subject: str | None = None
    status: Literal["open", "resolved"] = "resolved"
    tags: list[str] = []
    messages: list[MessageRecord] = Field(min_length=1)


class CustomerRecord(_Record):
    """One line of the file."""

    external_id: str = Field(min_length=1)
    name: str
    name_kana: str = ""
    language: Literal["ja", "en"] = "ja"
    status: str = "prospect"
    attributes: dict[str, Any] = {}
    consents: dict[str, bool] = {}
    contact_points: list[ContactPointRecord] = []
    assets: list[AssetRecord] = []
    events: list[EventRecord] = []
    todos: list[ToDoRecord] = []
    conversations: list[ConversationRecord] = []


@dataclass(frozen=True)
class Imported:
    """A customer that was stored, and what other rooms still take in of the record."""

    customer_id: int
    record: CustomerRecord


def read_customers(path: Path) -> Iterator[CustomerRecord]:
    """The records of a JSON-lines file; raises YorisoiError with the line and what is wrong."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise YorisoiError(f"{path} cannot be read as UTF-8 text ({error}).") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield CustomerRecord.model_validate(json.loads(line))
        except json.JSONDecodeError as error:
            raise YorisoiError(f"{path}, line {number} is not JSON: {error.msg}.") from error
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise YorisoiError(f"{path}, line {number}: {place}: {first['msg']}.") from error


def import_customer(session: Session, record: CustomerRecord, now: Callable[[], datetime]) -> int:
    """Stores one customer with addresses, assets and events; returns the customer's id.

    Raises YorisoiError if an address belongs to another customer already.
    """
    known = repository.by_external_id(session, record.external_id)
    customer = known or Customer(external_id=record.external_id, created_at=now())
    customer.name, customer.language, customer.status = record.name, record.language, record.status
    customer.attributes = {**record.attributes, "name_kana": record.name_kana}
    customer.consents = record.consents
    session.add(customer)
    session.flush()
    customer_id = repository.identity(customer)
    for point in record.contact_points:
        _contact_point(session, customer_id, point, record.external_id, now())
    assets = {asset.external_id: _asset(session, customer_id, asset) for asset in record.assets}
    session.flush()
    _events(session, customer_id, record, {key: asset.id for key, asset in assets.items()})
    session.flush()
    return customer_id


def _contact_point(
    session: Session, customer_id: int, record: ContactPointRecord, number: str, now: datetime
) -> None:
    address = record.address.strip().lower()
    point = repository.contact_point(session, record.channel, address)
    if point is not None and point.customer_id != customer_id:
        raise YorisoiError(
            f"{record.channel} {address} of customer {number} belongs to another customer; "
            "correct the address or merge the two."
        )
    point = point or ContactPoint(
        customer_id=customer_id, channel=record.channel, address=address
    )
    point.verified_at = (point.verified_at or now) if record.verified else None
    session.add(point)


def _asset(session: Session, customer_id: int, record: AssetRecord) -> Asset:
    known = session.exec(select(Asset).where(Asset.external_id == record.external_id)).first()
    if known is not None and known.customer_id != customer_id:
        raise YorisoiError(f"The asset {record.external_id} belongs to another customer.")
    asset = known or Asset(
        customer_id=customer_id, external_id=record.external_id, kind=record.kind
    )
    asset.kind, asset.name, asset.attributes = record.kind, record.name, record.attributes
    session.add(asset)
    return asset


def _events(
    session: Session, customer_id: int, record: CustomerRecord, assets: dict[str, int | None]
) -> None:
    known = {
        event.external_id: event
        for event in session.exec(select(Event).where(Event.customer_id == customer_id))
    }
    for entry in record.events:
        if entry.asset is not None and entry.asset not in assets:
            raise YorisoiError(
                f"The event {entry.external_id} of customer {record.external_id} names the asset "
                f"{entry.asset}, which is not theirs."
            )
        event = known.get(entry.external_id) or Event(
            customer_id=customer_id, external_id=entry.external_id, kind=entry.kind, at=entry.at
        )
        event.kind, event.at, event.attributes = entry.kind, entry.at, entry.attributes
        event.asset_id = assets[entry.asset] if entry.asset else None
        session.add(event)
