"""The sender against a real SMTP server that takes, delays or refuses."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import Engine
from sqlmodel import Session, select

from assistant.company import Company
from assistant.conversations import deliver, repository
from assistant.conversations.inbox import Inbox
from assistant.conversations.models import LedgerEntry, Message, OutboxEntry
from assistant.database import session_scope
from assistant.engine.turn import Disposition, Reply
from assistant.errors import BadConfiguration
from assistant.events import Hub
from assistant.settings import Settings
from channels.email.receiving import MailReceiver
from channels.email.sending import MOST_IN_CONVERSATION, EmailSender, relay


class Relay:
    """Keeps what it takes; answers what the test wants."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, list[str], bytes]] = []
        self.answer = "250 OK"
        self.recipient_answer = ""
        self.port = 0
        self.came = asyncio.Event()

    async def handle_RCPT(self, _s: Any, _c: Any, envelope: Any, address: str, _o: Any) -> str:
        if self.recipient_answer:
            return self.recipient_answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            sender = (envelope.mail_from or "").strip("<>")
            self.taken.append((sender, envelope.rcpt_tos, envelope.original_content))
            self.came.set()
        return self.answer


@pytest.fixture
async def smtp() -> AsyncIterator[Relay]:
    handler = Relay()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="relay.example", loop=loop), "127.0.0.1", 0)
    handler.port = server.sockets[0].getsockname()[1]
    yield handler
    server.close()
    await server.wait_closed()


@pytest.fixture
def sender(
    smtp: Relay, inbox: Inbox, hub: Hub, settings: Settings, company: Company, clock: Any
) -> EmailSender:
    given = settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{smtp.port}"})
    return EmailSender(inbox, hub, given, company, clock)


@pytest.fixture
def say(
    database: Engine, receiver: MailReceiver, write: Callable[..., bytes], clock: Any
) -> Callable[[], None]:
    """Puts an automatic reply to the customer's mail into the outbox."""
    receipt = receiver.receive(write())

    def said() -> None:
        reply = Reply("5,500円です。", "ja", Disposition.SEND, 0.9, "", "sure")
        with session_scope(database) as session:
            conversation = repository.conversation(session, receipt.conversation_id or 0)
            deliver.say(session, conversation, reply, clock())

    return said


def rows(database: Engine, kind: Any) -> list[Any]:
    with Session(database) as session:
        return list(session.exec(select(kind).order_by(kind.id)).all())


def outgoing_decisions(database: Engine) -> list[tuple[str, str]]:
    return [(entry.decision, entry.rule) for entry in rows(database, LedgerEntry)
            if entry.direction == "outgoing"]


async def test_a_reply_goes_out_with_an_empty_envelope_sender(
    sender: EmailSender, smtp: Relay, say: Callable[[], None], database: Engine
) -> None:
    say()
    assert await sender.send_next()
    assert not await sender.send_next()
    [(envelope_from, to, raw)] = smtp.taken
    assert (envelope_from, to) == ("", ["misaki.sato@mail.example"])
    assert b"In-Reply-To: <one@mail.example>" in raw
    assert rows(database, OutboxEntry)[0].state == "sent"
    assert outgoing_decisions(database) == [("sent", "automatic")]


async def test_a_temporary_refusal_is_tried_again_later(
    sender: EmailSender, smtp: Relay, say: Callable[[], None], database: Engine, clock: Any
) -> None:
    smtp.answer = "451 later"
    say()
    await sender.send_next()
    assert rows(database, OutboxEntry)[0].state == "queued"
    assert not await sender.send_next()
    smtp.answer = "250 OK"
    clock.forward(minutes=5)
    assert await sender.send_next()
    assert len(smtp.taken) == 1


@pytest.mark.parametrize("where", ["answer", "recipient_answer"])
async def test_a_permanent_refusal_is_shown_and_not_repeated(
    sender: EmailSender, smtp: Relay, say: Callable[[], None], database: Engine, where: str
) -> None:
    setattr(smtp, where, "550 no such mailbox")
    say()
    await sender.send_next()
    [entry] = rows(database, OutboxEntry)
    assert entry.state == "failed"
    assert "550" in entry.error
    assert rows(database, Message)[-1].delivery == "failed"
    assert outgoing_decisions(database) == [("failed", "refused_by_server")]


async def test_a_server_that_is_away_is_tried_again(
    inbox: Inbox, hub: Hub, settings: Settings, company: Company, clock: Any,
    say: Callable[[], None], database: Engine,
) -> None:
    say()
    away = EmailSender(inbox, hub, settings.model_copy(
        update={"smtp_url": "smtp://127.0.0.1:1"}), company, clock)
    await away.send_next()
    assert rows(database, OutboxEntry)[0].state == "queued"


async def test_a_storm_of_automatic_replies_is_held(
    sender: EmailSender, smtp: Relay, say: Callable[[], None], database: Engine, clock: Any
) -> None:
    for _ in range(MOST_IN_CONVERSATION + 2):
        say()
        await sender.send_next()
    assert len(smtp.taken) == MOST_IN_CONVERSATION
    assert outgoing_decisions(database)[-2:] == [("failed", "cap_of_conversation")] * 2
    clock.forward(hours=2)
    say()
    await sender.send_next()
    assert len(smtp.taken) == MOST_IN_CONVERSATION + 1


async def test_it_sends_when_something_has_changed_and_ends_after_the_mail_in_hand(
    sender: EmailSender, smtp: Relay, say: Callable[[], None], hub: Hub, database: Engine
) -> None:
    running = asyncio.create_task(sender.run())
    await asyncio.sleep(0)
    say()
    hub.changed()
    await smtp.came.wait()
    sender.stop()
    await running
    assert len(smtp.taken) == 1
    assert rows(database, OutboxEntry)[0].state == "sent"


@pytest.mark.parametrize("url", ["http://x", "smtp://", "smtp://h:port", "mail.example:25"])
def test_a_bad_address_of_the_server_is_told(url: str) -> None:
    with pytest.raises(BadConfiguration, match="YORISOI_SMTP_URL"):
        relay(url)


def test_a_password_is_not_shown() -> None:
    found = relay("smtps://me%40x.example:se%2Fcret@mail.example")
    assert (found.login, found.password, found.port) == ("me@x.example", "se/cret", 465)
    assert "cret" not in repr(found)
