"""What customers buy and read, and the points and dates that follow from their history."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from generator.days import add_years, age_in_months, at, visit_time
from generator.house import House, by_size
from generator.model import Customer, Event, Pet
from generator.pets import SENIOR_MONTHS

ONLINE_SHARE = 0.35
RATES = {"none": 0, "standard": 1, "premium": 2}


def go_shopping(rng: Random, house: House, customer: Customer) -> None:
    """Purchases for the living pets, every few weeks; online ones name no shop."""
    day = customer.end - timedelta(days=rng.randint(1, 60))
    while day >= customer.start:
        pets = [pet for pet in customer.pets if pet.alive_on(day) and old_enough(pet, day)]
        if pets:
            buy(rng, house, customer, rng.choice(pets), day)
        day -= timedelta(days=rng.randint(25, 130))


def old_enough(pet: Pet, day: date) -> bool:
    """Whether the pet lives with the customer already."""
    return day - pet.born_on >= timedelta(weeks=9)


def buy(rng: Random, house: House, customer: Customer, pet: Pet, day: date) -> None:
    """One purchase that suits the pet's kind, age and the season."""
    stages = {pet.species, stage(pet, day)}
    fitting = {
        key: entry
        for key, entry in house.goods.items()
        if entry["only"] in stages and entry["sort"] != "young"
        if entry["sort"] != "heartworm" or 5 <= day.month <= 12
        if entry["sort"] != "food" or suits(key, entry, pet, day)
    }
    key = rng.choices(list(fitting), [3 if fitting[k]["sort"] == "food" else 1 for k in fitting])[0]
    online = rng.random() < ONLINE_SHARE
    shop = house.shop_for(customer.home_shop, "purchase")
    day = day if online else shop.open_day(day, -1)
    if day >= customer.start:
        entry = fitting[key]
        customer.events.append(
            Event(
                kind="purchase",
                at=at(day, visit_time(rng)),
                pet=pet,
                course=key,
                shop=None if online else shop.id,
                item=entry[customer.language],
                price=by_size(entry["price"], pet),
            )
        )


def stage(pet: Pet, day: date) -> str:
    """puppy, dog or senior_dog; kitten, cat or senior_cat."""
    months = age_in_months(pet.born_on, day)
    if months < 12:
        return "puppy" if pet.species == "dog" else "kitten"
    return f"senior_{pet.species}" if months >= SENIOR_MONTHS else pet.species


def suits(key: str, entry: dict[str, Any], pet: Pet, day: date) -> bool:
    """Whether a food is for this age and size."""
    if stage(pet, day) != entry["only"]:
        return False
    big = pet.size != "small"
    return not (key == "dog_food_small" and big) and not (key == "dog_food_big" and not big)


def browse(rng: Random, house: House, customer: Customer) -> None:
    """Pages seen and mails opened, as far as the customer agreed to have them recorded."""
    people = house.people
    kinds = [pet.species for pet in customer.pets if pet.died_on is None] or ["none"]
    pages = people["pages"]["any"] + people["pages"][rng.choice(kinds)]
    many = (3, 9) if customer.status == "prospect" else (0, 4)
    if customer.page_views:
        for _ in range(rng.randint(*many)):
            customer.events.append(
                Event("page_view", moment(rng, customer), page=rng.choice(pages))
            )
    if customer.marketing_email:
        for subject in rng.sample(people["subjects"][customer.language], rng.randint(1, 3)):
            customer.events.append(Event("mail_opened", moment(rng, customer), subject=subject))


def moment(rng: Random, customer: Customer) -> Any:
    """Some time in the last half year of the history, by day or in the evening."""
    longest = min(180, (customer.end - customer.start).days)
    day = customer.end - timedelta(days=rng.randint(0, longest))
    return at(day, f"{rng.randint(7, 23)}:{rng.randint(0, 59):02d}")


def settle_account(rng: Random, customer: Customer, today: date) -> None:
    """Renewal date, points and their expiry, by the rules of house-facts.md."""
    if customer.status != "member" or customer.member_since is None:
        return
    customer.renews_on = renewal_after(customer.member_since, today)
    activity = customer.activity()
    if not activity:
        return
    recent = [event.price or 0 for event in activity if (today - event.day).days <= 365]
    earned = sum(price // 100 for price in recent) * RATES[customer.plan]
    customer.points = round(earned * rng.uniform(0.3, 1.0))
    if customer.points:
        customer.points_expire_on = add_years(activity[-1].day, 1)


def renewal_after(joined: date, today: date) -> date:
    """The first anniversary of joining that is after today."""
    years = 1
    while add_years(joined, years) <= today:
        years += 1
    return add_years(joined, years)
