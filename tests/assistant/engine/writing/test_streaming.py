"""The deadline holds whatever the stream does."""

import threading
import time
from collections.abc import Iterator

import pytest

from assistant.engine.writing.chat import ModelFailed, Piece
from assistant.engine.writing.streaming import within


def test_pieces_come_through_in_order() -> None:
    pieces = within(5, lambda: iter([Piece("a"), Piece("b")]))
    assert [piece.text for piece in pieces] == ["a", "b"]


def test_a_stream_that_never_begins_is_left() -> None:
    over = threading.Event()

    def hangs() -> Iterator[Piece]:
        over.wait(10)
        yield Piece("late")

    start = time.monotonic()
    with pytest.raises(ModelFailed, match="timeout"):
        list(within(0.1, hangs))
    assert time.monotonic() - start < 1
    over.set()


def test_whoever_stops_reading_ends_the_stream() -> None:
    ended = threading.Event()

    def forever() -> Iterator[Piece]:
        try:
            while True:
                time.sleep(0.001)
                yield Piece("a")
        finally:
            ended.set()

    for _ in within(5, forever):
        break
    assert ended.wait(2)


def test_a_failure_is_a_failure_of_the_model() -> None:
    def breaks() -> Iterator[Piece]:
        yield Piece("a")
        raise ValueError("secret")

    with pytest.raises(ModelFailed) as failed:
        list(within(5, breaks))
    assert (failed.value.why, failed.value.detail) == ("error", "ValueError")
