"""Which pets a customer has: a few, of different age, fit for their breed."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from generator.days import add_years, age_in_months
from generator.house import House
from generator.model import Customer, Pet

SENIOR_MONTHS = 84
HOME_AGE = timedelta(weeks=8)


def adopt(rng: Random, house: House, customer: Customer, today: date) -> None:
    """Give the customer pets; a bereaved one loses the first of them in the last three months."""
    for number in range(1, how_many(rng, customer) + 1):
        customer.pets.append(new_pet(rng, house, customer, number, today))
    if customer.bereaved:
        pet = customer.pets[0]
        pet.born_on = today - timedelta(days=rng.randint(9 * 365, 17 * 365))
        pet.died_on = today - timedelta(days=rng.randint(9, 80))
        pet.neutered = rng.random() < 0.7
        pet.weight_kg = round(adult_weight(rng, house, pet.breed), 1)
        conditions = house.people[customer.language]["conditions"]
        pet.condition = rng.choice(conditions[pet.species]) if rng.random() < 0.6 else None


def how_many(rng: Random, customer: Customer) -> int:
    """One to four; prospects often have none yet."""
    if customer.status == "prospect":
        return int(rng.random() < 0.55)
    weights = [35, 35, 20, 10] if customer.vip else [60, 27, 10, 3]
    return rng.choices([1, 2, 3, 4], weights)[0]


def new_pet(rng: Random, house: House, customer: Customer, number: int, today: date) -> Pet:
    """One pet whose name no other pet of the family bears."""
    shares = {key: entry["share"] for key, entry in house.breeds.items()}
    breed = rng.choices(list(shares), list(shares.values()))[0]
    species = house.breeds[breed]["species"]
    people = house.people[customer.language]
    taken = {pet.name for pet in customer.pets}
    born_on = birthday(rng, customer, today)
    months = age_in_months(born_on, today)
    sick = months > 48 and rng.random() < 0.18
    return Pet(
        number=number,
        name=rng.choice([name for name in people["pets"][species] if name not in taken]),
        species=species,
        breed=breed,
        size=house.breeds[breed]["size"],
        sex=rng.choice(("female", "male")),
        neutered=months > 20 and rng.random() < 0.8,
        born_on=born_on,
        weight_kg=round(adult_weight(rng, house, breed) * grown_share(months), 1),
        condition=rng.choice(people["conditions"][species]) if sick else None,
    )


def birthday(rng: Random, customer: Customer, today: date) -> date:
    """Some pets are young; a lapsed customer's were at home well before the last visit."""
    latest = customer.end if customer.status == "lapsed" else today
    kind = rng.choices(["baby", "young", "adult", "senior"], [14, 14, 45, 27])[0]
    days = {"baby": (72, 190), "young": (191, 560), "adult": (561, 2540), "senior": (2560, 5500)}
    low, high = days[kind]
    if customer.status == "lapsed":
        low += 90
        high += 90
    return latest - timedelta(days=rng.randint(low, high))


def adult_weight(rng: Random, house: House, breed: str) -> float:
    """A weight within the breed's range."""
    low, high = house.breeds[breed]["weight"]
    return rng.uniform(low, high)


def grown_share(months: int) -> float:
    """How much of its adult weight a pet has at this age."""
    return min(1.0, 0.12 + 0.88 * months / 12)


def settle_vaccinations(customer: Customer) -> None:
    """Read each pet's last and next vaccination from the visits; a dead pet has no next one."""
    for pet in customer.pets:
        given = [
            event.day
            for event in customer.events
            if event.pet is pet and event.service == "vaccination" and event.kind == "visit"
        ]
        pet.last_vaccinated_on = max(given, default=None)
        pet.next_vaccination_on = None
        if given and pet.died_on is None:
            pet.next_vaccination_on = next_vaccination(pet, max(given))


def next_vaccination(pet: Pet, given_on: date) -> date:
    """Four weeks on while the first three are not complete, else a year on."""
    if given_on < pet.born_on + timedelta(weeks=15):
        return given_on + timedelta(weeks=4)
    return add_years(given_on, 1)
