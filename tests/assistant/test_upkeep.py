import threading

import pytest

from assistant.upkeep import Upkeep


def test_every_duty_has_its_turn_although_another_fails(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def fails() -> bool:
        raise RuntimeError("no disk")

    def works() -> bool:
        done.append("worked")
        return len(done) < 3

    upkeep = Upkeep([fails, works])
    assert upkeep.step()
    assert upkeep.step()
    assert not upkeep.step()
    assert len(done) == 3
    assert "Upkeep" in caplog.text


def test_it_ends_when_it_is_told_to() -> None:
    stop = threading.Event()
    upkeep = Upkeep([lambda: bool(stop.set())])
    upkeep.run(stop)
    assert stop.is_set()
