"""A storm of programs that write to us and answer what we answer: as many ways to get round a loop
guard as we know. Time is simulated; the receiver, the engine, the outbox, the caps and the SMTP
relay are the real ones."""

import asyncio
import random
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage, Message
from typing import Any

from aiosmtpd.smtp import SMTP
from sqlmodel import select

from assistant.conversations.limits import body_digest, caps
from assistant.conversations.models import LedgerEntry
from assistant.conversations.models import Message as Stored
from assistant.database import read_scope
from channels.email.addresses import organisation_of, same_mailbox
from channels.email.receiving import MailReceiver
from channels.email.sending import EmailSender
from channels.services import Services

SUPPORT = "support@harunowa.example"
QUESTIONS = (
    "How much is the first visit?", "How much is the dog vaccine?", "What are the opening hours?",
    "How much is a night at the pet hotel for a cat?", "初診料はいくらですか？",
)


@dataclass
class Program:
    """Something that writes mail by itself; `answers` is what it does with a mail of ours."""

    name: str
    addresses: Callable[[int], str]
    text: Callable[[random.Random], str]
    threads: bool = True
    answers: bool = True
    fields: dict[str, str] = field(default_factory=dict)
    only_replies_are_marked: bool = False
    null_sender: bool = False
    count: int = 0

    def write(self, chance: random.Random, reply_to: Message | None = None) -> tuple[bytes, str]:
        """The next mail, and its envelope sender."""
        self.count += 1
        mail = EmailMessage()
        mail["From"] = self.addresses(self.count)
        mail["To"] = SUPPORT
        mail["Subject"] = "Question" if reply_to is None or not self.threads else \
            " ".join(str(reply_to["Subject"]).split())
        mail["Message-ID"] = f"<{self.name.replace(' ', '-')}-{self.count}@loop.example>"
        if reply_to is not None and self.threads:
            mail["In-Reply-To"] = str(reply_to["Message-ID"]).strip()
        for name, value in self.fields.items():
            if reply_to is not None or not self.only_replies_are_marked:
                mail[name] = value
        mail.set_content(self.text(chance))
        return mail.as_bytes(), "" if self.null_sender else str(mail["From"])


def programs() -> list[Program]:
    """One of each kind; the last are people, who must be answered all the same."""
    def same(_chance: random.Random) -> str:
        return "Thank you for your mail. How much is the first visit?"

    def changing(chance: random.Random) -> str:
        word = "".join(chance.choices("bcdfghjklmnpqrstvwxz", k=8))
        return f"{chance.choice(QUESTIONS)}\n\n{word.title()} {chance.randrange(10**6)}"

    def numbered(chance: random.Random) -> str:
        return f"Ticket #{chance.randrange(10**6)}: How much is the first visit?"

    return [
        Program("honest autoresponder", lambda _: "robot@honest.example", same,
                fields={"Auto-Submitted": "auto-replied"}, only_replies_are_marked=True),
        Program("secret autoresponder", lambda _: "robot@secret.example", same),
        Program("out of office without headers", lambda _: "away@office.example", same,
                threads=False),
        Program("ping-pong, changing bodies", lambda _: "pong@pingpong.example", changing),
        Program("the same, new thread each time", lambda _: "pong@threads.example", changing,
                threads=False),
        Program("sender varies by a tag", lambda n: f"robot+{n}@tags.example", changing,
                threads=False),
        Program("sender varies by a machine", lambda n: f"r{n}@h{n}.machines.example", changing,
                threads=False),
        Program("every mail from another domain", lambda n: f"robot@d{n}.example", numbered,
                threads=False),
        Program("mailing list", lambda n: f"member{n}@list.example", changing,
                fields={"List-Id": "<pets.list.example>", "Precedence": "list"}),
        Program("bounces", lambda _: "mailer-daemon@bounce.example", same, null_sender=True),
        Program("people", lambda n: f"person{n}@people{n}.example", changing, answers=False,
                threads=False),
    ]


@dataclass
class Storm:
    """Runs the programs against an opened house; `forward` moves its clock."""

    services: Services
    smtp_port: int
    relay: "Sink"
    forward: Callable[[float], None]
    seed: int = 7
    seconds_between: float = 1.0

    def run(self, mails: int) -> dict[str, Any]:
        """So many mails come in; what became of them, by program and by rule."""
        house, chance = self.services, random.Random(self.seed)
        receiver = MailReceiver(house.inbox, house.settings, house.company, house.clock)
        settings = house.settings.model_copy(
            update={"smtp_url": f"smtp://127.0.0.1:{self.smtp_port}"})
        sender = EmailSender(house.inbox, house.hub, settings, house.company)
        everybody = programs()
        waiting: deque[tuple[Program, bytes, str]] = deque()
        owners: dict[str, Program] = {}
        done = 0
        while done < mails:
            if not waiting:
                waiting.extend((one, *one.write(chance)) for one in everybody)
            program, raw, envelope = waiting.popleft()
            owners[str(message_from_bytes(raw)["From"])] = program
            self.forward(self.seconds_between)
            receiver.receive(raw, envelope, [SUPPORT])
            while house.worker.answer_next():
                pass
            while sender.send_one():
                pass
            for answer in self.relay.take():
                owner = owners[str(message_from_bytes(answer)["To"])]
                if owner.answers:
                    waiting.append((owner, *owner.write(chance, message_from_bytes(answer))))
            done += 1
        sender._relay.quit()
        return self._report(owners, mails)

    def _report(self, owners: dict[str, Program], mails: int) -> dict[str, Any]:
        with read_scope(self.services.engine) as session:
            entries = session.exec(select(LedgerEntry).order_by(LedgerEntry.id)).all()  # type: ignore[arg-type]
            texts = {one.id: one for one in session.exec(select(Stored)).all()}
        by_program: dict[str, Counter[str]] = {one.name: Counter() for one in programs()}
        for entry in entries:
            name = owners[entry.address].name if entry.address in owners else "?"
            counts = by_program.setdefault(name, Counter())
            if entry.direction == "incoming":
                counts["in"] += 1
                counts["ignored"] += entry.decision == "ignored"
            elif entry.decision in ("sent", "held"):
                counts["sent" if entry.decision == "sent" else entry.rule] += 1
            elif entry.decision in ("suggest", "hand_off") or (
                entry.decision == "send" and entry.details["mode"] == "manual"
            ):
                counts["to a person"] += 1
        return {
            "mails": mails,
            "programs": {name: dict(counts) for name, counts in by_program.items()},
            "sent": sum(one["sent"] for one in by_program.values()),
            "most": self._most([one for one in entries if one.decision == "sent"],
                               list(texts.values())),
        }

    def _most(self, sent: list[LedgerEntry], messages: list[Stored]) -> list[dict[str, Any]]:
        """For each cap the most that went out within any window of its length, counted anew from
        what was sent, and not from what the caps themselves counted."""
        answered: dict[str, str] = {}
        last: dict[int, str] = {}
        for one in sorted(messages, key=lambda m: (m.conversation_id, m.sequence)):
            if one.direction == "incoming":
                last[one.conversation_id] = one.text
            else:
                answered[one.external_id] = body_digest(last.get(one.conversation_id, ""))
        keys: dict[str, Callable[[LedgerEntry], Any]] = {
            "conversation_id": lambda one: one.conversation_id,
            "address": lambda one: same_mailbox(one.address),
            "domain": lambda one: organisation_of(one.address),
            "body": lambda one: answered.get(one.external_id, ""),
        }
        return [
            {"rule": cap.rule, "span": str(cap.span), "cap": cap.most,
             "most": _within([(keys[cap.column](one), one.at) for one in sent], cap.span)}
            for cap in caps(self.services.settings)
        ]


def _within(events: list[tuple[Any, datetime]], span: timedelta) -> int:
    """The most events with one key in any window of this length."""
    most = 0
    moments: dict[Any, deque[datetime]] = {}
    for key, at in events:
        if key == "":
            continue
        seen = moments.setdefault(key, deque())
        seen.append(at)
        while seen[0] <= at - span:
            seen.popleft()
        most = max(most, len(seen))
    return most


class Sink:
    """The relay: takes every mail and keeps it until somebody looks."""

    def __init__(self) -> None:
        self._taken: list[bytes] = []

    def take(self) -> list[bytes]:
        taken, self._taken = self._taken, []
        return taken

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self._taken.append(envelope.original_content)
        return "250 OK"


@contextmanager
def sink() -> Iterator[tuple[Sink, int]]:
    """A running relay on the loopback and its port."""
    kept, loop = Sink(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def opened() -> asyncio.Server:
        return await loop.create_server(lambda: SMTP(kept, hostname="relay.example", loop=loop),
                                        "127.0.0.1", 0)

    server = asyncio.run_coroutine_threadsafe(opened(), loop).result()
    try:
        yield kept, int(server.sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
