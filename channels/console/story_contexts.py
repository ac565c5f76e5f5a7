"""What a customer's story is given, beside a conversation and on its own page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A label with its value; `alarming` where the operator must take care."""

    label: str
    value: str
    alarming: bool = False


@dataclass(frozen=True)
class AddressShown:
    """An address; `trouble` says that mail comes back, `reason` why, and a suppressed one can be
    allowed again."""

    id: int
    label: str
    value: str
    unverified: bool
    trouble: str
    reason: str
    suppressed: bool


@dataclass(frozen=True)
class Card:
    """Something of the customer's, such as a pet."""

    name: str
    summary: str
    lines: tuple[Line, ...]
    ended: str


@dataclass(frozen=True)
class Moment:
    """An entry with its time: an appointment, a visit, a conversation."""

    at: str
    moment: str
    title: str
    detail: str
    href: str
    kind: str
    current: bool = False


@dataclass(frozen=True)
class Duty:
    """An open ToDo."""

    id: int
    title: str
    due: str
    late: bool
    assignee: str


@dataclass(frozen=True)
class StoryShown:
    """The customer's story, in words."""

    id: int
    name: str
    number: str
    status: str
    language: str
    lines: tuple[Line, ...]
    addresses: tuple[AddressShown, ...]
    assets: tuple[Card, ...]
    upcoming: tuple[Moment, ...]
    recent: tuple[Moment, ...]
    duties: tuple[Duty, ...]
    conversations: tuple[Moment, ...]
    timeline: tuple[Moment, ...]
    conversation_id: int | None = None
