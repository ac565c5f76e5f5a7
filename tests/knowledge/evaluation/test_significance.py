import numpy as np
import pytest

from knowledge.evaluation.significance import significance


def test_five_wins_in_a_row_are_chance_once_in_sixteen() -> None:
    # Of the 32 ways to exchange five pairs, two give a sum as large: all kept, all exchanged.
    found = significance(np.ones(5))
    assert found.difference == 1.0
    assert found.p == pytest.approx(2 / 32, abs=0.01)


def test_what_wins_as_often_as_it_loses_proves_nothing() -> None:
    found = significance(np.array([1.0, -1.0] * 50))
    assert found.p == 1.0
    assert found.low < 0 < found.high


def test_a_steady_small_gain_is_significant_and_its_interval_holds_no_zero() -> None:
    differences = np.random.default_rng(1).normal(0.03, 0.05, 200)
    found = significance(differences)
    assert found.p < 0.001
    assert 0 < found.low < found.difference < found.high
    # About two standard errors to each side.
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * 0.05 / 200**0.5, rel=0.15)


def test_the_same_differences_give_the_same_figures() -> None:
    differences = np.random.default_rng(2).normal(0, 1, 30)
    assert significance(differences) == significance(differences)


def test_no_difference_at_all_is_certainly_chance() -> None:
    assert significance(np.zeros(8)).p == 1.0
    with pytest.raises(ValueError, match="no query"):
        significance(np.array([]))
