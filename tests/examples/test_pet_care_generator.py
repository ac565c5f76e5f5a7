"""The generator of the sample company's customers, run as its users run it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "pet_care"
TODAY = date(2026, 11, 1)
YEAR = timedelta(days=366)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NEEDED = {"grooming": "grooming", "hotel": "hotel"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Company:
    customers: list[Row]
    operators: dict[str, Row]
    printed: str

    def persona(self, number: int) -> Row:
        return self.customers[number - 1]

    def pets(self) -> Iterator[tuple[Row, Row]]:
        for customer in self.customers:
            for pet in customer["assets"]:
                yield customer, pet

    def conversations(self) -> Iterator[tuple[Row, Row]]:
        for customer in self.customers:
            for conversation in customer["conversations"]:
                yield customer, conversation


def generate(folder: Path, *options: str) -> str:
    command = [sys.executable, str(EXAMPLE / "generate.py"), "--out", str(folder), *options]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def read_lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    folder = tmp_path_factory.mktemp("company")
    printed = generate(folder)
    operators = {row["login"]: row for row in read_lines(folder / "operators.jsonl")}
    return Company(read_lines(folder / "customers.jsonl"), operators, printed)


@pytest.fixture(scope="module")
def shops() -> dict[str, Row]:
    text = (EXAMPLE / "company.yaml").read_text(encoding="utf-8")
    found: dict[str, Row] = yaml.safe_load(text)["shops"]
    return found


def words(conversation: Row) -> str:
    texts = [message["text"] for message in conversation["messages"]]
    return "\n".join([conversation["subject"] or "", *texts])


def day_of(row: Row) -> date:
    return datetime.fromisoformat(row["at"]).date()


def events(customer: Row, *kinds: str) -> list[Row]:
    return [event for event in customer["events"] if event["kind"] in kinds]


def vaccinations(customer: Row, pet: Row) -> list[date]:
    return [
        day_of(event)
        for event in events(customer, "visit")
        if event["asset"] == pet["external_id"]
        if event["attributes"]["service"] == "vaccination"
    ]


def plus_year(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def test_the_same_seed_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        generate(tmp_path / folder, "--customers", "60")
    generate(tmp_path / "other", "--customers", "60", "--seed", "8")

    for name in ("customers.jsonl", "operators.jsonl"):
        first = (tmp_path / "one" / name).read_bytes()
        assert first == (tmp_path / "two" / name).read_bytes()
    other = (tmp_path / "other" / "customers.jsonl").read_bytes()
    assert other != (tmp_path / "one" / "customers.jsonl").read_bytes()


def test_personas_keep_their_shape_whatever_the_seed_and_the_day(tmp_path: Path) -> None:
    generate(tmp_path, "--customers", "8", "--seed", "99", "--today", "2027-02-28")

    customers = read_lines(tmp_path / "customers.jsonl")

    assert [row["external_id"] for row in customers] == [f"C-000{n}" for n in range(1, 9)]
    (booked,) = events(customers[0], "appointment")
    assert booked["at"] == "2027-03-06T14:30:00+09:00"
    assert customers[0]["assets"][0]["attributes"]["next_vaccination_on"] == "2027-04-04"


def test_three_hundred_customers_are_a_mix(company: Company) -> None:
    statuses = Counter(row["status"] for row in company.customers)
    english = sum(row["language"] == "en" for row in company.customers)
    vips = sum(row["attributes"]["vip"] for row in company.customers)
    bereaved = sum(row["attributes"]["bereaved"] for row in company.customers)

    assert len(company.customers) == 300
    assert min(statuses["member"], statuses["lapsed"], statuses["prospect"]) >= 30
    assert 80 <= english <= 100
    assert 10 <= vips <= 20
    assert 3 <= bereaved <= 12
    assert "customers: 300" in company.printed


def test_eight_operators_have_their_logins_and_joined_before_they_wrote(company: Company) -> None:
    assert set(company.operators) == {
        "mori", "kato", "ito", "smith", "abe", "nakamura", "hayashi", "admin"
    }  # fmt: skip
    assert company.operators["kato"]["joined_on"] == (TODAY - timedelta(days=5)).isoformat()
    for customer, conversation in company.conversations():
        for message in conversation["messages"]:
            assert (message["author"] == "operator") == (message["operator"] is not None)
            if message["operator"]:
                operator = company.operators[message["operator"]]
                assert operator["joined_on"] <= message["at"][:10]
                assert customer["language"] in operator["languages"]


def test_every_conversation_names_only_its_own_customers_pets(company: Company) -> None:
    all_names = {pet["name"] for _, pet in company.pets()}
    named = 0
    for customer, conversation in company.conversations():
        own = {pet["name"] for pet in customer["assets"]}
        text = words(conversation)
        found = set(re.findall(r"[ァ-ヴー]+|[A-Za-z]+", text)) & all_names
        found |= {name for name in all_names if re.match(r"[一-龥]", name) and name in text}
        assert found <= own, (conversation["external_id"], found - own)
        named += bool(found)
    assert named > 300


def test_nobody_tells_of_a_dead_pet_as_if_it_lived(company: Company) -> None:
    griefs = 0
    for customer, conversation in company.conversations():
        deaths = [pet["attributes"].get("died_on") for pet in customer["assets"]]
        began = conversation["messages"][0]["at"][:10]
        if any(died and began >= died for died in deaths):
            assert "loss" in conversation["tags"], conversation["external_id"]
            griefs += 1
        else:
            assert "loss" not in conversation["tags"], conversation["external_id"]
    bereaved = [row for row in company.customers if row["attributes"]["bereaved"]]
    assert griefs >= len(bereaved)


def test_appointments_lie_ahead_and_everything_else_behind(company: Company) -> None:
    for customer in company.customers:
        for event in customer["events"]:
            if event["kind"] == "appointment":
                assert day_of(event) > TODAY
            else:
                assert day_of(event) < TODAY
            assert event["at"].endswith("+09:00")
        for conversation in customer["conversations"]:
            times = [message["at"] for message in conversation["messages"]]
            assert times == sorted(times)
            assert times[-1][:10] < TODAY.isoformat()


def test_visits_happen_where_the_service_is_offered_on_days_when_the_shop_is_open(
    company: Company, shops: dict[str, Row]
) -> None:
    for customer in company.customers:
        for event in events(customer, "visit", "appointment"):
            attributes = event["attributes"]
            shop = shops[attributes["shop"]]
            assert NEEDED.get(attributes["service"], "clinic") in shop["services"]
            assert f"{WEEKDAYS[day_of(event).weekday()]}s" not in shop["hours"]["en"]
        for event in events(customer, "purchase"):
            shop_id = event["attributes"].get("shop")
            assert shop_id is None or "shop" in shops[shop_id]["services"]


def test_vaccination_dates_follow_from_the_visits(company: Company) -> None:
    for customer, pet in company.pets():
        given = vaccinations(customer, pet)
        attributes = pet["attributes"]
        if not given:
            assert "last_vaccinated_on" not in attributes
            assert "next_vaccination_on" not in attributes
            continue
        last = max(given)
        assert attributes["last_vaccinated_on"] == last.isoformat()
        young = last < date.fromisoformat(attributes["born_on"]) + timedelta(weeks=15)
        due = last + timedelta(weeks=4) if young else plus_year(last)
        expected = None if "died_on" in attributes else due.isoformat()
        assert attributes.get("next_vaccination_on") == expected


def test_grooming_and_hotel_come_within_a_year_of_a_vaccination(company: Company) -> None:
    checked = 0
    for customer, pet in company.pets():
        given = vaccinations(customer, pet)
        for event in events(customer, "visit", "appointment"):
            if event["asset"] != pet["external_id"]:
                continue
            if event["attributes"]["service"] in NEEDED:
                near = [day for day in given if abs(day_of(event) - day) <= YEAR + YEAR / 30]
                assert near, event["external_id"]
                checked += 1
    assert checked > 200


def test_prospects_only_look_and_lapsed_customers_stayed_away(company: Company) -> None:
    for customer in company.customers:
        activity = [day_of(event) for event in events(customer, "visit", "purchase")]
        if customer["status"] == "prospect":
            assert not activity
            assert events(customer, "page_view", "mail_opened")
        if customer["status"] == "lapsed":
            assert customer["attributes"]["plan"] == "none"
            assert max(activity) < TODAY - timedelta(days=300)
            assert not events(customer, "appointment")


def test_nothing_is_recorded_that_the_customer_did_not_consent_to(company: Company) -> None:
    for customer in company.customers:
        if not customer["consents"]["page_views"]:
            assert not events(customer, "page_view")
        if not customer["consents"]["marketing_email"]:
            assert not events(customer, "mail_opened")


def test_addresses_are_unique_and_reserved(company: Company) -> None:
    addresses = [
        point["address"] for customer in company.customers for point in customer["contact_points"]
    ]
    assert len(addresses) == len(set(addresses))
    assert all(customer["contact_points"] for customer in company.customers)
    for address in addresses:
        assert re.fullmatch(r"[a-z.0-9]+@(mail|post)\.example|\+81900000\d{4}", address)


def test_identifiers_are_unique(company: Company) -> None:
    rows = list(company.customers)
    for kind in ("assets", "events", "todos", "conversations"):
        rows += [row for customer in company.customers for row in customer[kind]]
    identifiers = [row["external_id"] for row in rows]
    assert len(identifiers) == len(set(identifiers))


def test_no_slot_or_choice_marker_is_left_over(company: Company) -> None:
    for customer, conversation in company.conversations():
        assert not re.search(r"[{}]|\[\[|\]\]|\|", words(conversation)), words(conversation)
        assert all(message["text"].strip() for message in conversation["messages"])
        assert (conversation["subject"] is not None) == (conversation["channel"] == "email")
        assert not any(re.search(r"[{}|]", todo["title"]) for todo in customer["todos"])


def test_no_two_conversations_are_the_same_and_there_are_enough(company: Company) -> None:
    texts = [words(conversation) for _, conversation in company.conversations()]
    known = [row for row in company.customers if row["status"] != "prospect"]
    of_known = sum(len(row["conversations"]) for row in known)

    assert len(texts) == len(set(texts))
    assert of_known / len(known) >= 1.5


def test_customers_are_answered_in_their_own_language(company: Company) -> None:
    for customer, conversation in company.conversations():
        japanese = bool(re.search(r"[ぁ-ん]", words(conversation).replace("あんしんペット", "")))
        assert japanese == (customer["language"] == "ja"), conversation["external_id"]


def test_emily_has_two_cats_and_milos_check_up_in_three_days(company: Company) -> None:
    emily = company.persona(3)
    (booked,) = events(emily, "appointment")
    pets = {pet["name"]: pet for pet in emily["assets"]}

    assert (emily["name"], emily["language"]) == ("Emily Carter", "en")
    assert emily["attributes"]["points"] == 3480
    assert set(pets) == {"Luna", "Milo"}
    assert pets["Milo"]["attributes"]["condition"] == "chronic kidney disease"
    assert booked["at"] == "2026-11-04T10:00:00+09:00"
    assert booked["asset"] == pets["Milo"]["external_id"]
    assert booked["attributes"]["shop"] == "minato"


def test_the_other_personas_are_who_they_are_said_to_be(company: Company) -> None:
    misaki, kenichi, yumiko, james, sakura, hiroshi, sophie = (
        company.persona(number) for number in (1, 2, 4, 5, 6, 7, 8)
    )
    assert misaki["attributes"]["points"] == 1240
    assert misaki["attributes"]["points_expire_on"] == "2027-03-01"
    assert misaki["contact_points"][0]["address"] == "misaki.sato@mail.example"
    assert (kenichi["status"], kenichi["assets"]) == ("prospect", [])
    assert "/kittens" in {event["attributes"].get("page") for event in kenichi["events"]}
    assert (yumiko["status"], yumiko["assets"][0]["name"]) == ("lapsed", "ハナ")
    assert james["assets"][0]["attributes"]["born_on"] == (TODAY - timedelta(70)).isoformat()
    assert james["assets"][0]["attributes"]["next_vaccination_on"] == "2026-11-15"
    (hotel,) = events(sakura, "appointment")
    assert (hotel["attributes"]["service"], hotel["attributes"]["shop"]) == ("hotel", "minato")
    assert sakura["attributes"]["vip"] is True
    assert hiroshi["assets"][0]["attributes"]["died_on"] == "2026-10-11"
    assert hiroshi["attributes"]["bereaved"] is True
    assert (sophie["status"], sophie["attributes"]["home_shop"]) == ("lapsed", "kobe")
