"""A sliding window: how often one visitor may write."""

import threading
import time
from collections import deque
from collections.abc import Callable

MOST_REMEMBERED = 10_000


class SlidingWindow:
    """Allows `most` in any `seconds`, for each key; safe to call from any thread."""

    def __init__(
        self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._times: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def wait(self, key: str) -> float:
        """0 if this one is allowed (and counts), else how many seconds until one is."""
        with self._lock:
            now = self._clock()
            times = self._times.setdefault(key, deque())
            while times and times[0] <= now - self._seconds:
                times.popleft()
            if len(times) >= self._most:
                return times[0] + self._seconds - now
            times.append(now)
            if len(self._times) > MOST_REMEMBERED:
                self._forget(now)
            return 0.0

    def _forget(self, now: float) -> None:
        quiet = [k for k, times in self._times.items() if times[-1] <= now - self._seconds]
        for key in quiet:
            del self._times[key]
