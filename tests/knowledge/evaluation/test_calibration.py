import numpy as np
import pytest

from knowledge.evaluation.calibration import (
    Bin,
    auc,
    brier,
    calibration_error,
    cross_fitted,
    operating_point,
    refitted,
    reliability,
    threshold_for,
)
from knowledge.evaluation.diagram import reliability_svg, reliability_text


def flags(*values: int) -> np.ndarray:
    return np.array(values, dtype=bool)


def test_auc_is_the_share_of_pairs_in_the_right_order_ties_half() -> None:
    assert auc(np.array([0.9, 0.8, 0.1]), flags(1, 1, 0)) == 1.0
    assert auc(np.array([0.9, 0.5, 0.5, 0.1]), flags(1, 1, 0, 0)) == pytest.approx(3.5 / 4)
    assert np.isnan(auc(np.array([0.1]), flags(1)))


def test_a_confidence_that_keeps_its_word_has_no_calibration_error() -> None:
    confidences = np.array([0.25] * 4 + [0.75] * 4)
    right = flags(0, 0, 0, 1, 1, 1, 1, 0)
    table = reliability(confidences, right)
    assert table == [Bin(4, 0.25, 0.25), Bin(4, 0.75, 0.75)]
    assert calibration_error(table) == 0.0
    assert brier(confidences, right) == pytest.approx(0.1875)
    boastful = reliability(np.full(8, 0.95), right)
    assert calibration_error(boastful) == pytest.approx(0.45)


def test_one_that_is_certain_falls_into_the_last_range() -> None:
    assert reliability(np.array([1.0, 0.0]), flags(1, 0)) == [Bin(1, 0.0, 0.0), Bin(1, 1.0, 1.0)]


def test_the_threshold_answers_as_much_as_the_risk_allows() -> None:
    confidences = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = flags(1, 1, 0, 1, 0)
    assert threshold_for(confidences, right, wrong=0.0) == 0.8
    assert threshold_for(confidences, right, wrong=0.25) == 0.6
    assert threshold_for(confidences, right, wrong=0.4) == 0.5
    assert threshold_for(confidences, flags(0, 0, 0, 0, 0), wrong=0.1) > 1


def test_questions_of_the_same_confidence_are_answered_together_or_not_at_all() -> None:
    # The first of the tie is right, but no threshold answers it without the other two.
    assert threshold_for(np.array([0.9, 0.5, 0.5, 0.5]), flags(1, 1, 0, 0), wrong=0.1) == 0.9


def test_an_operating_point_counts_answerable_others_and_wrong_answers_apart() -> None:
    point = operating_point(
        np.array([0.9, 0.4, 0.8, 0.1]), flags(1, 1, 0, 0), flags(1, 1, 0, 0), threshold=0.5
    )
    assert (point.answered, point.declined, point.wrong) == (0.5, 0.5, 0.5)
    nothing = operating_point(np.array([0.1]), flags(1), flags(1), threshold=0.5)
    assert (nothing.answered, nothing.declined, nothing.wrong) == (0.0, 1.0, 0.0)


def test_a_refitted_model_gives_the_share_that_its_features_tell() -> None:
    generator = np.random.default_rng(3)
    features = np.column_stack([generator.normal(size=2_000), np.ones(2_000)])
    chances = 1 / (1 + np.exp(-2 * features[:, 0]))
    right = generator.random(2_000) < chances
    again = refitted(features[:1_500], right[:1_500], features[1_500:])
    assert np.abs(again - chances[1_500:]).mean() < 0.03
    crossed = cross_fitted(features, right)
    assert calibration_error(reliability(crossed, right)) < 0.05


def test_cross_fitting_learns_nothing_from_the_question_itself() -> None:
    # Features that name each question let a model that has seen it be right; this one has not.
    generator = np.random.default_rng(4)
    right = generator.random(60) < 0.5
    crossed = cross_fitted(np.eye(60), right)
    assert abs(auc(crossed, right) - 0.5) < 0.2


def test_the_diagram_shows_every_range() -> None:
    table = [Bin(3, 0.25, 0.0), Bin(12, 0.9, 0.8)]
    text = reliability_text(table, width=10)
    assert text.splitlines()[2].endswith("######## |")
    assert reliability_svg(table, "a < b").count("<circle") == 2
    assert "a &lt; b" in reliability_svg(table, "a < b")
