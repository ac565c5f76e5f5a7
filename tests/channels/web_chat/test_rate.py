"""The sliding window."""

from channels.web_chat.rate import MOST_REMEMBERED, SlidingWindow


class Watch:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_each_key_has_a_window_of_its_own() -> None:
    window = SlidingWindow(1, 10, clock=Watch())
    assert window.wait("a") == 0
    assert window.wait("b") == 0
    assert window.wait("a") == 10


def test_a_place_is_free_again_when_the_oldest_has_left_the_window() -> None:
    watch = Watch()
    window = SlidingWindow(2, 10, clock=watch)
    window.wait("a")
    watch.now = 4
    window.wait("a")
    assert window.wait("a") == 6
    watch.now = 10
    assert window.wait("a") == 0
    assert window.wait("a") == 4


def test_visitors_who_have_gone_are_forgotten() -> None:
    watch = Watch()
    window = SlidingWindow(1, 10, clock=watch)
    for number in range(MOST_REMEMBERED):
        window.wait(str(number))
    watch.now = 60
    window.wait("new")
    assert len(window._times) == 1
