"""What the slots of a script stand for, read from one customer's own pets and history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from generator.days import add_years, age_in_months, full_date, visit_time, written_date
from generator.house import House, Shop, by_size
from generator.model import Customer, Event, Operator, Pet
from generator.pets import next_vaccination

SIZES = {"small": "小型", "medium": "中型", "large": "大型"}
FEES = {"none": 0, "standard": 3300, "premium": 8800}


@dataclass(frozen=True)
class Scene:
    """Where a conversation starts: the customer, the day, and what it is about."""

    customer: Customer
    day: date
    pet: Pet | None
    event: Event | None


def slots(rng: Random, house: House, scene: Scene, operator: Operator) -> dict[str, str]:
    """Every slot that has a value in this scene."""
    filled = of_customer(house, scene, operator)
    filled |= of_shops(house, scene)
    if scene.pet:
        filled |= of_pet(house, scene.pet, scene)
    if scene.event:
        filled |= of_event(rng, house, scene, scene.event)
    filled |= of_calendar(rng, house, scene)
    return filled


def money(amount: int, language: str) -> str:
    """5,500円 or ¥5,500."""
    return f"{amount:,}円" if language == "ja" else f"¥{amount:,}"


def of_customer(house: House, scene: Scene, operator: Operator) -> dict[str, str]:
    """The customer, their plan, and the operator they talk to."""
    customer, language = scene.customer, scene.customer.language
    family_first = language == "ja"
    filled = {
        "fullname": customer.name,
        "customer": customer.name.split()[0],
        "op": operator.signs[language],
        "plan_fee": money(FEES[customer.plan], language),
        "plan": {"ja": {"standard": "スタンダード", "premium": "プレミアム"}}.get(language, {}).get(
            customer.plan, customer.plan
        ),
        "company_phone": house.company["phone"],
        "emergency_phone": house.company["emergency_phone"],
    }
    if customer.insurance:
        filled["insurer"] = f"「{customer.insurance}」" if family_first else customer.insurance
    past = [event for event in customer.activity() if event.day < scene.day]
    if past:
        filled["points_expiry"] = full_date(add_years(past[-1].day, 1), language)
    return filled


def place_of(house: House, scene: Scene) -> Shop:
    """Where the event is or was, else the home shop."""
    shop_id = scene.event.shop if scene.event and scene.event.shop else scene.customer.home_shop
    return house.shops[shop_id]


def of_shops(house: House, scene: Scene) -> dict[str, str]:
    """The shop in question and the nearest salon, clinic, hotel and counter."""
    language, home = scene.customer.language, scene.customer.home_shop
    shop = place_of(house, scene)
    filled = {
        "shop": shop.names[language],
        "shop_phone": shop.phone,
        "shop_hours": shop.hours[language],
        "home": house.shops[home].names[language],
    }
    for slot, service in {
        "salon": "grooming", "clinic": "checkup", "hotel": "hotel", "store": "purchase"
    }.items():  # fmt: skip
        filled[slot] = house.shop_for(home, service).names[language]
    return filled


def of_pet(house: House, pet: Pet, scene: Scene) -> dict[str, str]:
    """The pet, and what courses cost for its kind and size (list prices)."""
    language, male = scene.customer.language, pet.sex == "male"
    filled = {
        "pet": pet.name,
        "pet_chan": pet.name + ("くん" if male else "ちゃん"),
        "breed": str(house.breeds[pet.breed][language]),
        "species": {"ja": {"dog": "犬", "cat": "猫"}}.get(language, {}).get(pet.species)
        or pet.species,
        "size": SIZES[pet.size] if language == "ja" else pet.size,
        "age": written_age(pet, scene.day, language),
        "he": "he" if male else "she",
        "He": "He" if male else "She",
        "him": "him" if male else "her",
        "his": "his" if male else "her",
        "His": "His" if male else "Her",
        "himself": "himself" if male else "herself",
        "neutering": house.courses["castration" if male else "spay"][language].lower(),
        "neuter_price": price_slot(house, "castration" if male else "spay", pet, language),
        "cut_price": price_slot(house, "cut", pet, language),
        "shampoo_price": price_slot(house, "shampoo", pet, language),
        "night_price": price_slot(house, "hotel", pet, language),
    }
    if pet.species == "dog":
        filled["heartworm_price"] = money(by_size(house.goods["heartworm"]["price"], pet), language)
    if pet.condition:
        filled["condition"] = pet.condition
    return filled


def price_slot(house: House, course: str, pet: Pet, language: str) -> str:
    """The list price of a course for this pet."""
    return money(by_size(house.courses[course]["price"], pet), language)


def written_age(pet: Pet, day: date, language: str) -> str:
    """Months for the young, years for the others."""
    months = age_in_months(pet.born_on, day)
    if months < 18:
        return f"生後{months}か月" if language == "ja" else f"{months} months"
    return f"{months // 12}歳" if language == "ja" else f"{months // 12} years"


def of_event(rng: Random, house: House, scene: Scene, event: Event) -> dict[str, str]:
    """The visit, booking or purchase that the conversation is about."""
    language = scene.customer.language
    filled = {
        "date": written_date(event.day, language),
        "time": f"{event.at.hour}:{event.at.minute:02d}",
        "item": event.item or "",
        "price": money(event.price or 0, language),
        "return_by": written_date(event.day + timedelta(days=8), language),
        "old_date": written_date(other_day(rng, house, scene, event), language),
        "old_time": visit_time(rng),
        "out_date": written_date(event.day + timedelta(days=event.nights), language),
        "renews": full_date(add_years(event.day, 1), language),
    }
    if event.nights > 1:
        filled["nights"] = f"{event.nights}泊" if language == "ja" else f"{event.nights} nights"
    else:
        filled["nights"] = "1泊" if language == "ja" else "one night"
    if event.pet and event.service == "vaccination":
        due = next_vaccination(event.pet, event.day)
        filled["next_due"] = full_date(due, language)
    return filled


def other_day(rng: Random, house: House, scene: Scene, event: Event) -> date:
    """Another open day near the event and after the conversation began, if there is one."""
    shop = place_of(house, scene)
    near = [event.day + timedelta(days=count) for count in range(-6, 8) if count]
    free = [day for day in near if day > scene.day and shop.opens_on(day)]
    return rng.choice(free) if free else event.day


def of_calendar(rng: Random, house: House, scene: Scene) -> dict[str, str]:
    """Days soon after the conversation on which the shop is open, and times."""
    language, shop = scene.customer.language, place_of(house, scene)
    soon = shop.open_day(scene.day + timedelta(days=rng.randint(2, 4)))
    later = shop.open_day(soon + timedelta(days=rng.randint(2, 8)))
    return {
        "soon": written_date(soon, language),
        "later": written_date(later, language),
        "clock": visit_time(rng),
        "clock2": visit_time(rng),
    }
