"""Held mails: the same bytes once, listed without them, let go only after a person's word."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from assistant.errors import NotFound
from assistant.quarantine import repository
from assistant.quarantine.models import Held, HeldMail

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def session(database: Engine) -> Session:
    return Session(database, expire_on_commit=False)


def mail(raw: bytes = b"raw", **fields: object) -> HeldMail:
    given = {"digest": raw.hex(), "reason": "unreadable", "size": len(raw), "raw": raw, "at": NOW}
    return HeldMail(**(given | fields))


def test_the_same_bytes_are_held_once(session: Session) -> None:
    assert repository.keep(session, mail())
    assert not repository.keep(session, mail())
    assert repository.count_waiting(session) == 1


def test_what_was_dismissed_and_comes_again_waits_again(session: Session) -> None:
    first = mail()
    repository.keep(session, first)
    repository.settle(session, first, Held.DISMISSED, NOW)
    assert repository.count_waiting(session) == 0
    assert repository.keep(session, mail())
    assert repository.count_waiting(session) == 1


def test_the_newest_stand_first(session: Session) -> None:
    for raw in (b"1", b"2", b"3"):
        repository.keep(session, mail(raw))
    assert [one.digest for one in repository.waiting(session, 2)] == ["33", "32"]


def test_only_what_an_older_reader_failed_at_is_tried_again(session: Session) -> None:
    repository.keep(session, mail(b"1", reader=1))
    repository.keep(session, mail(b"2", reader=2))
    repository.keep(session, mail(b"3", reader=1, reason="spam"))
    repository.keep(session, mail(b"4", reader=1, reason="not_stored"))
    found = repository.of_older_readers(session, 2)
    assert [repository.held(session, number).raw for number in found] == [b"1", b"4"]


def test_a_dismissed_mail_keeps_its_bytes_for_a_while(session: Session) -> None:
    old, new = mail(b"1"), mail(b"2")
    for one, settled in ((old, NOW - timedelta(days=31)), (new, NOW - timedelta(days=29))):
        repository.keep(session, one)
        repository.settle(session, one, Held.DISMISSED, settled)
    session.flush()
    repository.let_go(session, NOW)
    session.refresh(old)
    session.refresh(new)
    assert (old.raw, new.raw) == (b"", b"2")


def test_a_mail_that_waits_is_never_let_go(session: Session) -> None:
    waits = mail(at=NOW - timedelta(days=4000))
    repository.keep(session, waits)
    repository.let_go(session, NOW)
    session.refresh(waits)
    assert waits.raw == b"raw"


def test_spam_that_nobody_looks_at_is_dismissed_before_it_is_let_go(session: Session) -> None:
    old = mail(reason="spam", at=NOW - timedelta(days=31))
    repository.keep(session, old)
    repository.let_go(session, NOW)
    session.refresh(old)
    assert (old.state, old.raw) == (Held.DISMISSED, b"raw")
    repository.let_go(session, NOW + timedelta(days=31))
    session.refresh(old)
    assert old.raw == b""


def test_an_unknown_number_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        repository.held(session, 77)
