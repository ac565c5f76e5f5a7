"""What the house knows of one customer, in the forms in which a text may say it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from assistant.company import Company
from assistant.customers import repository
from assistant.customers.catalogue import Catalogue
from knowledge.spelling import readings

MOST_EVENTS = 2_000


@dataclass(frozen=True)
class Known:
    """Something that a text may say of this customer, and what it is: a key of
    placeholders.yaml, or the name of a fact."""

    value: str
    kind: str


def known_of(
    session: Session, customer_id: int, catalogue: Catalogue, company: Company
) -> tuple[Known, ...]:
    """All values that belong to this customer alone, longest first.

    What a fact of the type choice or flag may say is left out: dog or cat, member or not, is said
    of everybody and tells nobody apart.
    """
    reader = _Reader(catalogue, company)
    customer = repository.customer(session, customer_id)
    found = [*forms_of_name(customer.name), *reader.leaves("customer", customer.attributes)]
    found += [Known(customer.external_id or "", "number")]
    for point in repository.contact_points(session, customer_id):
        found.append(Known(point.address, "mail" if "@" in point.address else "phone"))
    for asset in repository.assets(session, customer_id):
        found += [*forms_of_name(asset.name), Known(asset.external_id or "", "number")]
        found += reader.leaves("asset", asset.attributes)
    for event in repository.events(session, customer_id, limit=MOST_EVENTS):
        found += [Known(event.external_id or "", "number")]
        found += reader.leaves(event.kind, event.attributes)
    unique = {one.value: one for one in found if len(one.value) > 1 or one.kind == "name"}
    return tuple(sorted(unique.values(), key=lambda one: -len(one.value)))


def forms_of_name(name: str) -> Iterator[Known]:
    """The name as a whole, with no space, its parts, and how they are read."""
    parts = [part for part in name.split() if len(part) > 1 or not part.isascii()]
    for written in (name, name.replace(" ", ""), *parts):
        for form in (written, *readings(written.replace(" ", ""))):
            yield Known(form, "name")


class _Reader:
    def __init__(self, catalogue: Catalogue, company: Company) -> None:
        self._shops = company.shops
        self._facts = {}
        for fact in catalogue.facts.values():
            owner, _, field = fact.source.rpartition(".")
            self._facts[re.sub(r"^(?:next|last)\((\w+)\)$", r"\1", owner), field] = fact

    def leaves(self, owner: str, attributes: Mapping[str, Any]) -> Iterator[Known]:
        """The values of attributes, at any depth."""
        for field, value in attributes.items():
            fact = self._facts.get((owner, field))
            if fact is not None and fact.type in ("choice", "flag"):
                continue
            yield from self._leaf(value, fact.name if fact else "detail", owner)

    def _leaf(self, value: Any, kind: str, owner: str) -> Iterator[Known]:
        if isinstance(value, Mapping):
            yield from self.leaves(owner, value)
        elif isinstance(value, list | tuple):
            for one in value:
                yield from self._leaf(one, kind, owner)
        elif isinstance(value, str):
            yield Known(value.strip(), kind)
            for text in self._shop(value):
                yield Known(text, "place")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            for form in {f"{value}", f"{value:,}", f"{value:g}"}:
                yield Known(form, kind)

    def _shop(self, code: str) -> Iterator[str]:
        """How a shop is called, if this is the code of one."""
        for field, text in self._shops.get(code, {}).items():
            if field in ("name", "phone", "address"):
                yield from map(str, text.values() if isinstance(text, Mapping) else [text])
