"""A customer's story: what an operator should know of this person, on one page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlmodel import Session

from assistant.conversations import queues
from assistant.conversations import repository as conversations
from assistant.conversations.models import Conversation
from assistant.customers import repository as customers
from assistant.customers.health import count
from assistant.customers.models import Asset, ContactPoint, Customer, Event

MOST_UPCOMING = 5
MOST_RECENT = 5
MOST_CONVERSATIONS = 20
MOST_ENTRIES = 40
# What is looked at rather than done: it stays in the timeline and out of the last visits.
BROWSED = frozenset({"page_view", "email"})


@dataclass(frozen=True)
class Person:
    """The customer's own row."""

    id: int
    external_id: str | None
    name: str
    language: str
    status: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Address:
    """Where the customer can be reached, whether it is proven to be theirs, and its health:
    how many mails to it came back lately, why the last did, and whether none is sent any more."""

    id: int
    channel: str
    address: str
    verified: bool
    came_back: int = 0
    reason: str = ""
    suppressed: bool = False


@dataclass(frozen=True)
class Belonging:
    """An asset of the customer's, such as a pet."""

    id: int
    kind: str
    name: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Happening:
    """An event that took place or is booked; `asset` names whom it concerns, or is empty."""

    at: datetime
    kind: str
    asset: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Earlier:
    """A conversation of this customer; `opening` is the beginning of its first message."""

    id: int
    at: datetime
    channel: str
    status: str
    subject: str
    opening: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """Everything about one customer; `timeline` merges all channels, the newest first."""

    person: Person
    addresses: tuple[Address, ...]
    assets: tuple[Belonging, ...]
    upcoming: tuple[Happening, ...]
    recent: tuple[Happening, ...]
    conversations: tuple[Earlier, ...]
    timeline: tuple[Happening | Earlier, ...]


def story(session: Session, customer_id: int, now: datetime) -> Story:
    """The story of this customer, read in a fixed number of queries; raises NotFound."""
    customer = customers.customer(session, customer_id)
    assets = customers.assets(session, customer_id)
    happened = _happenings(customers.events(session, customer_id), assets)
    earlier = _earlier(session, conversations.of_customer(session, customer_id, MOST_CONVERSATIONS))
    past = [one for one in happened if one.at <= now]
    upcoming = sorted((one for one in happened if one.at > now), key=_time)
    timeline = sorted(chain[Happening | Earlier](past, earlier), key=_time, reverse=True)
    return Story(
        person=_person(customer),
        addresses=tuple(
            _address(point, now) for point in customers.contact_points(session, customer_id)),
        assets=tuple(_belonging(asset) for asset in assets),
        upcoming=tuple(upcoming[:MOST_UPCOMING]),
        recent=tuple([one for one in past if one.kind not in BROWSED][:MOST_RECENT]),
        conversations=tuple(earlier),
        timeline=tuple(timeline[:MOST_ENTRIES]),
    )


def _person(customer: Customer) -> Person:
    return Person(
        id=customers.identity(customer), external_id=customer.external_id, name=customer.name,
        language=customer.language, status=customer.status, attributes=customer.attributes,
    )


def _address(point: ContactPoint, now: datetime) -> Address:
    return Address(
        point.id or 0, point.channel, point.address, point.verified_at is not None,
        count(point, now), point.bounce_reason, point.suppressed_at is not None,
    )


def _belonging(asset: Asset) -> Belonging:
    return Belonging(asset.id or 0, asset.kind, asset.name, asset.attributes)


def _happenings(events: Iterable[Event], assets: Sequence[Asset]) -> list[Happening]:
    names = {asset.id: asset.name for asset in assets}
    return [
        Happening(event.at, event.kind, names.get(event.asset_id, ""), event.attributes)
        for event in events
    ]


def _earlier(session: Session, rows: Sequence[Conversation]) -> list[Earlier]:
    openings = queues.first_messages(session, [row.id or 0 for row in rows])
    return [
        Earlier(
            id=row.id or 0, at=row.created_at, channel=row.channel, status=row.status,
            subject=row.subject, opening=openings.get(row.id or 0, ""), tags=tuple(row.tags),
        )
        for row in rows
    ]


def _time(entry: Happening | Earlier) -> datetime:
    return entry.at
