"""The profile: a customer's facts as one identity tier may see them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from assistant.company import Company
from assistant.customers import repository
from assistant.customers.catalogue import Catalogue, FactDefinition
from assistant.customers.facts import AssetFacts, Profile, Values
from assistant.customers.models import Asset, Customer, Event
from assistant.customers.tier import Tier


def load_profile(
    session: Session,
    customer_id: int | None,
    tier: Tier,
    catalogue: Catalogue,
    company: Company,
    now: datetime,
) -> Profile:
    """The profile of this customer at this tier; of nobody in particular if the id is None."""
    allowed = [fact for fact in catalogue.facts.values() if tier.allows(fact.tier)]
    withheld = tuple(fact.name for fact in catalogue.facts.values() if fact not in allowed)
    today = now.astimezone(company.time_zone).date()
    general = {
        fact.name: today if fact.source == "today" else company.fields.get(fact.source[8:])
        for fact in allowed
        if fact.source == "today" or fact.source.startswith("company.")
    }
    needs_person = [fact for fact in allowed if fact.name not in general]
    if customer_id is None or not needs_person:
        return Profile(tier, _known(general), (), withheld)
    customer = repository.customer(session, customer_id)
    reader = _Reader(session, customer, catalogue, company, now, today)
    values = general | reader.of_customer(needs_person)
    return Profile(tier, _known(values), reader.of_assets(needs_person), withheld)


def _known(values: Values) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and value != ""}


class _Reader:
    """Reads one customer's rows once and works out the facts that are asked for."""

    def __init__(
        self, session: Session, customer: Customer, catalogue: Catalogue, company: Company,
        now: datetime, today: date,
    ) -> None:
        self._customer = customer
        self._catalogue = catalogue
        self._company = company
        self._now = now
        self._today = today
        assets = repository.assets(session, repository.identity(customer))
        self._names = {asset.id: asset.name for asset in assets}
        self._assets = [
            asset
            for asset in assets
            if asset.kind == catalogue.asset_kind
            and not asset.attributes.get(catalogue.alive_while)
        ]
        kinds = {fact.of_event[1] for fact in catalogue.facts.values() if fact.of_event}
        self._events = repository.events(session, repository.identity(customer), kinds)

    def of_customer(self, facts: Iterable[FactDefinition]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for fact in facts:
            if fact.of_event:
                values[fact.name] = self._event_value(fact, self._events)
            elif fact.source == "assets.count":
                values[fact.name] = len(self._assets)
            elif fact.source.startswith("customer."):
                values[fact.name] = self._derived(fact, self._own(fact.source[9:]))
            elif fact.source.startswith("shop."):
                shop = self._company.shops.get(str(self._own("home_shop")), {})
                values[fact.name] = shop.get(fact.source[5:])
        return values

    def of_assets(self, facts: Sequence[FactDefinition]) -> tuple[AssetFacts, ...]:
        return tuple(self._asset_facts(asset, facts) for asset in self._assets)

    def _asset_facts(self, asset: Asset, facts: Sequence[FactDefinition]) -> AssetFacts:
        own = {
            fact.name: self._derived(fact, self._of_asset(asset, fact.source[6:]))
            for fact in facts
            if fact.of_asset
        }
        events = [event for event in self._events if event.asset_id == asset.id]
        booked = {fact.name: self._event_value(fact, events) for fact in facts if fact.of_event}
        return AssetFacts(asset.id or 0, _known(own), _known(booked))

    def _own(self, name: str) -> Any:
        if name in ("name", "language", "status"):
            return getattr(self._customer, name)
        return self._customer.attributes.get(name)

    def _of_asset(self, asset: Asset, name: str) -> Any:
        return asset.name if name == "name" else asset.attributes.get(name)

    def _event_value(self, fact: FactDefinition, events: Sequence[Event]) -> Any:
        which, kind, name = fact.of_event or ("", "", "")
        fitting = [e for e in events if e.kind == kind]
        if which == "next":
            chosen = min((e for e in fitting if e.at > self._now), key=_time, default=None)
        else:
            chosen = max((e for e in fitting if e.at <= self._now), key=_time, default=None)
        if chosen is None:
            return None
        if name == "at":
            local = chosen.at.astimezone(self._company.time_zone)
            return self._derived(fact, local if fact.type == "datetime" else local.date())
        if name == "asset":
            return self._names.get(chosen.asset_id)
        value = chosen.attributes.get(name)
        if name == "shop":
            return self._company.shops.get(str(value), {}).get("name", value)
        return self._derived(fact, value)

    def _derived(self, fact: FactDefinition, value: Any) -> Any:
        if fact.derive == "exists":
            return value is not None
        if value is None:
            return None
        if fact.derive is None:
            if fact.type == "date" and isinstance(value, str):
                return date.fromisoformat(value[:10])
            return value
        day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
        return _span(fact.derive, day, self._today)


def _time(event: Event) -> datetime:
    return event.at


def _span(derive: str, day: date, today: date) -> int:
    """Whole months, years or days between the two, as a person would count them."""
    if derive == "days_since":
        return (today - day).days
    if derive == "days_until":
        return (day - today).days
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    return months if derive == "months_since" else months // 12
