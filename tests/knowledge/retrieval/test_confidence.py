from pathlib import Path

import numpy as np
import pytest

from knowledge.retrieval.confidence import Confidence, load_confidence
from knowledge.retrieval.features import FEATURES as ALL_FEATURES
from knowledge.retrieval.fit import FEATURES, Labelled, auc, fit, probabilities, reliability


def labelled(count: int = 400, seed: int = 3) -> Labelled:
    """Return questions whose coverage alone says how likely they are answered."""
    chance = np.random.default_rng(seed)
    features = chance.uniform(0, 1, (count, len(FEATURES)))
    features[:, FEATURES.index("foreign")] = 0.0
    likely = features[:, FEATURES.index("coverage")]
    return Labelled(features, (chance.uniform(0, 1, count) < likely).astype(np.float64))


def test_the_stored_model_has_only_features_that_a_search_gives() -> None:
    model = load_confidence()
    assert tuple(model.weights) == FEATURES
    assert set(FEATURES) < set(ALL_FEATURES)
    assert all(deviation > 0 for deviation in model.deviations.values())
    assert model.fitted_on


def test_a_fitted_model_is_calibrated_on_questions_that_it_has_not_seen() -> None:
    model = fit(labelled(), {"data": "made up"})
    unseen = labelled(2_000, seed=4)
    chances = probabilities(model, unseen)
    assert auc(chances, unseen.right > 0) > 0.75
    for count, said, right in reliability(chances, unseen.right):
        if count > 100:
            assert said == pytest.approx(right, abs=0.12)


def test_a_feature_that_never_varies_does_no_harm() -> None:
    assert np.isfinite(list(fit(labelled(), {}).weights.values())).all()


def test_a_model_comes_back_from_its_file(tmp_path: Path) -> None:
    model = fit(labelled(), {"data": "made up"})
    model.save(tmp_path / "confidence.json")
    assert load_confidence(tmp_path / "confidence.json") == model


def test_a_missing_feature_counts_as_average() -> None:
    model = Confidence(1, 0.0, {"cosine": 2.0}, {"cosine": 0.5}, {"cosine": 0.1}, {})
    assert model.probability({}) == pytest.approx(0.5)
    assert model.probability({"cosine": 0.9}) > 0.99


def test_the_area_under_the_curve_counts_ties_half() -> None:
    chances = np.array([0.9, 0.5, 0.5, 0.1])
    assert auc(chances, np.array([True, True, False, False])) == pytest.approx(0.875)
    assert np.isnan(auc(chances, np.array([True] * 4)))
