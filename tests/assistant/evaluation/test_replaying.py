"""Two replies to one turn: what matters of a difference."""

from typing import Any

import pytest

from assistant.evaluation.replaying import Outcome, difference, moves

OLD = Outcome("send", ("fees",), "1,650円です。", 0.9, "sure")


@pytest.mark.parametrize(
    ("changes", "change"),
    [({"disposition": "suggest", "text": "x"}, "disposition"),
     ({"articles": ("hotel",)}, "article"),
     ({"text": "1,800円です。"}, "text")],
)
def test_the_weightiest_difference_is_named(changes: dict[str, Any], change: str) -> None:
    found = difference(1, "初診料は？", OLD, Outcome(**(vars(OLD) | changes)))
    assert found is not None
    assert found.change == change


@pytest.mark.parametrize("changes", [{}, {"confidence": 0.8}, {"text": " 1,650円です。\n"}])
def test_the_same_answer_is_no_difference(changes: dict[str, Any]) -> None:
    assert difference(1, "?", OLD, Outcome(**(vars(OLD) | changes))) is None


def test_what_is_handed_off_both_times_is_no_difference() -> None:
    one = Outcome("hand_off", ("a",), "", 0.1, "no_answer")
    assert difference(1, "?", one, Outcome("hand_off", ("b",), "", 0.2, "no_answer")) is None


def test_moves_are_counted() -> None:
    changed = Outcome("suggest", ("fees",), "x", 0.5, "unsure")
    found = [difference(number, "?", OLD, changed) for number in range(3)]
    assert moves([one for one in found if one]) == [("send", "suggest", 3)]
