"""The switch and the caps: never more than allowed, however many senders ask at once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import func, select

from assistant.conversations.limits import (
    Candidate,
    Cap,
    Permission,
    body_digest,
    caps,
    paused,
    permit,
    set_switch,
)
from assistant.conversations.models import AutomaticMail
from assistant.database import read_scope, session_scope
from assistant.operators.models import Operator
from assistant.settings import Settings

HOUR = timedelta(hours=1)
LIMITS = (
    Cap("cap_of_conversation", "conversation_id", 3, HOUR),
    Cap("cap_of_address", "address", 4, HOUR),
    Cap("cap_of_body", "body", 5, HOUR),
    Cap("cap_of_domain", "domain", 6, HOUR),
)
Ask = Callable[..., Permission]


def mail(number: int, **changes: Any) -> Candidate:
    """A mail that shares nothing with those of other numbers."""
    return Candidate(**{
        "external_id": f"out-{number}", "conversation_id": number,
        "address": f"a{number}@x{number}.example", "domain": f"x{number}.example",
        "body": f"body {number}",
    } | changes)


@pytest.fixture
def ask(database: Engine, clock: Any) -> Ask:
    def asked(candidate: Candidate, limits: Any = LIMITS) -> Permission:
        with session_scope(database) as session:
            return permit(session, candidate, limits, clock())

    return asked


@pytest.mark.parametrize(("shared", "most"), [
    ({"conversation_id": 7}, 3), ({"address": "a@b.example"}, 4), ({"body": "same"}, 5),
    ({"domain": "b.example"}, 6),
])
def test_each_cap_stops_what_it_counts_and_says_so(
    ask: Ask, shared: dict[str, Any], most: int
) -> None:
    answers = [ask(mail(number, **shared)) for number in range(most + 2)]
    assert [one.granted for one in answers] == [True] * most + [False] * 2
    [column] = shared
    assert answers[-1].rule == f"cap_of_{column.removesuffix('_id')}"
    assert f"{most}/{most}" in answers[-1].counts.values()


def test_what_was_held_is_not_counted_and_time_makes_room(ask: Ask, clock: Any) -> None:
    for number in range(5):
        ask(mail(number, conversation_id=7))
    clock.forward(minutes=61)
    answers = [ask(mail(10 + number, conversation_id=7)).granted for number in range(4)]
    assert answers == [True, True, True, False]


def test_another_attempt_of_the_same_mail_is_not_counted_again(ask: Ask) -> None:
    for _ in range(6):
        assert ask(mail(1, conversation_id=7)).granted
    assert ask(mail(2, conversation_id=7)).counts["conversation_1h"] == "1/3"


def test_a_text_too_short_to_tell_is_not_counted(ask: Ask) -> None:
    assert all(ask(mail(number, body="")).granted for number in range(9))


def test_what_no_cap_counts_any_more_is_forgotten(ask: Ask, clock: Any, database: Engine) -> None:
    ask(mail(1))
    clock.forward(hours=3)
    ask(mail(2))
    with read_scope(database) as session:
        assert session.exec(select(func.count()).select_from(AutomaticMail)).one() == 1


def test_many_senders_at_once_never_exceed_a_cap(ask: Ask) -> None:
    """Each thread has its own connection, as processes do."""
    granted: list[bool] = []
    start = threading.Barrier(8)

    def send(first: int) -> None:
        start.wait()
        for number in range(first, first + 6):
            granted.append(ask(mail(number, address="a@b.example")).granted)

    threads = [threading.Thread(target=send, args=(100 * one,)) for one in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sum(granted), len(granted)) == (4, 48)


def test_the_switch_stops_everything_and_can_be_turned_back(
    ask: Ask, database: Engine, clock: Any
) -> None:
    with session_scope(database) as session:
        operator = Operator(login="mori", name="森")
        session.add(operator)
        session.flush()
        assert set_switch(session, False, operator.id or 0, clock())
        assert not set_switch(session, False, operator.id or 0, clock())
        assert paused(session)
    assert ask(mail(1)).rule == "paused"
    with session_scope(database) as session:
        set_switch(session, True, operator.id or 0, clock())
    assert ask(mail(1)).granted


def test_the_settings_say_the_caps(settings: Settings) -> None:
    given = settings.model_copy(update={"mail_cap_conversation": "2/30m 5/2d"})
    found = [(cap.most, cap.span) for cap in caps(given) if cap.column == "conversation_id"]
    assert found == [(2, timedelta(minutes=30)), (5, timedelta(days=2))]


def test_texts_that_differ_in_numbers_and_signs_alone_are_the_same() -> None:
    first = body_digest("Ticket #123: your message was received. 10:01")
    assert first == body_digest("TICKET #124 - your message was  received! 10:07")
    assert first != body_digest("Ticket #123: your message was lost.")
    assert body_digest("はい、10時で。") == ""


def test_without_any_cap_everything_may_go_out(ask: Ask) -> None:
    assert ask(mail(1), ()).granted
