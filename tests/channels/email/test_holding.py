"""What cannot become a message is kept whole and tried again, and never dropped."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DataError, OperationalError

from assistant.company import Company
from assistant.conversations.inbox import Inbox
from assistant.conversations.incoming import IncomingMessage, Received
from assistant.settings import Settings
from channels.email import parsing, receiving
from channels.email.receiving import MailReceiver

Write = Callable[..., bytes]
NO_SENDER = b"Subject: nobody\r\n\r\nWho am I?"


class Refusing(Inbox):
    """An inbox whose database refuses the message, or is away."""

    problem: Exception = ValueError("what")

    def receive(self, incoming: IncomingMessage) -> Received:
        raise self.problem


@pytest.fixture
def refusing(
    inbox: Inbox, settings: Settings, company: Company, clock: Any
) -> tuple[MailReceiver, Refusing]:
    broken = Refusing.__new__(Refusing)
    broken.__dict__.update(inbox.__dict__)
    return MailReceiver(broken, settings, company, clock), broken


def test_a_mail_that_the_database_refuses_is_kept_whole(
    refusing: tuple[MailReceiver, Refusing], receiver: MailReceiver, stored: Any, write: Write
) -> None:
    broken, inbox = refusing
    inbox.problem = DataError("insert", {}, ValueError("a value that it does not take"))
    raw = write()
    assert broken.receive(raw, "a@x.example", ["support@harunowa.example"]).rule == "not_stored"
    [held] = stored.held
    assert (held.raw, held.sender) == (raw, "misaki.sato@mail.example")
    assert held.subject == "料金について"
    # Somebody mends what refused it, and it is a message.
    assert receiver.try_again(held.id or 0).decision == "received"
    assert stored.messages[0].details["mail"]["envelope_to"] == ["support@harunowa.example"]
    assert [(one.state, one.raw) for one in stored.held] == [("released", b"")]


def test_while_the_database_is_away_the_mail_is_its_senders_to_keep(
    refusing: tuple[MailReceiver, Refusing], stored: Any, write: Write
) -> None:
    broken, inbox = refusing
    inbox.problem = OperationalError("insert", {}, OSError("no connection"))
    with pytest.raises(OperationalError):
        broken.receive(write())
    assert stored.held == []


def test_a_mail_too_large_is_kept_and_said_to_be(
    inbox: Inbox, settings: Settings, company: Company, clock: Any, stored: Any, write: Write
) -> None:
    small = settings.model_copy(update={"mail_max_bytes": 300})
    receiver = MailReceiver(inbox, small, company, clock)
    assert receiver.receive(write("長い。" * 200)).rule == "too_large"
    assert stored.held[0].reason == "too_large"


def test_a_newer_reader_tries_what_an_older_one_could_not_read(
    receiver: MailReceiver, stored: Any, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    receiver.receive(NO_SENDER)
    assert receiver.try_all_again() == 0
    assert stored.held[0].attempts == 1  # the same reader would fail again
    monkeypatch.setattr(receiving, "READER", parsing.READER + 1)
    monkeypatch.setattr(receiving, "parse", lambda raw: parsing.parse(
        b"From: misaki.sato@mail.example\r\n" + raw))
    assert receiver.try_all_again() == 1
    assert [message.text for message in stored.messages] == ["Who am I?"]
    assert stored.held[0].state == "released"


def test_mails_that_an_older_version_kept_as_files_are_taken_in(
    receiver: MailReceiver, stored: Any, settings: Settings, write: Write
) -> None:
    folder: Path = settings.home / "quarantine"
    folder.mkdir()
    (folder / "0a.eml").write_bytes(NO_SENDER)
    (folder / "0b.eml").write_bytes(write())
    receiver.try_all_again()
    assert list(folder.iterdir()) == []
    assert [held.raw for held in stored.held] == [NO_SENDER]
    assert len(stored.messages) == 1


@pytest.mark.parametrize("field", [
    {"X-Spam-Flag": "YES"}, {"X-Spam-Status": "Yes, score=12.1 required=5.0"},
    {"X-Rspamd-Action": "add header"}, {"X-Our-Filter": "looks like junk"},
])
def test_what_the_mail_server_takes_for_spam_waits_for_a_person(
    inbox: Inbox, settings: Settings, company: Company, clock: Any, stored: Any, write: Write,
    field: dict[str, str],
) -> None:
    ours = settings.model_copy(update={"mail_spam_fields": "X-Our-Filter=junk; X-Other=bad"})
    receiver = MailReceiver(inbox, ours, company, clock)
    [(name, value)] = field.items()
    receipt = receiver.receive(f"{name}: {value}\r\n".encode() + write())
    assert (receipt.decision, receipt.rule) == ("quarantined", "spam")
    assert value in stored.held[0].detail
    assert stored.messages == []
    assert receiver.try_again(stored.held[0].id, believe=True).decision == "received"


def test_a_company_may_receive_what_its_server_marks(
    inbox: Inbox, settings: Settings, company: Company, clock: Any, write: Write
) -> None:
    open_door = settings.model_copy(update={"mail_spam": "receive"})
    receiver = MailReceiver(inbox, open_door, company, clock)
    assert receiver.receive(b"X-Spam-Flag: YES\r\n" + write()).decision == "received"


def test_a_newsletter_that_is_spam_too_does_not_fill_the_quarantine(
    receiver: MailReceiver, stored: Any, write: Write
) -> None:
    raw = b"X-Spam-Flag: YES\r\nPrecedence: bulk\r\n" + write()
    assert receiver.receive(raw).decision == "ignored"
    assert stored.held == []


@pytest.mark.parametrize("raw", [
    b"Subject: =?utf-7?Q?+2AA-?=\r\n\r\nhello",
    b"Subject: a\0b\r\nMessage-ID: <a\0b@x.example>\r\n\r\nhi",
    b"Content-Type: text/plain; charset=utf-7\r\n\r\n+2AA-hello", b"X-Y: \xff\xfe\r\n\r\nhello\0",
    b"Message-ID: <\xff\xfe@x.example>\r\nReferences: <\xff@x.example>\r\n\r\nhello",
    b"Content-Type: text/plain; charset=\xff\r\nReturn-Path: <\xff@x.example>\r\n\r\nhello",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\nContent-Type: "
    b"message/rfc822\r\n\r\nDate: \xff\0\r\nSubject: \xff\r\n\r\n\xff\r\n--b\r\nContent-Type: a/b; "
    b"name=\"\xff\0\"\r\n\r\nx\r\n--b--\r\n",
], ids=["surrogates", "zeros", "utf-7", "bytes", "ids", "labels", "parts"])
def test_no_odd_character_keeps_a_mail_from_being_stored(
    receiver: MailReceiver, stored: Any, raw: bytes
) -> None:
    assert receiver.receive(b"From: a@x.example\r\n" + raw).decision == "received"
    assert stored.held == []
