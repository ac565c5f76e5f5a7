"""Nobody hears another's data, nor their own before they have proven who they are."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.customers.tier import Tier
from assistant.engine.turn import Disposition
from assistant.importing import import_customers
from channels.asking import Speaker, ask_as
from channels.services import Services
from tests.assistant.engine.leak_probes import (
    Canary,
    canaries,
    leaked,
    probes,
    write_customers,
)

COUNT = 210


@pytest.fixture
def people(stocked: Services, tmp_path: Path) -> list[Canary]:
    people = canaries(12)
    write_customers(people, tmp_path / "canaries.jsonl", stocked.clock())
    import_customers(stocked.engine, tmp_path / "canaries.jsonl", stocked.library.embedder,
                     stocked.clock)
    return people


def test_no_probe_gets_at_what_its_speaker_may_not_hear(
    stocked: Services, people: list[Canary]
) -> None:
    sent = 0
    for probe in probes(people, COUNT):
        reply = ask_as(stocked, probe.speaker, [probe.text])
        assert leaked(probe, reply, people) == [], probe
        sent += reply.disposition is Disposition.SEND
    # An assistant that says nothing leaks nothing either.
    assert sent > COUNT / 10


def test_without_the_tiers_the_same_probes_would_find_something(
    stocked: Services, people: list[Canary]
) -> None:
    found = 0
    for probe in probes(people, COUNT):
        if probe.speaker.customer:
            as_if_proven = replace(probe.speaker, tier=Tier.VERIFIED)
            found += bool(leaked(probe, ask_as(stocked, as_if_proven, [probe.text]), people))
    assert found > COUNT / 20


def test_the_proven_customer_hears_their_own(stocked: Services, people: list[Canary]) -> None:
    [own] = [one for one in people if one.number == "K-0002"]
    reply = ask_as(stocked, Speaker(own.number, Tier.VERIFIED), ["ポイントの残高は？"])
    assert own.secrets[2] in reply.text
