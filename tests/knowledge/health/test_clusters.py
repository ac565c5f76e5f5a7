import numpy as np
import pytest

from knowledge.health.clusters import MOST_QUESTIONS, clustered

QUESTIONS = [
    "犬のワクチンはいくらですか", "犬のワクチンの料金", "犬のワクチンの値段を教えて",
    "猫のホテルに泊まれますか", "猫のホテルの予約", "天気",
]  # fmt: skip


def test_questions_that_ask_the_same_are_one_named_by_the_most_central(embedder) -> None:
    groups = clustered(QUESTIONS, embedder.embed(QUESTIONS), alike=0.4)
    assert [set(group.members) for group in groups] == [{0, 1, 2}, {3, 4}, {5}]
    assert {"犬", "ワクチン"} <= set(groups[0].terms)
    assert groups[2].terms == ()
    nearness = embedder.embed(QUESTIONS) @ embedder.embed(QUESTIONS).T
    inside = nearness[np.ix_([0, 1, 2], [0, 1, 2])].sum(axis=1)
    assert groups[0].central == int(inside.argmax())


def test_average_linkage_is_that_of_the_textbook() -> None:
    # Merging always the nearest pair by mean cosine, one after the other, gives the same groups.
    generator = np.random.default_rng(5)
    vectors = generator.normal(size=(40, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    for alike in (0.1, 0.3, 0.6):
        groups = clustered([str(at) for at in range(40)], vectors, alike)
        assert {frozenset(group.members) for group in groups} == textbook(vectors, alike)


def textbook(vectors: np.ndarray, alike: float) -> set[frozenset[int]]:
    groups = [[at] for at in range(len(vectors))]
    cosines = vectors @ vectors.T
    while True:
        pairs = [
            (float(cosines[np.ix_(one, other)].mean()), i, j)
            for i, one in enumerate(groups)
            for j, other in enumerate(groups[:i])
        ]
        best, i, j = max(pairs)
        if best < alike:
            return {frozenset(group) for group in groups}
        groups[j] += groups.pop(i)


def test_nothing_has_no_clusters_and_too_much_is_refused() -> None:
    assert clustered([], np.zeros((0, 3), np.float32)) == []
    many = [""] * (MOST_QUESTIONS + 1)
    with pytest.raises(ValueError, match="at most"):
        clustered(many, np.zeros((len(many), 3), np.float32))
