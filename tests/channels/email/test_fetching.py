"""Fetching from a real Dovecot, where there is one, and what needs no server."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from assistant.conversations.mailboxes import MailboxStates
from assistant.conversations.models import MailboxState
from assistant.settings import Settings
from channels.email.fetching import MailFetcher, mailboxes
from channels.email.receiving import MailReceiver, Receipt
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.scripted_imap import Scripted

Write = Callable[..., bytes]
Fetcher = Callable[..., MailFetcher]


@pytest.fixture
def now() -> Callable[[], datetime]:
    """The server's own clock: it dates the mails that are put into it."""
    return lambda: datetime.now(UTC)


@pytest.fixture
def states(database: Engine, now: Callable[[], datetime]) -> MailboxStates:
    return MailboxStates(database, now)


@pytest.fixture
def fetch_from(
    settings: Settings, receiver: MailReceiver, states: MailboxStates, now: Any
) -> Fetcher:
    """A fetcher of the mailbox with this URL."""

    def made(url: str, into: Any = receiver, **changes: Any) -> MailFetcher:
        given = settings.model_copy(update={"imap_url": url, "imap_poll_seconds": 30.0} | changes)
        [(address, folder)] = mailboxes(given)
        return MailFetcher(address, folder, given, into, states, now)

    return made


@pytest.fixture
def fetcher(dovecot: Dovecot, fetch_from: Fetcher) -> MailFetcher:
    return fetch_from(dovecot.url)


class Taking:
    """A receiver that keeps what it takes, and fails while it is told to."""

    def __init__(self, failing: str = "") -> None:
        self.failing = failing
        self.taken: list[bytes] = []
        self.aside: list[tuple[bytes, str]] = []

    def receive(self, raw: bytes) -> Receipt:
        if self.failing and self.failing.encode() in raw:
            raise OSError("the disk is full")
        self.taken.append(raw)
        return Receipt("received", "", "")

    def put_aside(self, raw: bytes, reason: str) -> Receipt:
        self.aside.append((raw, reason))
        return Receipt("quarantined", "", "")


def imap_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("imap")]


def test_new_mail_is_stored_and_marked_as_seen(
    fetcher: MailFetcher, dovecot: Dovecot, write: Write, stored: Any
) -> None:
    dovecot.append(write())
    dovecot.append(write("二通目です。", Message_ID="<two@mail.example>"))
    assert fetcher.fetch_once() == 2
    assert [message.text for message in stored.messages] == [
        "トリミングの料金を教えてください。", "二通目です。"
    ]
    assert dovecot.count("SEEN") == 2
    assert fetcher.fetch_once() == 0


def test_what_is_fetched_arrives_byte_for_byte(
    dovecot: Dovecot, fetch_from: Fetcher, mail_file: Callable[[str], bytes]
) -> None:
    into = Taking()
    names = ("docomo", "undeclared_jis", "outlook_iso_2022_jp_ms")
    for name in names:
        dovecot.append(mail_file(name))
    fetch_from(dovecot.url, into).fetch_once()
    assert into.taken == [mail_file(name) for name in names]


def test_a_mail_that_could_not_be_stored_stays_new(
    dovecot: Dovecot, fetch_from: Fetcher, write: Write
) -> None:
    into = Taking(failing="one@")
    fetcher = fetch_from(dovecot.url, into)
    dovecot.append(write(Message_ID="<zero@mail.example>"))
    dovecot.append(write())
    with pytest.raises(OSError, match="disk"):
        fetcher.fetch_once()
    assert dovecot.count("UNSEEN") == 2
    into.failing = ""
    assert fetcher.fetch_once() == 2
    assert dovecot.count("UNSEEN") == 0


def test_a_mail_that_can_never_be_stored_is_put_aside_and_the_next_one_comes_in(
    dovecot: Dovecot, fetch_from: Fetcher, write: Write
) -> None:
    into = Taking(failing="one@")
    fetcher = fetch_from(dovecot.url, into)
    dovecot.append(write())
    dovecot.append(write(Message_ID="<two@mail.example>"))
    for _ in range(2):
        with pytest.raises(OSError, match="disk"):
            fetcher.fetch_once()
    assert fetcher.fetch_once() == 2
    [(aside, reason)] = into.aside
    assert b"one@" in aside
    assert "×3" in reason
    assert len(into.taken) == 1
    assert fetcher.fetch_once() == 0


def test_what_was_there_before_the_first_look_is_left_alone(
    dovecot: Dovecot, fetch_from: Fetcher, write: Write
) -> None:
    into = Taking()
    dovecot.append(write(), "\\Seen")
    fetcher = fetch_from(dovecot.url, into)
    assert fetcher.fetch_once() == 0
    assert fetcher.fetch_once() == 0
    dovecot.append(write(Message_ID="<two@mail.example>"))
    assert fetcher.fetch_once() == 1
    assert [b"two@" in raw for raw in into.taken] == [True]


def test_a_mail_that_a_person_has_opened_before_us_is_stored_all_the_same(
    dovecot: Dovecot, fetcher: MailFetcher, write: Write, stored: Any
) -> None:
    fetcher.fetch_once()
    dovecot.append(write(), "\\Seen")
    assert fetcher.fetch_once() == 1
    assert len(stored.messages) == 1


def test_after_a_lost_state_nothing_is_stored_twice(
    fetcher: MailFetcher, dovecot: Dovecot, write: Write, stored: Any, states: MailboxStates
) -> None:
    dovecot.append(write())
    fetcher.fetch_once()
    states.reached(MailboxState(name=fetcher.name))
    dovecot.append(write("二通目です。", Message_ID="<two@mail.example>"))
    fetcher.fetch_once()
    assert len(stored.messages) == 2


def test_a_mailbox_with_new_numbers_is_read_again_and_nothing_is_stored_twice(
    fetcher: MailFetcher, dovecot: Dovecot, write: Write, stored: Any
) -> None:
    for number in range(3):
        dovecot.append(write(f"{number}通目です。", Message_ID=f"<{number}@mail.example>"))
    fetcher.fetch_once()
    dovecot.stop()
    dovecot.renumber()
    dovecot.start()
    # One that came while we were away and that a person has opened.
    dovecot.append(write("留守中です。", Message_ID="<away@mail.example>"), "\\Seen")
    fetcher.fetch_once()
    assert sorted(message.external_id for message in stored.messages) == [
        "0@mail.example", "1@mail.example", "2@mail.example", "away@mail.example"
    ]
    assert fetcher.fetch_once() == 0


def test_a_crash_between_storing_and_marking_is_made_good(
    dovecot: Dovecot, fetch_from: Fetcher, write: Write, states: MailboxStates
) -> None:
    into = Taking()
    fetcher = fetch_from(dovecot.url, into)
    fetcher.fetch_once()
    dovecot.append(write())
    fetcher.fetch_once()
    # As if we had died after the first note of the batch.
    state = states.get(fetcher.name)
    state.unmarked = [state.stored_uid]
    states.reached(state)
    dovecot._with(lambda client: (client.select("INBOX"),
                                  client.store("1", "-FLAGS", "(\\Seen)")))
    assert dovecot.count("UNSEEN") == 1
    assert fetch_from(dovecot.url, into).fetch_once() == 0
    assert dovecot.count("UNSEEN") == 0
    assert len(into.taken) == 1


@pytest.mark.parametrize(("after", "left_unseen", "flagged"), [
    ("seen", 0, 0), ("flag", 1, 1), ("move:Done", 0, 0),
])
def test_what_is_stored_is_marked_as_the_setting_says(
    dovecot: Dovecot, fetch_from: Fetcher, write: Write, after: str, left_unseen: int,
    flagged: int,
) -> None:
    dovecot.create("Done")
    into = Taking()
    fetcher = fetch_from(dovecot.url, into, imap_after=after)
    dovecot.append(write())
    assert (fetcher.fetch_once(), fetcher.fetch_once()) == (1, 0)
    assert (dovecot.count("UNSEEN"), dovecot.count("FLAGGED")) == (left_unseen, flagged)
    assert dovecot.count("ALL", "Done") == (1 if after.startswith("move") else 0)


def test_a_mail_that_somebody_has_marked_as_deleted_is_not_expunged_by_us(
    dovecot: Dovecot, fetcher: MailFetcher, write: Write
) -> None:
    dovecot.append(write(Message_ID="<old@mail.example>"), "\\Seen \\Deleted")
    dovecot.append(write())
    fetcher.fetch_once()
    assert dovecot.count("DELETED") == 1


def test_each_folder_has_a_state_of_its_own(
    dovecot: Dovecot, fetch_from: Fetcher, write: Write, states: MailboxStates
) -> None:
    dovecot.create("Sales")
    first, second = fetch_from(dovecot.url), fetch_from(f"{dovecot.url}/Sales")
    dovecot.append(write())
    assert (first.fetch_once(), second.fetch_once()) == (1, 0)
    assert states.get(first.name).stored_uid == 1
    assert states.get(second.name).stored_uid == 0


def test_a_mail_that_is_too_large_is_left_and_written_down(
    dovecot: Dovecot, fetch_from: Fetcher, write: Write, stored: Any
) -> None:
    dovecot.append(write("長い" * 1000))
    assert fetch_from(dovecot.url, mail_max_bytes=500).fetch_once() == 0
    assert [(entry.decision, entry.rule) for entry in stored.ledger] == [("refused", "too_large")]
    assert dovecot.count("UNSEEN") == 1


def test_a_waiting_fetcher_is_woken_by_a_new_mail_and_can_be_stopped(
    fetcher: MailFetcher, dovecot: Dovecot, write: Write, stored: Any
) -> None:
    def wait_for(count: int) -> None:
        for _ in range(1000):
            if len(stored.messages) >= count:
                return
            time.sleep(0.05)
        raise AssertionError(f"mail {count} was never fetched")

    fetcher.start()
    dovecot.append(write())
    wait_for(1)
    dovecot.append(write("二通目です。", Message_ID="<two@mail.example>"))
    wait_for(2)
    fetcher.stop()
    assert imap_threads() == []


def test_news_in_one_piece_with_the_answer_to_idle_are_not_overlooked(
    fetch_from: Fetcher
) -> None:
    server = Scripted()
    fetcher = fetch_from(f"imap://a:b@127.0.0.1:{server.port}", Taking(), imap_poll_seconds=1000.0)
    fetcher.start()
    # The second search comes only if the news were noticed.
    assert all(server.searched.acquire(timeout=60) for _ in range(2))
    fetcher.stop()


def test_a_server_that_is_away_is_asked_again_until_stopped_and_its_state_says_why(
    fetch_from: Fetcher, states: MailboxStates
) -> None:
    fetcher = fetch_from("imap://a:b@127.0.0.1:1")
    fetcher.start()
    for _ in range(400):
        if states.get(fetcher.name).error:
            break
        time.sleep(0.05)
    fetcher.stop()
    state = states.get(fetcher.name)
    assert "refused" in state.error
    assert state.failing_since is not None
    assert imap_threads() == []


def test_an_access_token_is_asked_for_anew_at_each_sign_in(
    dovecot: Dovecot, fetch_from: Fetcher, write: Write, tmp_path: Path
) -> None:
    """Dovecot's static password stands for the token that a real server would check."""
    count = tmp_path / "count"
    command = tmp_path / "token"
    command.write_text(f'#!/bin/sh\necho "$1" >> {count}\necho not-the-password\n')
    command.chmod(0o700)
    fetcher = fetch_from(f"imap://support@127.0.0.1:{dovecot.port}", Taking(),
                         mail_token_command=f"{command} {{login}}")
    for _ in range(2):
        # The server has the mechanism and refuses this token.
        with pytest.raises(Exception, match=r"(?i)authenticat"):
            fetcher.fetch_once()
    assert count.read_text().split() == ["support", "support"]
