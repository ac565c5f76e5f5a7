"""What is done beside answering, a little at a time: cases are made, vectors are made anew."""

import logging
import threading
from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)
IDLE_SECONDS = 5.0

Duty = Callable[[], bool]


class Upkeep:
    """Runs duties in turn; each does a little and returns whether there was anything to do."""

    def __init__(self, duties: Sequence[Duty]) -> None:
        self._duties = duties

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set; a failure is logged and never ends the loop."""
        while not stop.is_set():
            if not self.step():
                stop.wait(IDLE_SECONDS)

    def step(self) -> bool:
        """Does a little of every duty; False if there was nothing to do, or all failed."""
        done = [self._done(duty) for duty in self._duties]
        return any(done)

    def _done(self, duty: Duty) -> bool:
        try:
            return duty()
        except Exception:
            # Tried again later; what it had begun was rolled back.
            log.exception("Upkeep could not do what was due; trying again.")
            return False
