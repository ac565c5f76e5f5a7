"""Wake-ups: tell whoever follows a conversation that it has changed.

They carry no data: a follower reads the database by sequence number, so a lost wake-up only
costs the follower its next look, never a message.
"""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator


class Hub:
    """Wakes followers in this process; other processes find changes at their next look."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._followers: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self.work = threading.Event()

    def changed(self) -> None:
        """Something was committed; safe to call from any thread."""
        self.work.set()
        with self._lock:
            followers = tuple(self._followers)
        for loop, event in followers:
            # A loop that is closing has no follower left to wake.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(event.set)

    async def changes(self, every: float = 1.0) -> AsyncIterator[None]:
        """Yields at once, then after each change, and at least every `every` seconds."""
        event = asyncio.Event()
        follower = (asyncio.get_running_loop(), event)
        with self._lock:
            self._followers.add(follower)
        try:
            while True:
                yield
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), every)
                event.clear()
        finally:
            with self._lock:
                self._followers.discard(follower)
