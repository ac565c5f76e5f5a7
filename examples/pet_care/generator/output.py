"""How customers and operators are written: one JSON object a line, ids in order of time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from generator.house import House
from generator.model import Conversation, Customer, Event, Operator, Pet


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write the rows as UTF-8 JSON lines."""
    lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def present(**values: Any) -> dict[str, Any]:
    """The values that are there, days and moments as ISO text."""
    return {
        key: value.isoformat() if isinstance(value, date | datetime) else value
        for key, value in values.items()
        if value is not None
    }


def customer_row(house: House, customer: Customer) -> dict[str, Any]:
    """One customer as the importer reads it."""
    number = f"{customer.number:04d}"
    events = sorted(customer.events, key=lambda event: event.at)
    return {
        "external_id": customer.external_id,
        "name": customer.name,
        "name_kana": customer.kana,
        "language": customer.language,
        "status": customer.status,
        "attributes": attributes(customer),
        "consents": {
            "marketing_email": customer.marketing_email,
            "page_views": customer.page_views,
        },
        "contact_points": contact_points(customer),
        "assets": [pet_row(house, customer, pet) for pet in customer.pets],
        "events": [
            event_row(f"E-{number}-{index:02d}", customer, event)
            for index, event in enumerate(events, start=1)
        ],
        "todos": [
            present(
                external_id=f"T-{number}-{index}",
                title=todo.title,
                due_on=todo.due_on,
                status=todo.status,
                assigned_to=todo.assigned_to,
            )
            for index, todo in enumerate(sorted(customer.todos, key=lambda t: t.due_on), start=1)
        ],
        "conversations": [
            conversation_row(f"V-{number}-{index}", conversation)
            for index, conversation in enumerate(customer.conversations, start=1)
        ],
    }


def attributes(customer: Customer) -> dict[str, Any]:
    """What the company keeps about the person."""
    return present(
        vip=customer.vip,
        plan=customer.plan,
        member_since=customer.member_since,
        renews_on=customer.renews_on,
        points=customer.points,
        points_expire_on=customer.points_expire_on,
        home_shop=customer.home_shop,
        insurance=customer.insurance,
        preferred_channel=customer.preferred_channel,
        bereaved=customer.bereaved,
    )


def contact_points(customer: Customer) -> list[dict[str, Any]]:
    """The addresses, mail first."""
    rows: list[dict[str, Any]] = []
    if customer.email:
        rows.append({"channel": "email", "address": customer.email, "verified": True})
    if customer.phone:
        verified = customer.phone_verified
        rows.append({"channel": "phone", "address": customer.phone, "verified": verified})
    return rows


def asset_id(customer: Customer, pet: Pet) -> str:
    """The pet's id in the company's own system."""
    return f"P-{customer.number:04d}-{pet.number}"


def pet_row(house: House, customer: Customer, pet: Pet) -> dict[str, Any]:
    """One pet; its breed is named in the customer's language."""
    return {
        "external_id": asset_id(customer, pet),
        "kind": "pet",
        "name": pet.name,
        "attributes": present(
            species=pet.species,
            breed=house.breeds[pet.breed][customer.language],
            size=pet.size,
            sex=pet.sex,
            neutered=pet.neutered,
            born_on=pet.born_on,
            weight_kg=pet.weight_kg,
            last_vaccinated_on=pet.last_vaccinated_on,
            next_vaccination_on=pet.next_vaccination_on,
            condition=pet.condition,
            died_on=pet.died_on,
        ),
    }


def event_row(external_id: str, customer: Customer, event: Event) -> dict[str, Any]:
    """One event with the attributes that its kind has."""
    return {
        "external_id": external_id,
        "kind": event.kind,
        "at": event.at.isoformat(),
        "asset": asset_id(customer, event.pet) if event.pet else None,
        "attributes": present(
            service=event.service,
            shop=event.shop,
            item=event.item,
            price=event.price,
            nights=event.nights if event.service == "hotel" else None,
            page=event.page,
            subject=event.subject,
        ),
    }


def conversation_row(external_id: str, conversation: Conversation) -> dict[str, Any]:
    """One conversation with its messages in order."""
    return {
        "external_id": external_id,
        "channel": conversation.channel,
        "subject": conversation.subject,
        "status": "resolved",
        "tags": list(conversation.tags),
        "messages": [
            {
                "author": message.author,
                "operator": message.operator,
                "text": message.text,
                "at": message.at.isoformat(),
            }
            for message in conversation.messages
        ],
    }


def operator_row(operator: Operator) -> dict[str, Any]:
    """One person of the support centre."""
    return {
        "login": operator.login,
        "name": operator.name,
        "email": f"{operator.login}@harunowa.example",
        "role": operator.role,
        "joined_on": operator.joined_on.isoformat(),
        "languages": list(operator.languages),
        "experience": operator.experience,
    }
