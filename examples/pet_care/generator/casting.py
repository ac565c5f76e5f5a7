"""Which conversations a customer may have had: scripts that fit their pets and history."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from generator.days import add_years, age_in_months, at
from generator.house import House
from generator.model import Customer, Event, Operator, Pet
from generator.pets import HOME_AGE
from generator.roster import HISTORY
from generator.scripts import Script
from generator.slots import Scene

TRIES = range(4)


def scenes(
    rng: Random, house: House, script: Script, customer: Customer, today: date
) -> list[Scene]:
    """Every beginning that the script could have in this customer's life, up to yesterday."""
    if not customer_fits(script.needs, customer):
        return []
    found = []
    tries = [occasion for occasion in occasions(rng, house, script, customer, today) for _ in TRIES]
    for event, pet in tries:
        first, last = span(script, customer, event)
        last = min(last, today - timedelta(days=1))
        if first > last:
            continue
        day = first + timedelta(days=rng.randint(0, (last - first).days))
        if day_fits(script, customer, pet, day, today):
            found.append(Scene(customer, day, pet, event))
    return found


def span(script: Script, customer: Customer, event: Event | None) -> tuple[date, date]:
    """The first and last day on which the script may begin: around its event, or in the history."""
    if event is None:
        return customer.start, customer.end
    low, high = script.when.get("days", (0, 0))
    return event.day + timedelta(days=low), event.day + timedelta(days=high)


def customer_fits(needs: dict[str, Any], customer: Customer) -> bool:
    """Whether the customer is of the kind that the script is about."""
    return (
        customer.status in needs.get("status", [customer.status])
        and customer.plan in needs.get("plan", [customer.plan])
        and (not needs.get("insurance") or customer.insurance is not None)
        and (not needs.get("vip") or customer.vip)
        and len(customer.pets) >= needs.get("pets_from", 0)
        and customer.home_shop not in needs.get("not_home", [])
        and customer.home_shop in needs.get("home", [customer.home_shop])
    )


def occasions(
    rng: Random, house: House, script: Script, customer: Customer, today: date
) -> list[tuple[Event | None, Pet | None]]:
    """The events (real, or a day of joining, leaving, renewal, loss) that the script turns on."""
    kind = script.when["kind"]
    pets: list[Pet | None] = [pet for pet in customer.pets if pet_fits(script.needs, pet)]
    if not script.names_a_pet:
        pets = pets or ([] if needs_a_pet(script.needs) else [None])
    if kind == "death":
        return [
            (Event("death", at(pet.died_on, "12:00"), pet), pet)
            for pet in pets
            if pet and pet.died_on
        ]
    if kind in ("joined", "renewal", "left"):
        moment = milestone(kind, customer, today)
        return [(Event(kind, at(moment, "12:00")), pet) for pet in pets] if moment else []
    if kind == "anytime":
        return [(None, pet) for pet in pets for _ in TRIES]
    kinds = ("visit", "appointment") if kind == "booked" else (kind,)
    return [
        (event, event.pet)
        for event in customer.events
        if event.kind in kinds
        if event.pet in pets or (event.pet is None and not script.names_a_pet)
        if event_fits(house, script.when, event)
    ]


def needs_a_pet(needs: dict[str, Any]) -> bool:
    """Whether the conditions speak about a pet."""
    return bool({"species", "months", "condition", "neutered", "coat"} & needs.keys())


def pet_fits(needs: dict[str, Any], pet: Pet) -> bool:
    """What can be said of the pet whatever the day."""
    return (
        pet.species == needs.get("species", pet.species)
        and (not needs.get("condition") or pet.condition is not None)
        and pet.neutered == needs.get("neutered", pet.neutered)
        and pet.size in needs.get("size", [pet.size])
    )


def milestone(kind: str, customer: Customer, today: date) -> date | None:
    """The day of joining, the last renewal, or the last day of a former member; None for none."""
    if kind == "joined":
        return customer.member_since
    if kind == "left":
        return customer.end if customer.status == "lapsed" else None
    if customer.renews_on is None:
        return None
    last = add_years(customer.renews_on, -1)
    return last if customer.member_since and last > customer.member_since else None


def event_fits(house: House, when: dict[str, Any], event: Event) -> bool:
    """Whether the event is of the service, course or sort of goods asked for."""
    if "sort" in when and house.goods[event.course or ""]["sort"] not in when["sort"]:
        return False
    if when.get("online") is not None and when["online"] != (event.shop is None):
        return False
    if "service" in when and event.service not in when["service"]:
        return False
    if "months" in when and event.day.month not in when["months"]:
        return False
    return event.course in when.get("course", [event.course])


def day_fits(script: Script, customer: Customer, pet: Pet | None, day: date, today: date) -> bool:
    """Whether the script may begin that day: known customer, living pet of the right age."""
    if not max(customer.start - timedelta(days=15), today - HISTORY) <= day < today:
        return False
    needs = script.needs
    if needs.get("member") and (customer.member_since is None or day < customer.member_since):
        return False
    if needs.get("before_member") and customer.member_since and day >= customer.member_since:
        return False
    if "season" in needs and day.month not in needs["season"]:
        return False
    if script.when["kind"] == "death":
        return True
    if any(happened(name, customer, pet, day) for name in needs.get("never", ())):
        return False
    if any(other.died_on and day >= other.died_on for other in customer.pets):
        return False
    if pet is None:
        return True
    low, high = needs.get("months", (0, 400))
    return day - pet.born_on >= HOME_AGE and low <= age_in_months(pet.born_on, day) <= high


def happened(name: str, customer: Customer, pet: Pet | None, day: date) -> bool:
    """Whether the pet had this course or service by that day."""
    return any(
        event.pet is pet and event.day <= day and name in (event.course, event.service)
        for event in customer.events
    )


def operator_for(rng: Random, script: Script, staff: list[Operator], day: date) -> Operator:
    """Somebody in service that day who knows the language; grief goes to old hands."""
    ready = [
        person
        for person in staff
        if person.role in ("operator", "supervisor")
        and person.joined_on <= day
        and script.language in person.languages
    ]
    if script.tone == "grief":
        ready = [person for person in ready if person.experience == "veteran"]
    elif script.tone != "complaint" or any(turn.who == "s" for turn in script.turns):
        ready = [person for person in ready if person.role == "operator"]
    weights = [4 if person.experience == "rookie" else 3 for person in ready]
    return rng.choices(ready, weights)[0]
