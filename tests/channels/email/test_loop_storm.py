"""However programs disguise themselves, no more goes out than the caps allow."""

from dataclasses import replace
from typing import Any

import pytest

from assistant.settings import Settings
from channels.services import Services
from tests.channels.email.storm import Storm, sink


@pytest.fixture
def report(stocked: Services, settings: Settings, clock: Any) -> dict[str, Any]:
    """250 mails, with caps that are reached by so few."""
    given = settings.model_copy(update={
        "mail_trusted_server": "", "mail_cap_conversation": "3/1h", "mail_cap_address": "4/1h",
        "mail_cap_body": "6/1h", "mail_cap_domain": "8/1h",
    })
    services = replace(stocked, settings=given,
                       worker=replace(stocked.worker, settings=given))
    with sink() as (kept, port):
        storm = Storm(services, port, kept, lambda seconds: clock.forward(seconds=seconds))
        return storm.run(250)


def test_no_cap_is_ever_exceeded_and_each_is_reached(report: dict[str, Any]) -> None:
    assert [one for one in report["most"] if one["most"] > one["cap"]] == []
    held = {rule for counts in report["programs"].values() for rule in counts
            if rule.startswith("cap_of_")}
    assert held == {"cap_of_conversation", "cap_of_address", "cap_of_body", "cap_of_domain"}


def test_what_says_that_it_is_automatic_is_never_answered(report: dict[str, Any]) -> None:
    for name in ("mailing list", "bounces"):
        counts = report["programs"][name]
        assert counts["in"] == counts["ignored"] > 0
        assert counts.get("sent", 0) == 0
    # The person's own mail is answered, what their mailbox says to that is not.
    counts = report["programs"]["honest autoresponder"]
    assert counts["ignored"] == counts["sent"] > 0


def test_people_are_answered_in_the_midst_of_the_storm(report: dict[str, Any]) -> None:
    counts = report["programs"]["people"]
    assert counts["sent"] == counts["in"] > 0
