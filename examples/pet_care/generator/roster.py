"""Who the customers are: their part, language, name, addresses and manner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from generator.house import House
from generator.model import Customer, Operator, Voice

HISTORY = timedelta(days=548)
MEMBER_SHARE, PROSPECT_SHARE, ENGLISH_SHARE, VIP_SHARE = 0.68, 0.18, 0.30, 0.07
BEREAVED_SHARE = 0.025


@dataclass(frozen=True)
class Part:
    """The part that one invented customer plays."""

    status: str
    language: str
    vip: bool
    bereaved: bool


def cast(rng: Random, count: int) -> list[Part]:
    """As many parts as asked for, mixed in fixed shares whatever the seed."""
    members, prospects = round(count * MEMBER_SHARE), round(count * PROSPECT_SHARE)
    statuses = ["member"] * members + ["prospect"] * prospects
    statuses += ["lapsed"] * (count - len(statuses))
    english = round(count * ENGLISH_SHARE)
    languages = ["en"] * english + ["ja"] * (count - english)
    vips, bereaved = round(members * VIP_SHARE), round(count * BEREAVED_SHARE)
    marks = ["vip"] * vips + ["bereaved"] * bereaved + [""] * (members - vips - bereaved)
    rng.shuffle(languages)
    rng.shuffle(marks)
    rows = list(zip(statuses, marks + [""] * (count - members), languages, strict=True))
    rng.shuffle(rows)
    return [Part(status, lang, mark == "vip", mark == "bereaved") for status, mark, lang in rows]


def enrol(rng: Random, house: House, number: int, part: Part, today: date) -> Customer:
    """A customer without pets or history yet."""
    names = house.people[part.language]
    family, given = rng.choice(names["families"]), rng.choice(names["givens"])
    start, end, member_since = bounds(rng, part, today)
    shops = house.people["shops"]
    customer = Customer(
        number=number,
        name=f"{family[0]} {given[0]}" if part.language == "ja" else f"{given[0]} {family[0]}",
        kana=" ".join((family, given)[index][1] for index in name_order(part.language)),
        language=part.language,
        status=part.status,
        start=start,
        end=end,
        member_since=member_since,
        home_shop=rng.choices(list(shops), list(shops.values()))[0],
        vip=part.vip,
        bereaved=part.bereaved,
        plan=plan_of(rng, part),
        preferred_channel=rng.choices(["web_chat", "email", "phone"], [45, 35, 20])[0],
        marketing_email=rng.random() < 0.7,
        page_views=rng.random() < 0.7,
        voice=voice_of(rng),
    )
    if part.status == "prospect":
        customer.page_views = customer.page_views or not customer.marketing_email
    elif rng.random() < 0.45:
        customer.insurance = rng.choice(house.people["insurers"])
    reachable(rng, house, customer, mailbox(part.language, family, given))
    return customer


def name_order(language: str) -> tuple[int, int]:
    """Family name first in Japanese, given name first in English."""
    return (0, 1) if language == "ja" else (1, 0)


def bounds(rng: Random, part: Part, today: date) -> tuple[date, date, date | None]:
    """The first and last day of the known history, and the day of joining."""
    yesterday = today - timedelta(days=1)
    if part.status == "prospect":
        return today - timedelta(days=rng.randint(20, 200)), yesterday, None
    if part.status == "lapsed":
        joined = today - timedelta(days=rng.randint(640, 2200))
        return today - HISTORY, today - timedelta(days=rng.randint(312, 420)), joined
    longest = 2600 if part.vip or part.bereaved else 1900
    joined = today - timedelta(days=rng.randint(700 if part.bereaved else 40, longest))
    return max(joined, today - HISTORY), yesterday, joined


def plan_of(rng: Random, part: Part) -> str:
    """Only members have a plan; very good customers the premium one."""
    if part.status != "member":
        return "none"
    return "premium" if part.vip or rng.random() < 0.3 else "standard"


def voice_of(rng: Random) -> Voice:
    """How a customer writes; the terse ones tell no stories."""
    manner = rng.choices(["polite", "casual", "terse"], [45, 35, 20])[0]
    return Voice(
        manner=manner,
        chatty=manner != "terse" and rng.random() < 0.4,
        emoji=manner == "casual" and rng.random() < 0.6,
        typos=rng.random() < 0.25,
    )


def mailbox(language: str, family: list[str], given: list[str]) -> str:
    """The part before the @, in Latin letters."""
    if language == "ja":
        return f"{given[2]}.{family[2]}"
    return f"{given[0]}.{family[0]}".lower()


def reachable(rng: Random, house: House, customer: Customer, box: str) -> None:
    """Give the customer a phone, an email address or both, each in nobody else's use."""
    if rng.random() < 0.94 or customer.status == "prospect":
        customer.email = f"{box}{customer.number}@{rng.choice(house.people['domains'])}"
    if customer.email is None or rng.random() < 0.85:
        customer.phone = phone_number(customer.number)
        customer.phone_verified = customer.email is None or rng.random() < 0.8
    if customer.email is None:
        customer.preferred_channel, customer.marketing_email = "phone", False
    if customer.phone is None and customer.preferred_channel == "phone":
        customer.preferred_channel = "email"


def phone_number(number: int) -> str:
    """An obviously invented number, another for each customer up to ten thousand of them."""
    return f"+81900000{(number * 3701 + 826) % 10000:04d}"


def staff(people: dict[str, Any], today: date) -> list[Operator]:
    """The eight people of the support centre; they joined so many days before today."""
    return [
        Operator(
            login=row["login"],
            name=row["name"],
            signs=row["signs"],
            role=row["role"],
            joined_on=today + timedelta(days=row["joined"]),
            languages=tuple(row["languages"]),
            experience=row["experience"],
        )
        for row in people["operators"]
    ]
