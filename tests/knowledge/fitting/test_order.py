"""The ranking is fitted on choices among sections, and finds what they have in common."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.fitting.examples import Choice
from knowledge.fitting.order import fit_ranking
from knowledge.retrieval.candidates import OF_SECTION
from knowledge.retrieval.ranking import Ranking, by_section, load_ranking

HEADING = OF_SECTION.index("heading_covered")


def choices(count: int = 300, seed: int = 5) -> list[Choice]:
    """Sections of which the one whose heading covers the question most is nearly always right."""
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        features = chance.uniform(0, 1, (6, len(OF_SECTION)))
        worth = 8 * features[:, HEADING] + chance.gumbel(size=6)
        right = np.zeros(6, np.bool_)
        right[int(worth.argmax())] = True
        found.append(Choice(features, right))
    return found


def test_what_tells_the_right_section_gets_the_weight() -> None:
    ranking = fit_ranking(choices(), {"data": "made up"})
    largest = max(ranking.weights, key=lambda name: abs(ranking.weights[name]))
    assert largest == "heading_covered"
    assert ranking.weights[largest] / ranking.deviations[largest] == pytest.approx(8, rel=0.25)


def test_the_fitted_order_puts_the_right_one_first_more_often_than_chance() -> None:
    ranking = fit_ranking(choices(), {})
    unseen = choices(seed=6)
    hits = [bool(one.right[int(ranking.chances(one.features).argmax())]) for one in unseen]
    assert np.mean(hits) > 0.6


def test_a_weight_counts_an_example_as_so_many() -> None:
    some = choices(40)
    heavy = [Choice(one.features, one.right, 3.0) for one in some]
    assert fit_ranking(some, {}).weights == fit_ranking(heavy, {}).weights


def test_chances_are_one_together_and_none_for_nothing() -> None:
    ranking = fit_ranking(choices(50), {})
    assert ranking.chances(np.zeros((3, len(OF_SECTION)))).tolist() == pytest.approx([1 / 3] * 3)
    assert len(ranking.chances(np.empty((0, len(OF_SECTION))))) == 0


def test_both_languages_of_a_section_are_one_section() -> None:
    found = by_section([("a", 1), ("b", 1), ("a", 1)], np.array([0.3, 0.4, 0.3]))
    assert list(found.items()) == [(("a", 1), pytest.approx(0.6)), (("b", 1), 0.4)]


def test_a_ranking_comes_back_from_its_file(tmp_path: Path) -> None:
    ranking = fit_ranking(choices(20), {"data": "made up"})
    ranking.save(tmp_path / "ranking.json")
    assert load_ranking(tmp_path / "ranking.json") == ranking


def test_the_ranking_that_ships_knows_every_feature_and_where_it_is_from() -> None:
    ranking = load_ranking()
    assert isinstance(ranking, Ranking)
    assert tuple(ranking.weights) == OF_SECTION
    assert ranking.fitted_on["answerable"]
