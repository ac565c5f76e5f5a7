"""The confidence is fitted on questions whose answer is known, and means what it says."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.evaluation.calibration import auc, reliability
from knowledge.fitting.sureness import FEATURES, Labelled, fit_confidence, probabilities
from knowledge.retrieval.confidence import Confidence, load_confidence
from knowledge.retrieval.features import FEATURES as ALL_FEATURES


def labelled(count: int = 400, seed: int = 3) -> Labelled:
    """Return questions whose coverage alone says how likely they are answered."""
    chance = np.random.default_rng(seed)
    features = chance.uniform(0, 1, (count, len(FEATURES)))
    features[:, FEATURES.index("foreign")] = 0.0
    likely = features[:, FEATURES.index("coverage")]
    right = chance.uniform(0, 1, count) < likely
    return Labelled(features, right, right, np.ones(count, np.bool_))


def test_the_stored_model_has_only_features_that_a_search_gives() -> None:
    model = load_confidence()
    assert tuple(model.weights) == FEATURES
    assert set(FEATURES) < set(ALL_FEATURES)
    assert all(deviation > 0 for deviation in model.deviations.values())
    assert model.fitted_on


def test_a_fitted_model_is_calibrated_on_questions_that_it_has_not_seen() -> None:
    model = fit_confidence(labelled(), {"data": "made up"})
    unseen = labelled(2_000, seed=4)
    chances = probabilities(model, unseen)
    assert auc(chances, unseen.section) > 0.75
    for one in reliability(chances, unseen.section, 5):
        if one.questions > 100:
            assert one.confidence == pytest.approx(one.right, abs=0.12)


def test_another_section_of_the_right_article_is_worth_a_part() -> None:
    flags = np.array([True, False, False])
    near = np.array([True, True, False])
    data = Labelled(np.zeros((3, len(FEATURES))), flags, near, near)
    assert data.worth().tolist() == [1.0, 0.5, 0.0]


def test_a_feature_that_never_varies_does_no_harm() -> None:
    assert np.isfinite(list(fit_confidence(labelled(), {}).weights.values())).all()


def test_a_model_comes_back_from_its_file(tmp_path: Path) -> None:
    model = fit_confidence(labelled(), {"data": "made up"})
    model.save(tmp_path / "confidence.json")
    assert load_confidence(tmp_path / "confidence.json") == model


def test_a_missing_feature_counts_as_average() -> None:
    model = Confidence(1, 0.0, {"cosine": 2.0}, {"cosine": 0.5}, {"cosine": 0.1}, {})
    assert model.probability({}) == pytest.approx(0.5)
    assert model.probability({"cosine": 0.9}) > 0.99
