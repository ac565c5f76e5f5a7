"""All customers of the company, in order, from a seed and a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

from generator.conversations import Archive
from generator.dealings import browse, go_shopping, settle_account
from generator.errands import add_errands
from generator.history import write_history
from generator.house import House, read_yaml
from generator.model import Customer, Operator
from generator.personas import persona
from generator.pets import adopt, settle_vaccinations
from generator.roster import Part, cast, enrol


def found_company(
    house: House, staff: list[Operator], folder: Path, today: date, seed: int, count: int
) -> list[Customer]:
    """The personas, then as many invented customers as are missing to the count."""
    specs = read_yaml(folder / "personas.yaml")[:count]
    customers = [persona(house, number, spec, today) for number, spec in enumerate(specs, start=1)]
    parts = cast(Random(f"{seed}:cast"), count - len(customers))
    for number, part in enumerate(parts, start=len(customers) + 1):
        customers.append(live(Random(f"{seed}:{number}"), house, number, part, today))
    archive = Archive(house, staff, folder, today)
    for customer in customers:
        rng = Random(f"{seed}:{customer.number}:words")
        archive.write_for(rng, customer)
        add_errands(rng, house, customer, today)
    return customers


def live(rng: Random, house: House, number: int, part: Part, today: date) -> Customer:
    """One invented customer with pets and a history, not yet with conversations."""
    customer = enrol(rng, house, number, part, today)
    adopt(rng, house, customer, today)
    if customer.status != "prospect":
        write_history(rng, house, customer, today)
        go_shopping(rng, house, customer)
    browse(rng, house, customer)
    settle_vaccinations(customer)
    settle_account(rng, customer, today)
    return customer
