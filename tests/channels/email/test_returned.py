"""Mail of ours that comes back: whose address is marked, and whose cannot be."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from assistant.conversations import deliver, repository
from assistant.conversations.inbox import Inbox
from assistant.database import session_scope
from assistant.engine.turn import Disposition, Reply
from assistant.settings import Settings
from channels.email.receiving import MailReceiver
from channels.email.reply_token import ReplyTokens

CUSTOMER = "misaki.sato@mail.example"


@pytest.fixture
def sent(
    database: Engine, receiver: MailReceiver, inbox: Inbox, write: Callable[..., bytes], clock: Any,
    settings: Settings,
) -> str:
    """An answer that went to the customer; its Message-ID, which only we can make."""
    receipt = receiver.receive(write())
    with session_scope(database) as session:
        conversation = repository.conversation(session, receipt.conversation_id or 0)
        message = deliver.say(session, conversation, Reply(
            "5,500円です。", "ja", Disposition.SEND, 0.9, "", "sure"), clock())
    outgoing = inbox.next_outgoing("email")
    assert outgoing is not None
    inbox.sent(outgoing)
    ours = ReplyTokens(settings.secret, "harunowa.example").message_id(message.external_id)
    assert ours is not None
    return ours


def report(
    message_id: str, *, status: str = "5.1.1", action: str = "failed",
    address: str = CUSTOMER, diagnostic: str = "smtp; 550 5.1.1 User unknown",
) -> bytes:
    """A standard delivery report (RFC 3464)."""
    returned = f"Message-ID: <{message_id}>\r\n" if message_id else ""
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: support@harunowa.example\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nReturn-Path: <>\r\n"
        f"Message-ID: <dsn-{status}-{action}@mx.example>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {diagnostic}\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"From: support@harunowa.example\r\nTo: {address}\r\n{returned}Subject: Re\r\n\r\n--b--\r\n"
    ).encode()


def outcome(stored: Any) -> str:
    return str(stored.ledger[-1].details["reports"][0]["outcome"])


def test_a_missing_address_is_suppressed_and_the_message_has_failed(
    receiver: MailReceiver, stored: Any, sent: str
) -> None:
    before = stored.conversations[0]
    assert receiver.receive(report(sent), "").decision == "ignored"
    [point] = stored.contact_points
    assert point.suppressed_at is not None
    assert "User unknown" in point.bounce_reason
    assert stored.messages[-1].delivery == "failed"
    assert outcome(stored) == "suppressed"
    # Automated mail changes no conversation.
    after = stored.conversations[0]
    assert (after.status, after.mode, after.updated_at) == (
        before.status, before.mode, before.updated_at)


def test_nothing_is_sent_to_a_suppressed_address(
    database: Engine, receiver: MailReceiver, inbox: Inbox, stored: Any, sent: str, clock: Any
) -> None:
    receiver.receive(report(sent), "")
    with session_scope(database) as session:
        conversation = repository.conversation(session, 1)
        deliver.say(session, conversation, Reply(
            "もう一度お送りします。", "ja", Disposition.SEND, 0.9, "", "sure"), clock())
    assert inbox.next_outgoing("email") is None
    entry = stored.ledger[-1]
    assert (entry.decision, entry.rule, entry.direction) == (
        "failed", "suppressed_address", "outgoing")
    assert stored.messages[-1].delivery == "failed"


@pytest.mark.parametrize(("status", "diagnostic"), [
    ("5.2.2", "smtp; 552 5.2.2 Over quota"), ("4.4.1", "smtp; connection timed out"),
])
def test_a_full_mailbox_or_a_busy_server_is_only_counted(
    receiver: MailReceiver, stored: Any, sent: str, status: str, diagnostic: str
) -> None:
    receiver.receive(report(sent, status=status, diagnostic=diagnostic), "")
    [point] = stored.contact_points
    assert (point.bounces, point.suppressed_at) == (1, None)
    assert outcome(stored) == "counted"


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_harmless_reports_change_nothing(
    receiver: MailReceiver, stored: Any, sent: str, action: str
) -> None:
    receiver.receive(report(sent, action=action), "")
    [point] = stored.contact_points
    assert (point.bounces, point.suppressed_at) == (0, None)
    assert stored.messages[-1].delivery == "sent"
    assert outcome(stored) == "harmless"


def test_one_message_counts_once_however_often_it_is_reported(
    receiver: MailReceiver, stored: Any, sent: str
) -> None:
    for _ in range(5):
        receiver.receive(report(sent, status="5.2.2",
                                diagnostic="smtp; mailbox full"), "")
    assert stored.contact_points[0].bounces == 1
    assert outcome(stored) == "known"


@pytest.mark.parametrize("message_id", [
    "guessed@harunowa.example", "out-00000000000000000000000000000000@harunowa.example",
    "one@mail.example",
])
def test_a_forged_report_kills_no_address(
    receiver: MailReceiver, stored: Any, sent: str, message_id: str
) -> None:
    receiver.receive(report(message_id), "")
    [point] = stored.contact_points
    assert (point.bounces, point.suppressed_at) == (0, None)
    assert outcome(stored) == "unrelated"


def test_a_report_without_the_returned_id_counts_and_never_suppresses(
    receiver: MailReceiver, stored: Any, sent: str, clock: Any
) -> None:
    receiver.receive(report(""), "")
    assert (stored.contact_points[0].bounces, stored.contact_points[0].suppressed_at) == (1, None)
    assert outcome(stored) == "counted_unproven"
    clock.forward(days=6)
    receiver.receive(report("", diagnostic="smtp; 550 User unknown again"), "")
    assert outcome(stored) == "unrelated"


def test_a_report_of_another_address_marks_whom_the_message_went_to(
    receiver: MailReceiver, stored: Any, sent: str
) -> None:
    # Behind the customer's address stands another mailbox; a stranger's cannot be hit.
    receiver.receive(report(sent, address="victim@other.example"), "")
    [point] = stored.contact_points
    assert (point.address, point.suppressed_at is not None) == (CUSTOMER, True)
