"""A customer's story, read from all rooms."""

import pytest
from sqlmodel import Session, select

from assistant.customers.models import Customer
from assistant.database import read_scope
from assistant.errors import NotFound
from assistant.insights.story import Earlier, Happening, story
from channels.services import Services


def of(session: Session, number: str) -> int:
    found = session.exec(select(Customer).where(Customer.external_id == number)).one()
    return found.id or 0


def test_the_story_tells_who_what_is_theirs_and_what_comes(stocked: Services, clock) -> None:
    with read_scope(stocked.engine) as session:
        told = story(session, of(session, "C-0001"), clock())
    assert told.person.name == "佐藤 美咲"
    assert [asset.name for asset in told.assets] == ["モカ"]
    assert [one.kind for one in told.upcoming] == ["appointment"]
    assert [(one.kind, one.asset) for one in told.recent] == [("visit", "モカ")]
    assert [one.subject for one in told.conversations] == ["ワクチンについて"]
    assert told.conversations[0].opening.startswith("モカのワクチンのあと")
    assert [(one.channel, one.verified) for one in told.addresses] == [("email", True)]


def test_the_timeline_merges_all_that_is_past_the_newest_first(stocked: Services, clock) -> None:
    with read_scope(stocked.engine) as session:
        told = story(session, of(session, "C-0001"), clock())
    assert [type(entry) for entry in told.timeline] == [Happening, Earlier]
    assert [entry.at for entry in told.timeline] == sorted(
        (entry.at for entry in told.timeline), reverse=True
    )
    assert all(entry.at <= clock() for entry in told.timeline)


def test_a_story_holds_nothing_of_another_customer(stocked: Services, clock) -> None:
    with read_scope(stocked.engine) as session:
        told = story(session, of(session, "C-0003"), clock())
    assert "モカ" not in repr(told)


def test_there_is_no_story_of_nobody(stocked: Services, clock) -> None:
    with read_scope(stocked.engine) as session, pytest.raises(NotFound):
        story(session, 9_999, clock())
