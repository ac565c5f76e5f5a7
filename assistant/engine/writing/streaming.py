"""Keeps a deadline whatever the model does: answers slowly, stops in the middle, or hangs."""

import threading
import time
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue

from assistant.engine.writing.chat import ModelFailed, Piece


def within(seconds: float, stream: Callable[[], Iterator[Piece]]) -> Iterator[Piece]:
    """The pieces of the stream until it ends; raises ModelFailed when the time is over or the
    stream fails.

    The stream is read in a thread of its own, so that a call that hangs is left behind. Whoever
    stops reading ends it at its next piece, and with it the connection.
    """
    box: SimpleQueue[Piece | Exception | None] = SimpleQueue()
    unwanted = threading.Event()

    def read() -> None:
        try:
            for piece in stream():
                box.put(piece)
                if unwanted.is_set():
                    return
            box.put(None)
        except Exception as error:
            box.put(error)

    threading.Thread(target=read, daemon=True, name="language-model").start()
    end = time.monotonic() + seconds
    try:
        while (one := _next(box, end)) is not None:
            yield one
    finally:
        unwanted.set()


def _next(box: "SimpleQueue[Piece | Exception | None]", end: float) -> Piece | None:
    left = end - time.monotonic()
    if left <= 0:
        raise ModelFailed("timeout")
    try:
        one = box.get(timeout=left)
    except Empty:
        raise ModelFailed("timeout") from None
    if isinstance(one, ModelFailed):
        raise one
    if isinstance(one, Exception):
        raise ModelFailed("error", type(one).__name__) from one
    return one
