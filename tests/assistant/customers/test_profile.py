"""The profile: what a tier does not allow is never loaded."""

from datetime import date

import pytest
from sqlmodel import Session

from assistant.customers.catalogue import load_catalogue
from assistant.customers.facts import Profile
from assistant.customers.profile import load_profile
from assistant.customers.repository import by_external_id, identity
from assistant.customers.tier import Tier
from assistant.errors import BadConfiguration
from channels.services import Services


def profile(house: Services, number: str, tier: Tier) -> Profile:
    with Session(house.engine) as session:
        customer = by_external_id(session, number)
        assert customer is not None
        return load_profile(session, identity(customer), tier, house.catalogue, house.company,
                            house.clock())


@pytest.mark.parametrize("tier", [Tier.ANONYMOUS, Tier.CLAIMED])
def test_below_verified_the_profile_knows_the_company_and_the_date_only(
    stocked: Services, tier: Tier
) -> None:
    seen = profile(stocked, "C-0001", tier)
    assert {name.split(".")[0] for name in seen.values} == {"company", "today"}
    assert seen.assets == ()
    assert "customer.points" in seen.withheld


def test_a_verified_customer_has_own_facts_and_pets(stocked: Services) -> None:
    seen = profile(stocked, "C-0001", Tier.VERIFIED)
    assert seen.withheld == ()
    assert seen.values["customer.points"] == 1240
    assert seen.values["shop.name"]["ja"] == "目黒本店"
    assert seen.values["next_appointment.pet_name"] == "モカ"
    assert seen.values["last_visit.days_ago"] == 44
    [pet] = seen.assets
    assert pet.values["pet.age_months"] == 25
    assert pet.values["pet.age_years"] == 2
    assert pet.values["pet.next_vaccination_on"] == date(2026, 12, 28)


def test_each_pet_has_its_own_events(stocked: Services) -> None:
    luna, milo = profile(stocked, "C-0003", Tier.VERIFIED).assets
    assert "next_appointment.starts_at" not in luna.events
    assert milo.events["next_appointment.service"] == "checkup"


def test_a_pet_that_died_is_not_among_the_pets(stocked: Services) -> None:
    from assistant.customers.models import Asset
    from assistant.database import session_scope

    with session_scope(stocked.engine) as session:
        customer = by_external_id(session, "C-0002")
        assert customer is not None
        session.add(Asset(customer_id=identity(customer), kind="pet", name="クロ",
                          attributes={"species": "dog", "died_on": "2026-11-01"}))
    seen = profile(stocked, "C-0002", Tier.VERIFIED)
    assert seen.assets == ()
    assert seen.values["pet_count"] == 0


def test_every_fact_of_the_sample_company_is_declared_with_tier_and_words(
    house: Services,
) -> None:
    for fact in house.catalogue.facts.values():
        assert fact.labels["ja"] != fact.name
        assert fact.labels["en"] != fact.name
        personal = fact.source != "today" and not fact.source.startswith("company.")
        assert (fact.tier is Tier.VERIFIED) is personal


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [("{type: text, from: customer.name}", "needs a tier"),
     ("{type: colour, from: customer.name, tier: verified}", "needs a type"),
     ("{type: text, from: the moon, tier: verified}", "no usable 'from'"),
     ("{type: date, from: customer.x, as: moons_since, tier: verified}", "cannot be derived")],
)
def test_a_fact_that_cannot_be_used_stops_the_boot_with_a_sentence(
    tmp_path: object, entry: str, complaint: str
) -> None:
    folder = tmp_path
    (folder / "facts.yaml").write_text(f"facts:\n  x.y: {entry}\n")  # type: ignore[operator]
    with pytest.raises(BadConfiguration, match=complaint) as error:
        load_catalogue(folder)  # type: ignore[arg-type]
    assert "x.y" in error.value.sentence
