"""The socket: follows one conversation by sequence number, and takes what the customer writes."""

import contextlib
from collections.abc import Awaitable
from typing import Any

import anyio
from anyio.to_thread import run_sync
from starlette.websockets import WebSocket, WebSocketDisconnect

from channels.web_chat.channel import WORDS, Speaker, WebChat, problem_frame
from channels.web_chat.frames import (
    ChatProblem,
    Frame,
    Hello,
    Person,
    Ping,
    Send,
    read_frame,
)

HELLO_SECONDS = 30.0
# Private use (RFC 6455, 7.4.2): the widget does not try again after the first.
REFUSED_ORIGIN = 4403
NO_HELLO = 4408


async def converse(socket: WebSocket, chat: WebChat) -> None:
    """Serves one browser until it goes away.

    1. Its page must be of an allowed origin.
    2. It says who it is and which message it saw last; the rest follows from the database.
    3. From then on everything newer is sent to it, and what it writes is stored.
    """
    await socket.accept()
    if not chat.allows(socket.headers.get("origin")):
        await socket.close(REFUSED_ORIGIN, "This page may not use the chat.")
        return
    with contextlib.suppress(WebSocketDisconnect):
        hello = await _greeted(socket)
        if hello is None:
            await socket.close(NO_HELLO, "The first frame must be a hello.")
            return
        speaker = await run_sync(
            chat.speaker, hello.visitor, hello.identity, hello.language, hello.page
        )
        await socket.send_json({"type": "welcome", "visitor": speaker.visitor.token})
        async with anyio.create_task_group() as group:
            ends = group.cancel_scope
            group.start_soon(_until_gone, ends, _follow(socket, chat, speaker, hello.after))
            group.start_soon(_until_gone, ends, _listen(socket, chat, speaker))


async def _until_gone(ends: anyio.CancelScope, way: Awaitable[None]) -> None:
    """Ends both ways when the browser has gone from one of them."""
    with contextlib.suppress(WebSocketDisconnect):
        await way
    ends.cancel()


async def _greeted(socket: WebSocket) -> Hello | None:
    """The hello, or None if it does not come; other frames are answered with what is wrong."""
    try:
        with anyio.fail_after(HELLO_SECONDS):
            while True:
                frame = await _next(socket, "ja")
                if isinstance(frame, Hello):
                    return frame
                if frame is not None:
                    await socket.send_json(problem_frame(ChatProblem("malformed"), "ja"))
    except TimeoutError:
        return None


async def _follow(socket: WebSocket, chat: WebChat, speaker: Speaker, after: int) -> None:
    state: dict[str, Any] | None = None
    working, ready = False, False
    async for _ in chat.hub.changes():
        view = await run_sync(chat.view, speaker, after)
        if view.state != state:
            state = view.state
            await socket.send_json({"type": "state", **state})
        for message in view.messages:
            await socket.send_json(message)
        after = view.after
        if not ready:
            ready = True
            await socket.send_json({"type": "ready"})
        if view.working != working:
            working = view.working
            await socket.send_json({"type": "working", "working": working})


async def _listen(socket: WebSocket, chat: WebChat, speaker: Speaker) -> None:
    while True:
        frame = await _next(socket, speaker.language)
        if isinstance(frame, Ping):
            await socket.send_json({"type": "pong"})
        elif isinstance(frame, Send):
            await _store(socket, chat, speaker, str(frame.id), frame.text)
        elif isinstance(frame, Person):
            asked = WORDS[speaker.language]["person.message"]
            await _store(socket, chat, speaker, str(frame.id), asked)
        elif frame is not None:
            await socket.send_json(problem_frame(ChatProblem("malformed"), speaker.language))


async def _store(
    socket: WebSocket, chat: WebChat, speaker: Speaker, message_id: str, text: str
) -> None:
    try:
        received = await run_sync(chat.receive, speaker, message_id, text)
    except ChatProblem as problem:
        await socket.send_json(problem_frame(problem, speaker.language, message_id))
        return
    await socket.send_json({
        "type": "stored", "id": message_id, "sequence": received.sequence,
    })


async def _next(socket: WebSocket, language: str) -> Frame | None:
    """The next frame, or None if it was none of ours and the browser has been told."""
    event = await socket.receive()
    if event["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(event.get("code", 1006))
    try:
        return read_frame(event.get("text"))
    except ChatProblem as problem:
        await socket.send_json(problem_frame(problem, language))
        return None
