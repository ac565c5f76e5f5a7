"""The other side of an SMTP server, as a test wants it."""

import asyncio
from collections.abc import Callable
from typing import Any


class Relay:
    """Keeps what it takes; answers what the test wants."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, list[str], bytes]] = []
        self.answer = "250 OK"
        self.recipient_answer = ""
        self.port = 0
        self.came = asyncio.Event()
        self.hangs_up = False
        self.before_data: Callable[[], None] = lambda: None
        self.connections: set[int] = set()

    async def handle_RCPT(self, _s: Any, _c: Any, envelope: Any, address: str, _o: Any) -> str:
        if self.recipient_answer:
            return self.recipient_answer
        await asyncio.to_thread(self.before_data)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.connections.add(id(session))
        if self.hangs_up:
            server.transport.abort()
        if self.answer.startswith("250"):
            sender = (envelope.mail_from or "").strip("<>")
            self.taken.append((sender, envelope.rcpt_tos, envelope.original_content))
            self.came.set()
        return self.answer
