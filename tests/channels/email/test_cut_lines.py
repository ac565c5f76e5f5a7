"""The line is cut at every step of IMAP and SMTP: nothing is lost, nothing goes out twice."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from assistant.company import Company
from assistant.conversations import deliver, repository
from assistant.conversations.inbox import Inbox
from assistant.conversations.mailboxes import MailboxStates
from assistant.conversations.models import OutboxEntry
from assistant.database import session_scope
from assistant.engine.turn import Disposition, Reply
from assistant.events import Hub
from assistant.settings import Settings
from channels.email.fetching import MailFetcher, mailboxes
from channels.email.receiving import MailReceiver
from channels.email.sending import EmailSender
from tests.channels.email.cutting_proxy import CuttingProxy
from tests.channels.email.dovecot import LOGIN, PASSWORD, Dovecot
from tests.channels.email.storm import Sink, sink

Write = Callable[..., bytes]


@pytest.mark.parametrize("lost", ["command", "answer"])
def test_an_imap_line_cut_at_any_step_loses_and_doubles_nothing(
    dovecot: Dovecot, settings: Settings, receiver: MailReceiver, database: Engine, write: Write,
    stored: Any, lost: str,
) -> None:
    proxy = CuttingProxy(dovecot.port)
    given = settings.model_copy(update={
        "imap_url": f"imap://{LOGIN}:{PASSWORD}@127.0.0.1:{proxy.port}"})
    [(address, folder)] = mailboxes(given)
    states = MailboxStates(database, lambda: datetime.now(UTC))
    fetcher = MailFetcher(address, folder, given, receiver, states, lambda: datetime.now(UTC))
    fetcher.fetch_once()
    steps, number = 0, 0
    while steps < 40:
        steps += 1
        for _ in range(2):
            number += 1
            dovecot.append(write(f"{number}通目", Message_ID=f"<{number}@mail.example>"))
        cuts = proxy.cuts
        proxy.cut(steps, lost)
        for _ in range(4):
            try:
                fetcher.fetch_once()
            except Exception:  # the line was cut: as the fetcher's own loop, try again
                continue
            break
        if proxy.cuts == cuts:
            break  # The conversation has no more steps.
    proxy.close()
    assert 8 < steps < 40
    ids = Counter(message.external_id for message in stored.messages)
    assert ids == Counter(f"{one}@mail.example" for one in range(1, number + 1))
    assert dovecot.count("UNSEEN") == 0


@pytest.fixture
def relay() -> Iterator[tuple[Sink, int]]:
    with sink() as running:
        yield running


@pytest.mark.parametrize("lost", ["command", "answer"])
async def test_an_smtp_line_cut_at_any_step_sends_nothing_twice_and_hides_no_loss(
    relay: tuple[Sink, int], settings: Settings, receiver: MailReceiver, inbox: Inbox, hub: Hub,
    company: Company, database: Engine, clock: Any, write: Write, lost: str,
) -> None:
    kept, port = relay
    proxy = CuttingProxy(port)
    given = settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{proxy.port}"})
    taken: list[bytes] = []
    steps = 0
    while steps < 20:
        steps += 1
        receipt = receiver.receive(write(Message_ID=f"<{steps}@mail.example>",
                                         From=f"a{steps}@m{steps}.example"))
        with session_scope(database) as session:
            conversation = repository.conversation(session, receipt.conversation_id or 0)
            deliver.say(session, conversation, Reply(
                "5,500円です。", "ja", Disposition.SEND, 0.9, "", "sure"), clock())
        sender = EmailSender(inbox, hub, given, company)
        cuts = proxy.cuts
        proxy.cut(steps, lost)
        for _ in range(3):
            await asyncio.to_thread(sender.send_one)
            clock.forward(minutes=10)
        await asyncio.to_thread(sender._relay.quit)
        taken += kept.take()
        if proxy.cuts == cuts:
            break
    proxy.close()
    assert 5 < steps < 20
    with Session(database) as session:
        states = [entry.state for entry in session.exec(select(OutboxEntry))]
    ids = Counter(raw.partition(b"Message-ID: ")[2].split(b"\r\n")[0] for raw in taken)
    assert max(ids.values()) == 1
    # What is not known to be sent is shown to a person; nothing else may be missing.
    assert set(states) <= {"sent", "failed"}
    assert states.count("sent") <= len(ids) <= states.count("sent") + states.count("failed")
    assert states.count("failed") <= 2
