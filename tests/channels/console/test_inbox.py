"""The inbox: queues, the list, and queries that do not grow with it."""

from collections.abc import Callable

import pytest
from sqlalchemy import event

from channels.services import Services

Pages = Callable[..., str]


@pytest.mark.parametrize(("language", "word"), [("ja", "対応待ち"), ("en", "Waiting")])
def test_the_inbox_is_shown_in_both_languages(mori, language: str, word: str) -> None:
    mori.sign_in(language=language)
    page = mori.get("/console")
    assert f'<html lang="{language}">' in page
    assert word in page


def test_whoever_waits_for_a_person_is_in_the_first_queue_with_the_reason(
    mori, write, work, clock
) -> None:
    received = write("担当者と話したいです")
    work()
    clock.forward(minutes=12)
    page = mori.get("/console")
    assert f'data-row="{received.conversation_id}"' in page
    assert "担当者希望" in page
    assert "12分お待ち" in page


def test_an_emergency_is_marked_until_it_is_answered(mori, write, work) -> None:
    received = write("犬がチョコを食べてしまいました")
    work()
    assert '<span class="badge danger">緊急</span>' in mori.get("/console?queue=waiting")
    mori.post(f"/console/conversations/{received.conversation_id}/send",
              text="すぐにお越しください。", seen=received.sequence)
    assert 'badge danger' not in mori.get("/console?queue=mine")
    assert "対応をお待ちのお客様はいらっしゃいません" in mori.get("/console?queue=waiting")


def test_a_long_queue_has_pages(mori, write, clock) -> None:
    for number in range(31):
        clock.forward(seconds=1)
        write("こんにちは", address=f"browser-{number}")
    first = mori.get("/console?queue=automatic")
    assert first.count("data-row=") == 30
    assert 'href="/console?queue=automatic&amp;page=2"' in first
    assert mori.get("/console?queue=automatic&page=2").count("data-row=") == 1


def statements(services: Services, look: Callable[[], object]) -> int:
    """How many statements a look sends to the database."""
    sent: list[str] = []

    def note(_connection, _cursor, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(services.engine, "before_cursor_execute", note)
    look()
    event.remove(services.engine, "before_cursor_execute", note)
    return len(sent)


def test_the_inbox_asks_as_often_for_fifty_conversations_as_for_five(
    mori, services: Services, write, work
) -> None:
    def customers_write(first: int, last: int) -> None:
        for number in range(first, last):
            write("担当者と話したいです", address=f"browser-{number}")
        work()

    customers_write(0, 5)
    few = statements(services, lambda: mori.get("/console?queue=waiting"))
    customers_write(5, 50)
    many = statements(services, lambda: mori.get("/console?queue=waiting"))
    assert many == few


def test_a_fragment_that_has_not_changed_is_not_sent_again(mori, write) -> None:
    write("こんにちは")
    path = "/console/fragments/inbox?queue=automatic"
    first = mori.client.get(path)
    again = mori.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    write("もしもし")
    changed = mori.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert "もしもし" in changed.text


def test_an_emergency_comes_first_and_who_writes_again_keeps_the_place(
    mori, write, work, clock
) -> None:
    first = write("担当者と話したいです", address="first").conversation_id
    work()
    clock.forward(minutes=1)
    second = write("担当者と話したいです", address="second").conversation_id
    work()
    clock.forward(minutes=1)
    write("まだでしょうか", address="first")
    urgent = write("犬がチョコを食べてしまいました", address="third").conversation_id
    work()
    page = mori.get("/console")
    places = [page.index(f'data-row="{one}"') for one in (urgent, first, second)]
    assert places == sorted(places)
