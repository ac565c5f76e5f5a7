"""The contract of VectorIndex, for every implementation of it."""

import threading
import uuid

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.retrieval.faiss_index import FaissIndex
from knowledge.retrieval.pgvector_index import PgVectorIndex
from knowledge.retrieval.vectors import VectorIndex

DIMENSIONS = 16
CLOSE = 0.005  # half precision, or a byte for a dimension


def unit_vectors(count: int, seed: int = 1) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSIONS))
    unit: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(
        np.float32
    )
    return unit


@pytest.fixture(params=["flat", "lists", "pgvector"])
def index(request: pytest.FixtureRequest) -> VectorIndex:
    if request.param == "pgvector":
        database = request.getfixturevalue("vector_database")
        return PgVectorIndex(database, f"test:{uuid.uuid4().hex}", DIMENSIONS)
    return FaissIndex(DIMENSIONS, flat=30_000 if request.param == "flat" else 200)


def found(
    index: VectorIndex, vector: NDArray[np.float32], k: int, allowed: object = None
) -> list[int]:
    ids, similarities = index.search(vector, k, allowed)  # type: ignore[arg-type]
    assert len(ids) == len(similarities)
    assert (np.diff(similarities) <= 0).all()
    return [int(one) for one in ids]


def test_the_nearest_come_first_under_the_callers_ids(index: VectorIndex) -> None:
    vectors = unit_vectors(50)
    ids = [1_000 + 7 * number for number in range(50)]
    index.add(ids[:20], vectors[:20])
    index.add(ids[20:], vectors[20:])
    expected = np.argsort(-(vectors @ vectors[3]))[:5]
    assert found(index, vectors[3], 5) == [ids[at] for at in expected]
    _, similarities = index.search(vectors[3], 5)
    assert similarities == pytest.approx((vectors @ vectors[3])[expected], abs=CLOSE)


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 1.0])
def test_only_allowed_ids_are_found_however_few_they_are(index: VectorIndex, share: float) -> None:
    vectors = unit_vectors(2_000)
    index.add(range(2_000), vectors)
    allowed = list(range(0, 2_000, round(1 / share)))
    expected = sorted(allowed, key=lambda one: -float(vectors[one] @ vectors[1]))[:10]
    own = found(index, vectors[1], 10, allowed)
    assert set(own) <= set(allowed)
    # The similarities are right to within CLOSE, so neighbours as near as that may change places.
    assert (vectors[own] @ vectors[1]).min() >= vectors[expected[-1]] @ vectors[1] - 2 * CLOSE


def test_many_allowed_ids_are_searched_too(index: VectorIndex) -> None:
    vectors = unit_vectors(14_000)
    index.add(range(14_000), vectors)
    allowed = np.arange(0, 14_000, 2)
    own = found(index, vectors[4], 10, allowed)
    assert own[0] == 4
    assert all(one % 2 == 0 for one in own)
    assert len(own) == 10


def test_nothing_allowed_finds_nothing(index: VectorIndex) -> None:
    index.add([1], unit_vectors(1))
    assert found(index, unit_vectors(1)[0], 3, []) == []
    assert found(index, unit_vectors(1)[0], 3, [99]) == []
    assert found(index, unit_vectors(1)[0], 0) == []


def test_as_many_are_found_as_there_are(index: VectorIndex) -> None:
    index.add(range(500), unit_vectors(500))
    assert set(found(index, unit_vectors(1)[0], 600)) == set(range(500))


def test_an_id_cannot_be_added_twice(index: VectorIndex) -> None:
    index.add([1, 2], unit_vectors(2))
    with pytest.raises(ValueError, match="already"):
        index.add([2], unit_vectors(1))
    with pytest.raises(ValueError, match="already"):
        index.add([3, 3], unit_vectors(2))
    assert sorted(found(index, unit_vectors(1)[0], 10)) == [1, 2]


@pytest.mark.parametrize("count", [6, 400])
def test_a_removed_id_is_gone_and_may_come_back(index: VectorIndex, count: int) -> None:
    vectors = unit_vectors(count)
    index.add(range(count), vectors)
    index.remove([0, 4, 9_999])
    assert set(found(index, vectors[5], count)) == set(range(count)) - {0, 4}
    assert found(index, vectors[4], 3, [0, 4]) == []
    index.add([4], vectors[4:5])
    assert found(index, vectors[4], 1) == [4]


def test_the_ids_are_those_that_are_there(index: VectorIndex) -> None:
    assert index.ids().tolist() == []
    index.add([5, 3, 10**15], unit_vectors(3))
    index.remove([3])
    assert index.ids().tolist() == [5, 10**15]


def test_any_order_of_adding_and_removing_finds_what_is_left(index: VectorIndex) -> None:
    chance = np.random.default_rng(7)
    vectors, there = unit_vectors(600), set[int]()
    for _ in range(30):
        some = set(chance.choice(600, 60, replace=False).tolist())
        index.add(sorted(some - there), vectors[sorted(some - there)])
        gone = set(chance.choice(600, 40, replace=False).tolist())
        index.remove(sorted(gone))
        there = (there | some) - gone
        assert index.ids().tolist() == sorted(there)
        query = vectors[chance.integers(600)]
        expected = sorted(there, key=lambda one: -float(vectors[one] @ query))[:5]
        own = found(index, query, 5, sorted(there))
        assert (vectors[own] @ query).min() >= (vectors[expected] @ query).min() - 2 * CLOSE


def test_a_search_is_not_disturbed_by_those_who_write(index: VectorIndex) -> None:
    vectors = unit_vectors(300)
    index.add(range(200), vectors[:200])
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            index.add(range(200, 300), vectors[200:])
            index.remove(range(200, 300))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(100):
            assert found(index, vectors[number], 1) == [number]
    finally:
        done.set()
        writer.join()


def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    assert found(index, unit_vectors(1)[0], 5) == []
    assert found(index, unit_vectors(1)[0], 5, [1]) == []
