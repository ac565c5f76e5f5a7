"""What is generated, before it is written: pets, events, messages, customers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass
class Pet:
    """A dog or a cat; breed is a key of breeds.yaml until it is written."""

    number: int
    name: str
    species: str
    breed: str
    size: str
    sex: str
    neutered: bool
    born_on: date
    weight_kg: float
    condition: str | None = None
    died_on: date | None = None
    last_vaccinated_on: date | None = None
    next_vaccination_on: date | None = None

    def alive_on(self, day: date) -> bool:
        """Whether the pet had been born and had not died by that day."""
        return self.born_on <= day and (self.died_on is None or day < self.died_on)


@dataclass
class Event:
    """Something that a customer did or booked; course is a key of catalogue.yaml."""

    kind: str
    at: datetime
    pet: Pet | None = None
    service: str | None = None
    course: str | None = None
    shop: str | None = None
    item: str | None = None
    price: int | None = None
    page: str | None = None
    subject: str | None = None
    nights: int = 1

    @property
    def day(self) -> date:
        """The day in Japan."""
        return self.at.date()


@dataclass(frozen=True)
class Message:
    """One message; operator holds the login when a person of the support centre wrote it."""

    author: str
    text: str
    at: datetime
    operator: str | None = None


@dataclass(frozen=True)
class Conversation:
    """A finished conversation and the script it came from."""

    script: str
    channel: str
    subject: str | None
    tags: tuple[str, ...]
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Todo:
    """Something an operator promised or must not forget."""

    title: str
    due_on: date
    status: str
    assigned_to: str | None


@dataclass(frozen=True)
class Operator:
    """A person of the support centre; signs is how they sign, by language."""

    login: str
    name: str
    signs: dict[str, str]
    role: str
    joined_on: date
    languages: tuple[str, ...]
    experience: str


@dataclass(frozen=True)
class Voice:
    """How a customer writes: manner is polite, casual or terse."""

    manner: str
    chatty: bool
    emoji: bool
    typos: bool


@dataclass
class Customer:
    """A customer with everything known of them; start and end bound the history."""

    number: int
    name: str
    kana: str
    language: str
    status: str
    start: date
    end: date
    home_shop: str
    plan: str = "none"
    vip: bool = False
    member_since: date | None = None
    renews_on: date | None = None
    points: int = 0
    points_expire_on: date | None = None
    insurance: str | None = None
    preferred_channel: str = "web_chat"
    bereaved: bool = False
    marketing_email: bool = True
    page_views: bool = True
    email: str | None = None
    phone: str | None = None
    phone_verified: bool = True
    voice: Voice = Voice("polite", chatty=False, emoji=False, typos=False)
    scripts: tuple[str, ...] = ()
    pets: list[Pet] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    todos: list[Todo] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)

    @property
    def external_id(self) -> str:
        """The id in the company's own system."""
        return f"C-{self.number:04d}"

    def activity(self) -> list[Event]:
        """The visits and purchases, oldest first."""
        done = [event for event in self.events if event.kind in ("visit", "purchase")]
        return sorted(done, key=lambda event: event.at)
