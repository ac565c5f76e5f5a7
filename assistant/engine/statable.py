"""What a reply to this turn may state: the grounds that the check holds every draft against."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from assistant.company import Company
from assistant.engine.checking import Grounds
from assistant.engine.personalize import Personal
from assistant.engine.turn import Turn
from prompts.wording import honorific, when


class Cited(Protocol):
    """What is needed of a cited passage: its title and heading, and the section as stored."""

    @property
    def title(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def template(self) -> str: ...


def statable(
    turn: Turn, language: str, company: Company, cited: Sequence[tuple[Cited, Personal]],
    promises: Sequence[str] = (), frame: Sequence[str] = (),
) -> Grounds:
    """Return the grounds of a reply in this language: the sections as the customer may read them
    and as stored, the facts that were used, what the customer wrote, and the names that belong to
    the company and to the customer. `promises` are the words of those with a ToDo, `frame` given
    words."""
    used = [form for _, personal in cited for fact in personal.used for form in fact.forms]
    values = turn.profile.values
    return Grounds(
        sections=tuple(personal.text for _, personal in cited if personal.text),
        stored=tuple(passage.template for passage, _ in cited),
        topics=tuple(dict.fromkeys(
            text for passage, _ in cited for text in (passage.title, passage.heading) if text)),
        facts=tuple(dict.fromkeys([*used, *_of_company(turn, language, company)])),
        asked=(turn.subject, *turn.messages,
               *(said.text for said in turn.before if said.author == "customer")),
        names=tuple(dict.fromkeys([*_company_names(company), *_own_names(turn)])),
        promises=tuple(promises), frame=tuple(frame), language=language, channel=turn.channel,
        status=str(values.get("customer.status", "")),
        bereaved=bool(values.get("customer.bereaved", False)),
    )  # fmt: skip


def _of_company(turn: Turn, language: str, company: Company) -> Iterator[str]:
    """Yield what the company says of itself, and today's date."""
    yield from (value for value in company.fields.values() if isinstance(value, str))
    yield when(turn.now.astimezone(company.time_zone).date(), language, company.time_zone)
    for shop in company.shops.values():
        yield from (str(shop[part]) for part in ("phone",) if part in shop)


def _company_names(company: Company) -> Iterator[str]:
    yield from company.name.values()
    yield from company.assistant_name.values()
    for shop in company.shops.values():
        yield from _texts(shop.get("name"))
        yield from _texts(shop.get("address"))


def _own_names(turn: Turn) -> Iterator[str]:
    """Yield the customer's name and their pets', in all the ways in which they are called."""
    name = str(turn.profile.values.get("customer.name", ""))
    if name:
        yield name
        yield from (honorific(name, language) for language in ("ja", "en"))
    for asset in turn.profile.assets:
        yield from (str(value) for key, value in asset.values.items()
                    if key.endswith(".name") and value)  # fmt: skip


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [str(text) for text in value.values()]
    return [str(value)] if value else []
