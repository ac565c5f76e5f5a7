"""Write the invented customers and operators of Harunowa Pet Care as JSON lines.

The same seed and day give the same bytes.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from generator.company import found_company
from generator.house import load_house
from generator.model import Customer, Operator
from generator.output import customer_row, operator_row, write_lines
from generator.roster import staff

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Read the options, write customers.jsonl and operators.jsonl, print what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--today", type=date.fromisoformat, default=date(2026, 11, 1))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--customers", type=int, default=300)
    options = parser.parse_args()

    house = load_house(HERE)
    operators = staff(house.people, options.today)
    customers = found_company(
        house, operators, HERE / "generator", options.today, options.seed, options.customers
    )
    options.out.mkdir(parents=True, exist_ok=True)
    rows = (customer_row(house, customer) for customer in customers)
    write_lines(options.out / "customers.jsonl", rows)
    write_lines(options.out / "operators.jsonl", map(operator_row, operators))
    print(summary(customers, operators))


def summary(customers: list[Customer], operators: list[Operator]) -> str:
    """Counts of what was written, a line for each kind of thing."""
    conversations = [talk for customer in customers for talk in customer.conversations]
    known = [customer for customer in customers if customer.status != "prospect"]
    talks_of_known = sum(len(customer.conversations) for customer in known)
    lines = [
        ("customers", counted(customer.status for customer in customers)),
        ("languages", counted(customer.language for customer in customers)),
        (
            "vip / bereaved",
            f"{sum(c.vip for c in customers)} / {sum(c.bereaved for c in customers)}",
        ),
        ("pets", counted(pet.species for customer in customers for pet in customer.pets)),
        ("events", counted(event.kind for customer in customers for event in customer.events)),
        ("conversations", counted(talk.channel for talk in conversations)),
        ("messages", str(sum(len(talk.messages) for talk in conversations))),
        ("scripts used", str(len({talk.script for talk in conversations}))),
        (
            "a customer who is no prospect has",
            f"{talks_of_known / max(1, len(known)):.2f} conversations",
        ),
        ("todos", counted(todo.status for customer in customers for todo in customer.todos)),
        ("operators", str(len(operators))),
    ]
    return "\n".join(f"{label}: {value}" for label, value in lines)


def counted(values: Iterable[str]) -> str:
    """The total, and how many there are of each."""
    counts = Counter(values)
    parts = ", ".join(f"{count} {value}" for value, count in sorted(counts.items()))
    return f"{sum(counts.values())} ({parts})"


if __name__ == "__main__":
    main()
