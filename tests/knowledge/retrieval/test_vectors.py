"""The contract of VectorIndex, for every implementation of it."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.retrieval.vectors import FaissIndex, VectorIndex

DIMENSIONS = 16


def unit_vectors(count: int, seed: int = 1) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSIONS))
    unit: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(
        np.float32
    )
    return unit


@pytest.fixture(params=[FaissIndex])
def index(request: pytest.FixtureRequest) -> VectorIndex:
    make: Callable[[int], VectorIndex] = request.param
    return make(DIMENSIONS)


def test_the_nearest_come_first_under_the_callers_ids(index: VectorIndex) -> None:
    vectors = unit_vectors(50)
    ids = [1_000 + 7 * number for number in range(50)]
    index.add(ids[:20], vectors[:20])
    index.add(ids[20:], vectors[20:])
    found = index.search(vectors[3], 5)
    expected = np.argsort(-(vectors @ vectors[3]))[:5]
    assert [entry for entry, _ in found] == [ids[at] for at in expected]
    assert found[0][1] == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("share", [0.001, 0.5, 1.0])
def test_only_allowed_ids_are_found_however_few_they_are(index: VectorIndex, share: float) -> None:
    vectors = unit_vectors(2_000)
    index.add(range(2_000), vectors)
    allowed = set(range(0, 2_000, round(1 / share)))
    found = index.search(vectors[1], 10, allowed)
    expected = sorted(allowed, key=lambda entry: -float(vectors[entry] @ vectors[1]))[:10]
    assert [entry for entry, _ in found] == expected


def test_nothing_allowed_finds_nothing(index: VectorIndex) -> None:
    index.add([1], unit_vectors(1))
    assert index.search(unit_vectors(1)[0], 3, []) == []
    assert index.search(unit_vectors(1)[0], 3, [99]) == []


def test_an_id_cannot_be_added_twice(index: VectorIndex) -> None:
    index.add([1, 2], unit_vectors(2))
    with pytest.raises(ValueError, match="already"):
        index.add([2], unit_vectors(1))
    with pytest.raises(ValueError, match="already"):
        index.add([3, 3], unit_vectors(2))
    assert len(index.search(unit_vectors(1)[0], 10)) == 2


def test_a_removed_id_is_gone_and_may_come_back(index: VectorIndex) -> None:
    vectors = unit_vectors(6)
    index.add(range(6), vectors)
    index.remove([0, 4, 99])
    assert {entry for entry, _ in index.search(vectors[5], 10)} == {1, 2, 3, 5}
    assert index.search(vectors[5], 1)[0][0] == 5
    index.add([4], vectors[4:5])
    assert index.search(vectors[4], 1)[0][0] == 4


def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    assert index.search(unit_vectors(1)[0], 5) == []
