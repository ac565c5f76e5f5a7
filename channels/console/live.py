"""The live hint: one socket per page that says "changed"; the page fetches what it shows."""

import asyncio
import contextlib

from fastapi import WebSocket
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocketDisconnect

from assistant.errors import YorisoiError
from channels.console.console import Console, routes

# Changes by other processes are found at the latest after this time.
EVERY_SECONDS = 5.0
SIGN_IN_ENDED = 4401


class LiveRoutes:
    """A socket, not an event stream: browsers allow only six of those to one host, and operators
    keep many conversations open."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.router = routes()
        self.router.add_api_websocket_route("/live", self.live)

    async def live(self, websocket: WebSocket) -> None:
        """Sends hints until the page goes away or the sign-in ends."""
        if not await self._may_follow(websocket):
            # Accepted first: a browser tells its page the close code only of an open socket.
            await websocket.accept()
            await websocket.close(SIGN_IN_ENDED)
            return
        await websocket.accept()
        hints = asyncio.ensure_future(self._hint(websocket))
        try:
            while (await websocket.receive())["type"] != "websocket.disconnect":
                pass
        finally:
            hints.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                await hints

    async def _hint(self, websocket: WebSocket) -> None:
        async for _ in self._console.services.hub.changes(every=EVERY_SECONDS):
            if not await self._may_follow(websocket):
                await websocket.close(SIGN_IN_ENDED)
                return
            await websocket.send_json({"changed": True})

    async def _may_follow(self, websocket: WebSocket) -> bool:
        try:
            self._console.check_origin(websocket)
            await run_in_threadpool(self._console.who, websocket)
        except YorisoiError:
            return False
        return True
