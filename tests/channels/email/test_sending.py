"""The sender against a real SMTP server that takes, delays or refuses."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import Engine
from sqlmodel import Session, select

from assistant.company import Company
from assistant.conversations import deliver, limits, operate, repository
from assistant.conversations.inbox import Inbox
from assistant.conversations.models import (
    Conversation,
    LedgerEntry,
    Message,
    OutboxEntry,
    SuggestedReply,
)
from assistant.database import session_scope
from assistant.engine.turn import Disposition, Reply
from assistant.events import Hub
from assistant.operators.models import Operator
from assistant.settings import Settings
from channels.email.composing import ComposedMail
from channels.email.receiving import MailReceiver
from channels.email.relay import NotSent, SmtpRelay
from channels.email.sending import EmailSender
from tests.channels.email.relay import Relay


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
    smtp: Relay, inbox: Inbox, hub: Hub, settings: Settings, company: Company
) -> EmailSender:
    given = settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{smtp.port}"})
    return EmailSender(inbox, hub, given, company)


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
            conversation.seen_sequence = conversation.incoming_sequence
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
    inbox: Inbox, hub: Hub, settings: Settings, company: Company, say: Callable[[], None],
    database: Engine,
) -> None:
    say()
    away = EmailSender(inbox, hub, settings.model_copy(
        update={"smtp_url": "smtp://127.0.0.1:1"}), company)
    await away.send_next()
    assert rows(database, OutboxEntry)[0].state == "queued"


async def test_a_storm_of_automatic_replies_is_held_and_the_answer_becomes_a_draft(
    sender: EmailSender, smtp: Relay, say: Callable[[], None], database: Engine, clock: Any
) -> None:
    for _ in range(7):
        say()
        await sender.send_next()
    assert len(smtp.taken) == 5
    assert outgoing_decisions(database)[-2:] == [("held", "cap_of_conversation")] * 2
    assert rows(database, LedgerEntry)[-1].details["conversation_1h"] == "5/5"
    [*_, suggestion] = rows(database, SuggestedReply)
    assert (suggestion.text, suggestion.state) == ("5,500円です。", "open")
    assert "上限" in suggestion.reply["reason"]
    [conversation] = rows(database, Conversation)
    assert conversation.mode == "manual"
    # What was not sent is not shown as said.
    assert len([m for m in rows(database, Message) if m.direction == "outgoing"]) == 5
    clock.forward(hours=2)
    say()
    await sender.send_next()
    assert len(smtp.taken) == 6


async def test_while_automatic_mail_is_off_nothing_goes_out_and_a_persons_mail_does(
    sender: EmailSender, smtp: Relay, say: Callable[[], None], database: Engine, clock: Any,
) -> None:
    with session_scope(database) as session:
        operator = Operator(login="mori", name="森")
        session.add(operator)
        session.flush()
        limits.set_switch(session, False, operator.id or 0, clock())
    say()
    await sender.send_next()
    assert smtp.taken == []
    assert outgoing_decisions(database) == [("held", "paused")]
    with session_scope(database) as session:
        conversation_id = rows(database, Conversation)[0].id
        operate.answer(session, conversation_id, operator, "森です。", 1, clock())
    await sender.send_next()
    assert len(smtp.taken) == 1


async def test_a_mail_in_hand_is_withdrawn_when_the_switch_is_turned_meanwhile(
    sender: EmailSender, smtp: Relay, say: Callable[[], None], database: Engine, clock: Any
) -> None:
    def turn() -> None:
        with session_scope(database) as session:
            session.add(Operator(id=1, login="mori", name="森"))
            session.flush()
            limits.set_switch(session, False, 1, clock())

    smtp.before_data = turn
    say()
    await sender.send_next()
    assert smtp.taken == []
    await sender.send_next()
    assert outgoing_decisions(database) == [("held", "paused")]


async def test_a_line_that_breaks_after_the_text_leaves_the_mail_to_a_person(
    sender: EmailSender, smtp: Relay, say: Callable[[], None], database: Engine, clock: Any
) -> None:
    smtp.hangs_up = True
    say()
    await sender.send_next()
    smtp.hangs_up = False
    clock.forward(hours=2)
    assert not await sender.send_next()
    assert outgoing_decisions(database) == [("failed", "unknown_whether_sent")]
    assert "may have arrived" in rows(database, OutboxEntry)[0].error
    assert rows(database, Conversation)[0].mode == "manual"


async def test_a_sender_that_died_while_handing_over_leaves_the_mail_to_a_person(
    sender: EmailSender, smtp: Relay, say: Callable[[], None], inbox: Inbox, database: Engine,
    clock: Any,
) -> None:
    say()
    outgoing = inbox.next_outgoing("email")
    assert outgoing is not None
    assert inbox.hand_over(outgoing)
    assert not await sender.send_next()
    clock.forward(minutes=10)
    assert not await sender.send_next()
    assert smtp.taken == []
    assert outgoing_decisions(database) == [("failed", "unknown_whether_sent")]


async def test_a_sender_that_died_before_handing_over_is_replaced_by_another(
    sender: EmailSender, smtp: Relay, say: Callable[[], None], inbox: Inbox, clock: Any
) -> None:
    say()
    first = inbox.next_outgoing("email")
    clock.forward(minutes=10)
    assert await sender.send_next()
    assert len(smtp.taken) == 1
    # Should the first one not be dead after all: it is too late for it.
    assert first is not None
    assert not inbox.hand_over(first)


async def test_what_is_refused_for_hours_is_given_up_and_shown(
    sender: EmailSender, smtp: Relay, say: Callable[[], None], database: Engine, clock: Any
) -> None:
    smtp.answer = "451 later"
    say()
    attempts = 0
    while await sender.send_next():
        attempts += 1
        clock.forward(hours=2)
    assert attempts == 16
    assert outgoing_decisions(database) == [("failed", "tried_too_often")]


async def test_our_own_sign_in_problem_is_no_failure_of_the_mail(
    sender: EmailSender, smtp: Relay, say: Callable[[], None], database: Engine
) -> None:
    smtp.recipient_answer = "530 5.7.0 Authentication required"
    say()
    await sender.send_next()
    assert rows(database, OutboxEntry)[0].state == "queued"


async def test_many_mails_go_over_one_connection(
    sender: EmailSender, smtp: Relay, say: Callable[[], None]
) -> None:
    for _ in range(3):
        say()
    while await sender.send_next():
        pass
    assert (len(smtp.taken), len(smtp.connections)) == (3, 1)


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


async def test_a_relay_on_another_machine_must_offer_encryption(
    smtp: Relay, settings: Settings
) -> None:
    relay = SmtpRelay(settings.model_copy(
        update={"smtp_url": f"smtp://127.0.0.1:{smtp.port}"}))
    # As if the address were not the loopback.
    relay.address = replace(relay.address, security="starttls")
    with pytest.raises(NotSent, match="no encryption"):
        await asyncio.to_thread(relay.transmit, ComposedMail("", "a@x.example", b"x"), lambda: True)
    assert smtp.taken == []
