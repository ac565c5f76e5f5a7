"""Asks the assistant as somebody would, without storing anything."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from assistant.customers import repository
from assistant.customers.models import Customer
from assistant.customers.profile import load_profile
from assistant.customers.tier import Tier
from assistant.database import read_scope
from assistant.engine.explain import Without, explain
from assistant.engine.turn import Reply, Turn, Utterance
from assistant.errors import NotFound
from channels.services import Services


@dataclass(frozen=True)
class Speaker:
    """Who asks, and through which door. `customer` is a customer's number, empty for nobody in
    particular; `language` that of the conversation, by default the customer's own."""

    customer: str = ""
    tier: Tier = Tier.ANONYMOUS
    channel: str = "web_chat"
    language: str = ""


def ask_as(
    services: Services, speaker: Speaker, messages: Sequence[str],
    before: Sequence[Utterance] = (),
) -> Reply:
    """The reply that this speaker would get. Raises NotFound if there is no such customer."""
    return explained_as(services, speaker, messages, before, explained=False)[0]


def explained_as(
    services: Services, speaker: Speaker, messages: Sequence[str],
    before: Sequence[Utterance] = (), *, explained: bool = True,
) -> tuple[Reply, tuple[Without, ...]]:
    """The same with what would have been said without each fact. Raises NotFound."""
    turn, customer_id = turn_of(services, speaker, messages, before)
    recall = services.recollection.recall(customer_id, speaker.tier)
    reply = services.assistant.respond(turn, recall)
    if not explained:
        return reply, ()
    word = services.catalogue.assets_word
    others = explain(turn, reply, lambda one: services.assistant.respond(one, recall), word)
    return reply, others


def turn_of(
    services: Services, speaker: Speaker, messages: Sequence[str],
    before: Sequence[Utterance] = (),
) -> tuple[Turn, int | None]:
    """The turn of these messages, and the customer's id if there is one. Raises NotFound."""
    now = services.clock()
    with read_scope(services.engine) as session:
        person = _customer(session, speaker.customer) if speaker.customer else None
        customer_id = repository.identity(person) if person else None
        profile = load_profile(session, customer_id, speaker.tier, services.catalogue,
                               services.company, now)
        own = person.language if person else ""
    return Turn(
        messages=list(messages), channel=speaker.channel,
        language=speaker.language or own or services.company.default_language,
        profile=profile, now=now, before=before,
        owed=services.recollection.owed(customer_id, speaker.tier),
        offered=services.recollection.offered(customer_id, speaker.tier),
    ), customer_id


def _customer(session: Session, number: str) -> Customer:
    person = repository.by_external_id(session, number)
    if person is None and number.isdigit():
        person = session.get(Customer, int(number))
    if person is None:
        raise NotFound(f"There is no customer {number}; look the number up in the console.")
    return person
