"""To-dos that follow from visits rather than from conversations."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from generator.days import written_date
from generator.model import Customer, Event, Todo

# service: (share of visits that leave one, days until due, title by language)
ERRANDS: dict[str, tuple[float, int, dict[str, str]]] = {
    "surgery": (0.8, 2, {
        "ja": "{pet}の術後の様子をお電話で伺う（{item}、{date}）",
        "en": "Call about {pet} after the operation ({item}, {date})",
    }),
    "checkup": (0.35, 3, {
        "ja": "{pet}の健診・診察の結果をご連絡する（{date}分）",
        "en": "Send {pet}'s results from {date}",
    }),
    "hotel": (0.15, 1, {
        "ja": "{pet}の宿泊後アンケートをお送りする（{date}から）",
        "en": "Send the after-stay questions for {pet} (stay from {date})",
    }),
    "vaccination": (0.12, 2, {
        "ja": "{pet}のワクチン証明書を郵送する（{date}接種分）",
        "en": "Post {pet}'s vaccination certificate ({date})",
    }),
}  # fmt: skip


def add_errands(rng: Random, customer: Customer, today: date) -> None:
    """Leave to-dos for visits of the last two months; those overdue are mostly done."""
    for event in customer.events:
        recent = event.kind == "visit" and event.day > today - timedelta(days=60)
        if recent and event.service in ERRANDS and event.pet and event.pet.died_on is None:
            share, days, titles = ERRANDS[event.service]
            if rng.random() < share:
                due = event.day + timedelta(days=days)
                customer.todos.append(errand(rng, customer, event, titles, due, today))


def errand(
    rng: Random, customer: Customer, event: Event, titles: dict[str, str], due: date, today: date
) -> Todo:
    """One to-do, in the customer's language and in the hands of somebody who knows it."""
    title = titles[customer.language].format(
        pet=event.pet.name if event.pet else "",
        item=event.item,
        date=written_date(event.day, customer.language),
    )
    done = due < today and rng.random() < 0.94
    logins = ["mori", "ito", "abe"] if customer.language == "ja" else ["smith", "mori"]
    owner = rng.choice(logins) if done or rng.random() < 0.7 else None
    return Todo(title, due, "done" if done else "open", owner)
