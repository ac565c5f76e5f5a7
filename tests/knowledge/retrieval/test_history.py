import numpy as np
import pytest

from knowledge.retrieval.history import pack, search_history, unpack


def direction(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    vector = np.array(values, np.float32)
    unit: np.ndarray[tuple[int], np.dtype[np.float32]] = vector / np.linalg.norm(vector)
    return unit


def test_packed_vectors_come_back() -> None:
    vectors = np.stack([direction(1, 0, 0), direction(0.6, 0.8, 0)])
    assert unpack(pack(vectors), 3) == pytest.approx(vectors, abs=1e-3)
    assert len(pack(vectors)) == 2 * 3 * 2


def test_other_dimensions_are_refused() -> None:
    with pytest.raises(ValueError, match="dimensions"):
        unpack(pack(np.stack([direction(1, 0, 0)])), 4)


def test_an_entry_counts_by_its_nearest_vector() -> None:
    first = pack(np.stack([direction(0, 1), direction(1, 0)]))
    second = pack(np.stack([direction(0.8, 0.6)]))
    found = search_history(direction(1, 0), [(11, first), (22, second)])
    assert [entry for entry, _ in found] == [11, 22]
    assert found[0][1] == pytest.approx(1.0, abs=1e-3)


def test_search_history_never_sees_vectors_that_were_not_handed_in() -> None:
    mine = [(entry, pack(np.stack([direction(0, 1, entry)]))) for entry in range(1, 4)]
    theirs = [(entry, pack(np.stack([direction(1, 0, 0)]))) for entry in range(100, 110)]
    search_history(direction(1, 0, 0), theirs, limit=50)
    found = search_history(direction(1, 0, 0), mine, limit=50)
    assert {entry for entry, _ in found} == {1, 2, 3}
    assert search_history(direction(1, 0, 0), [], limit=50) == []


def test_an_entry_without_vectors_is_never_found() -> None:
    assert search_history(direction(1, 0), [(1, b"")]) == []


def test_no_more_than_the_limit() -> None:
    entries = [(entry, pack(np.stack([direction(1, entry)]))) for entry in range(10)]
    assert [entry for entry, _ in search_history(direction(1, 0), entries, limit=2)] == [0, 1]
