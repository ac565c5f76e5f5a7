"""A whole company served on this machine: web, console, mail door, worker."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
import uvicorn
from aiosmtpd.controller import Controller
from sqlmodel import select

from assistant.database import session_scope
from assistant.operators.models import Operator
from assistant.operators.sign_in import set_password
from assistant.settings import Settings
from channels.app import create_app
from channels.pages.demo import Demo
from channels.services import Services
from channels.web_chat.identity import sign_identity

PASSWORD = "correct horse battery"
SUPPORT = "support@harunowa.example"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Postbox:
    """The customers' mail server: keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.senders: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.senders.append(envelope.mail_from)
        self.mails.append(BytesParser(policy=default).parsebytes(envelope.content))  # type: ignore[arg-type]
        return "250 kept"


@dataclass
class Site:
    """Where everything is served, and the customers' postbox."""

    services: Services
    url: str
    mail_port: int
    postbox: Postbox


def wait_for(look: Callable[[], Any], seconds: float = 30.0) -> Any:
    """What `look` gives as soon as it is something; fails loudly if it never is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("It never came.")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    port, mail, sink = free_port(), free_port(), free_port()
    return settings.model_copy(update={
        "port": port, "mail_listen": f"127.0.0.1:{mail}", "mail_address": SUPPORT,
        "mail_trusted_server": "mx.harunowa.example", "smtp_url": f"smtp://127.0.0.1:{sink}",
        "burst_seconds": 0.0,  # The clock stands still.
    })


@pytest.fixture
def site(stocked: Services, settings: Settings) -> Iterator[Site]:
    postbox = Postbox()
    sink = Controller(postbox, hostname="127.0.0.1", port=int(settings.smtp_url.split(":")[-1]))
    sink.start()
    with session_scope(stocked.engine) as session:
        for operator in session.exec(select(Operator)):
            set_password(session, operator, PASSWORD)
    demo = Demo(sign=lambda number: sign_identity(
        number, settings.identity_secret, stocked.clock().replace(year=2100)
    ), login="mori", password=PASSWORD)
    app = create_app(replace(stocked, settings=settings), demo=demo)
    server = uvicorn.Server(uvicorn.Config(
        app, host="127.0.0.1", port=settings.port, log_level="warning",
        timeout_graceful_shutdown=2,
    ))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    wait_for(lambda: server.started)
    yield Site(stocked, f"http://127.0.0.1:{settings.port}",
               int(settings.mail_listen.split(":")[-1]), postbox)
    server.should_exit = True
    thread.join(10)
    sink.stop()
