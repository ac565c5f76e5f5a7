"""Somebody writes as another: no personal fact goes to any but the verified customer.

Every disguise runs through the whole house: the mail as bytes, our mail server's results before it,
the answer as it leaves. `CASES` also feeds benchmarks/mail_impersonation.py.
"""

import pytest

from channels.services import Services
from tests.channels.email.disguises import CASES, Case, Desk


@pytest.fixture
def desk(stocked: Services) -> Desk:
    return Desk(stocked)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_only_the_proven_customer_hears_what_is_theirs(desk: Desk, case: Case) -> None:
    found = desk.ask(case)
    assert found.tier == ("verified" if case.proven else "claimed"), found.rule
    assert bool(found.leaked) is case.proven, found.leaked
    # Whatever it says, it goes to the address in From, and to no other.
    assert found.recipients <= {case.answered}


def test_there_is_a_proven_case_so_that_silence_is_no_proof() -> None:
    assert sum(case.proven for case in CASES) >= 3
