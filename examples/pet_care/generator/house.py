"""The company as the generator knows it: shops, what they offer, what it costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from generator.days import is_high_season, is_holiday
from generator.model import Pet

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SURCHARGE = 1100
SHOP_SERVICE = {"grooming": "grooming", "hotel": "hotel", "purchase": "shop"}


@dataclass(frozen=True)
class Shop:
    """One shop of company.yaml with its closing days read from its English hours."""

    id: str
    names: dict[str, str]
    phone: str
    hours: dict[str, str]
    services: frozenset[str]

    def opens_on(self, day: date) -> bool:
        """Whether the shop is open on that day."""
        hours = self.hours["en"]
        if "public holidays" in hours and is_holiday(day):
            return False
        return f"{WEEKDAYS[day.weekday()]}s" not in hours

    def open_day(self, day: date, step: int = 1) -> date:
        """The day itself or the nearest open day after it (step 1) or before it (step -1)."""
        while not self.opens_on(day):
            day += timedelta(days=step)
        return day


@dataclass(frozen=True)
class House:
    """All that the data files say."""

    company: dict[str, Any]
    shops: dict[str, Shop]
    courses: dict[str, dict[str, Any]]
    goods: dict[str, dict[str, Any]]
    breeds: dict[str, dict[str, Any]]
    errands: dict[str, dict[str, Any]]
    people: dict[str, Any]

    def shop_for(self, home: str, service: str) -> Shop:
        """The home shop, or the nearest other one that offers the service."""
        wanted = SHOP_SERVICE.get(service, "clinic")
        for shop_id in (home, *self.people["nearest"][home]):
            if wanted in self.shops[shop_id].services:
                return self.shops[shop_id]
        raise LookupError(f"no shop near {home} offers {service}")

    def price(
        self, course: str, pet: Pet, day: date, *, plan: str = "none", nights: int = 1
    ) -> int:
        """What the course costs for this pet; the premium plan takes 10 % off where it may."""
        entry = self.courses[course]
        amount = by_size(entry["price"], pet) * nights
        if entry["service"] == "hotel":
            stay = (day + timedelta(days=night) for night in range(nights))
            amount += SURCHARGE * sum(map(is_high_season, stay))
        if entry["service"] == "vaccination" and rabies_is_due(pet, day):
            amount += self.courses["rabies"]["price"]
        return amount * 9 // 10 if plan == "premium" and entry.get("discount") else amount

    def item(self, course: str, pet: Pet, day: date, language: str) -> str:
        """The name of the course on the bill."""
        entry = self.courses[course]
        name = str(entry[language])
        if entry["service"] == "vaccination" and rabies_is_due(pet, day):
            name += ("＋" if language == "ja" else " + ") + str(self.courses["rabies"][language])
        return name


def by_size(price: int | dict[str, int], pet: Pet) -> int:
    """A price that is one figure, or one for cats and one for each size of dog."""
    if isinstance(price, int):
        return price
    return price["cat" if pet.species == "cat" else pet.size]


def rabies_is_due(pet: Pet, day: date) -> bool:
    """Dogs from 91 days of age get the rabies injection along with a vaccine in April to June."""
    old_enough = day - pet.born_on >= timedelta(days=91)
    return pet.species == "dog" and old_enough and 4 <= day.month <= 6


def load_house(folder: Path) -> House:
    """Read company.yaml in the example's folder and the data files of the generator beside it."""
    company = read_yaml(folder / "company.yaml")
    data = folder / "generator"
    catalogue = read_yaml(data / "catalogue.yaml")
    return House(
        company=company,
        shops={shop.id: shop for shop in shops_of(company)},
        courses=catalogue["courses"],
        goods=catalogue["goods"],
        breeds=read_yaml(data / "breeds.yaml"),
        errands=catalogue["errands"],
        people=read_yaml(data / "people.yaml"),
    )


def shops_of(company: dict[str, Any]) -> Iterable[Shop]:
    """The shops in the order of company.yaml."""
    for shop_id, entry in company["shops"].items():
        services = frozenset(entry["services"])
        yield Shop(shop_id, entry["name"], entry["phone"], entry["hours"], services)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))
