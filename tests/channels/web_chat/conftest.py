"""A chat over a real database in a file, with a clock that the test moves."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from assistant.company import Company
from assistant.conversations import repository
from assistant.conversations.deliver import hand_off, send
from assistant.conversations.inbox import Inbox
from assistant.conversations.models import Author, Conversation, Direction, Message
from assistant.customers.models import Customer
from assistant.database import session_scope
from assistant.events import Hub
from assistant.operators.models import Operator
from assistant.settings import Settings
from channels.web_chat.channel import WebChat
from channels.web_chat.rate import SlidingWindow
from channels.web_chat.router import mount

COMPANY = Company(
    name={"ja": "見本商店", "en": "Sample Shop"},
    assistant_name={"ja": "見本相談窓口", "en": "Sample Help Desk"},
    time_zone=ZoneInfo("Asia/Tokyo"),
    default_language="ja",
    fields={}, shops={}, words={}, topics=(), species={},
    opening_hours={day: ((time(9), time(18)),) for day in ("mon", "tue", "wed", "thu", "fri")},
)


@dataclass
class Room:
    """The chat, and the other side of it: what the assistant and operators do."""

    chat: WebChat
    database: Engine
    hub: Hub
    now: datetime
    seconds: float = 0.0
    numbers: list[int] = field(default_factory=list)

    def conversations(self) -> list[Conversation]:
        with session_scope(self.database) as session:
            return list(session.exec(_all(Conversation)))

    def messages(self) -> list[Message]:
        with session_scope(self.database) as session:
            return list(session.exec(_all(Message)))

    def say(self, conversation_id: int, text: str, author: Author = Author.ASSISTANT,
            **more: Any) -> None:
        """Appends an outgoing message, as the worker or the console would."""
        with session_scope(self.database) as session:
            conversation = repository.conversation(session, conversation_id)
            self.numbers.append(len(self.numbers))
            send(session, conversation, Message(
                conversation_id=conversation_id, sequence=0, channel="web_chat",
                external_id=f"out-{len(self.numbers)}", direction=Direction.OUTGOING,
                author=author, text=text, language="ja", sent_at=self.now, stored_at=self.now,
                **more,
            ))
            conversation.seen_sequence = conversation.incoming_sequence
            conversation.due_at = None
            session.add(conversation)
        self.hub.changed()

    def hand_over(self, conversation_id: int, operator_name: str) -> None:
        """An operator takes the conversation."""
        with session_scope(self.database) as session:
            operator = Operator(login="mori", name=operator_name)
            session.add(operator)
            session.flush()
            conversation = repository.conversation(session, conversation_id)
            hand_off(conversation, "asked for a person", "")
            conversation.assignee_id = operator.id
            session.add(conversation)
        self.hub.changed()


class Browser:
    """One socket, and the frames that came."""

    def __init__(self, socket: Any, **hello: Any) -> None:
        self.socket = socket
        self.token = ""
        self.socket.send_json({"type": "hello", "language": "ja", **hello})
        self.first = self.until("ready")
        self.token = next(f["visitor"] for f in self.first if f["type"] == "welcome")

    def until(self, kind: str) -> list[dict[str, Any]]:
        """All frames up to the next of this kind."""
        frames: list[dict[str, Any]] = []
        while not frames or frames[-1]["type"] != kind:
            frames.append(self.socket.receive_json())
        return frames

    def next(self, kind: str) -> dict[str, Any]:
        return self.until(kind)[-1]

    def say(self, text: str, message_id: str = "") -> dict[str, Any]:
        """Sends, and returns the acknowledgement (or what was wrong)."""
        self.socket.send_json({"type": "send", "id": message_id or str(uuid4()), "text": text})
        while True:
            frame: dict[str, Any] = self.socket.receive_json()
            if frame["type"] in ("stored", "error"):
                return frame

    def texts(self) -> list[str]:
        """What was shown at the hello."""
        return [frame["text"] for frame in self.first if frame["type"] == "message"]

    def state(self) -> dict[str, Any]:
        return next(frame for frame in self.first if frame["type"] == "state")


def _all(model: Any) -> Any:
    return select(model).order_by(model.id)


def open_room(database: Engine, folder: Path, **settings: Any) -> Room:
    hub = Hub()
    room = Room(None, database, hub, datetime(2026, 11, 23, 3, 0, tzinfo=UTC))  # type: ignore[arg-type]
    inbox = Inbox(database, hub, lambda: room.now, burst_seconds=0.0, language="ja")
    room.chat = WebChat(
        settings=Settings(home=folder, secret="s" * 40, identity_secret="i" * 40, **settings),
        database=database, hub=hub, inbox=inbox, company=COMPANY, clock=lambda: room.now,
        window=SlidingWindow(20, 60.0, clock=lambda: room.seconds),
    )
    with session_scope(database) as session:
        session.add(Customer(external_id="C-1", name="佐藤 美咲", status="member",
                             created_at=room.now - timedelta(days=9)))
        session.add(Customer(external_id="C-2", name="Emily Carter", language="en",
                             created_at=room.now - timedelta(days=9)))
    return room


@pytest.fixture
def room(database: Engine, tmp_path: Path) -> Room:
    return open_room(database, tmp_path)


@pytest.fixture
def client(room: Room) -> Iterator[TestClient]:
    app = FastAPI()
    mount(app, room.chat)
    with TestClient(app) as client:
        yield client
