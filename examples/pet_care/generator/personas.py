"""The fixed customers that the demo and the tests rely on, read from personas.yaml."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from generator.days import add_months, add_years, at
from generator.dealings import renewal_after
from generator.house import House, by_size
from generator.model import Customer, Event, Pet, Voice
from generator.pets import settle_vaccinations
from generator.roster import HISTORY, phone_number

COPIED = ("name", "kana", "language", "status", "home_shop", "email", "preferred_channel")
OPTIONAL = ("plan", "insurance", "points", "vip", "bereaved", "marketing_email", "page_views")


def shifted(today: date, spec: dict[str, int]) -> date:
    """Today moved by the years, months and days of the specification."""
    day = add_months(today + timedelta(days=spec.get("days", 0)), spec.get("months", 0))
    return add_years(day, spec.get("years", 0))


def persona(house: House, number: int, spec: dict[str, Any], today: date) -> Customer:
    """One entry of personas.yaml as a customer."""
    joined = shifted(today, spec["joined"]) if "joined" in spec else None
    ended = shifted(today, spec.get("ended", {"days": -1}))
    start = today - HISTORY
    if "known_from" in spec:
        start = shifted(today, spec["known_from"])
    customer = Customer(
        number=number,
        start=start,
        end=ended,
        member_since=joined,
        phone=phone_number(number),
        voice=Voice(**spec["voice"]),
        scripts=tuple(spec.get("scripts", ())),
        **{key: spec[key] for key in COPIED},
        **{key: spec[key] for key in OPTIONAL if key in spec},
    )
    customer.pets = [
        persona_pet(house, index, entry, today)
        for index, entry in enumerate(spec.get("pets", ()), start=1)
    ]
    customer.events = [persona_event(house, customer, entry, today) for entry in spec["events"]]
    join_on_first_purchase(customer)
    settle_vaccinations(customer)
    settle_dates(customer, today)
    return customer


def join_on_first_purchase(customer: Customer) -> None:
    """Who joined with a young pet joined on the day of buying it."""
    bought = [event for event in customer.events if event.course in ("puppy", "kitten")]
    if bought:
        customer.member_since = bought[0].day


def settle_dates(customer: Customer, today: date) -> None:
    """Renewal and expiry follow from joining and from the last visit or purchase."""
    if customer.status == "member" and customer.member_since:
        customer.renews_on = renewal_after(customer.member_since, today)
        customer.points_expire_on = add_years(customer.activity()[-1].day, 1)


def persona_pet(house: House, number: int, entry: dict[str, Any], today: date) -> Pet:
    """One pet of a persona."""
    breed = house.breeds[entry["breed"]]
    return Pet(
        number=number,
        name=entry["name"],
        species=breed["species"],
        breed=entry["breed"],
        size=breed["size"],
        sex=entry["sex"],
        neutered=entry["neutered"],
        born_on=shifted(today, entry["born"]),
        weight_kg=entry["weight_kg"],
        condition=entry.get("condition"),
        died_on=shifted(today, entry["died"]) if "died" in entry else None,
    )


def persona_event(house: House, customer: Customer, entry: dict[str, Any], today: date) -> Event:
    """One event of a persona; its shop, item and price follow from the catalogue."""
    day = shifted(today, entry["when"])
    if "page" in entry:
        return Event("page_view", at(day, entry["time"]), page=entry["page"])
    if "subject" in entry:
        return Event("mail_opened", at(day, entry["time"]), subject=entry["subject"])
    pet = customer.pets[entry["pet"] - 1]
    if "goods" in entry:
        goods = house.goods[entry["goods"]]
        shop = house.shop_for(customer.home_shop, "purchase")
        moment = at(shop.open_day(day, -1), entry["time"])
        item = entry.get("item", goods[customer.language])
        price = by_size(goods["price"], pet)
        return Event("purchase", moment, pet, None, entry["goods"], shop.id, item, price)
    return persona_visit(house, customer, entry, pet, day, today)


def persona_visit(
    house: House, customer: Customer, entry: dict[str, Any], pet: Pet, day: date, today: date
) -> Event:
    """A visit in the past or an appointment to come."""
    course, nights = entry["course"], entry.get("nights", 1)
    service = house.courses[course]["service"]
    shop = house.shop_for(customer.home_shop, service)
    ahead = day > today
    day = shop.open_day(day, 1 if ahead else -1)
    price = house.price(course, pet, day, plan=customer.plan, nights=nights)
    return Event(
        kind="appointment" if ahead else "visit",
        at=at(day, entry["time"]),
        pet=pet,
        service=service,
        course=course,
        shop=shop.id,
        item=house.item(course, pet, day, customer.language),
        price=entry.get("price", price),
        nights=nights,
    )
