"""To-dos that follow from visits rather than from conversations."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from generator.days import written_date
from generator.house import House
from generator.model import Customer, Event, Todo


def add_errands(rng: Random, house: House, customer: Customer, today: date) -> None:
    """Leave to-dos for visits of the last two months; those overdue are mostly done."""
    for event in customer.events:
        kind = "appointment" if event.kind == "appointment" else event.service
        recent = event.service and event.day > today - timedelta(days=60)
        if recent and kind in house.errands and event.pet and event.pet.died_on is None:
            plan = house.errands[kind]
            if rng.random() < plan["share"]:
                due = event.day + timedelta(days=plan["days"])
                customer.todos.append(
                    errand(rng, customer, event, plan[customer.language], due, today)
                )


def errand(
    rng: Random, customer: Customer, event: Event, title: str, due: date, today: date
) -> Todo:
    """One to-do, in the customer's language and in the hands of somebody who knows it."""
    words = title.format(
        pet=event.pet.name if event.pet else "",
        item=event.item,
        date=written_date(event.day, customer.language),
    )
    late = (today - due).days
    done = late > 21 or (late > 0 and rng.random() < 0.9)
    logins = ["mori", "ito", "abe"] if customer.language == "ja" else ["smith", "mori"]
    owner = rng.choice(logins) if done or rng.random() < 0.7 else None
    return Todo(words, due, "done" if done else "open", owner)
