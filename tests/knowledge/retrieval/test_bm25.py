import math
import random

import numpy as np
import pytest

from knowledge.retrieval.bm25 import K1, Bm25Index, Documents, TextField, mean_length

TITLES = [["dog"], ["cat", "hotel"], [], ["dog", "dog", "food"]]
BODIES = [["walk", "dog"], ["sleep"], ["dog", "cat", "bird", "bird"], []]


def brute_force(fields: list[TextField], query: dict[str, float]) -> list[float]:
    """Return BM25F as the papers write it, with no index."""
    size = len(fields[0].documents)
    scores = [0.0] * size
    for term, weight in query.items():
        having = [any(term in field.documents[d] for field in fields) for d in range(size)]
        idf = math.log(1 + (size - sum(having) + 0.5) / (sum(having) + 0.5))
        for document in range(size):
            frequency = 0.0
            for field in fields:
                assert not isinstance(field.documents, Documents)
                mean = mean_length(np.array([len(terms) for terms in field.documents], np.int32))
                terms = field.documents[document]
                norm = 1 - field.b + field.b * len(terms) / mean
                frequency += field.weight * terms.count(term) / norm
            scores[document] += weight * idf * frequency / (K1 + frequency)
    return scores


def test_scores_are_those_of_a_brute_force_computation() -> None:
    fields = [TextField(TITLES, 2.0, 0.5), TextField(BODIES)]
    query = {"dog": 1.0, "bird": 0.4, "unknown": 1.0}
    assert Bm25Index(fields).scores(query) == pytest.approx(brute_force(fields, query), rel=1e-5)


def test_scores_are_right_on_a_larger_random_collection() -> None:
    chance = random.Random(7)
    words = [f"w{number}" for number in range(30)]
    documents = [chance.choices(words, k=chance.randint(1, 40)) for _ in range(200)]
    fields = [TextField(documents)]
    query = dict.fromkeys(words[:5], 1.0)
    assert Bm25Index(fields).scores(query) == pytest.approx(brute_force(fields, query), rel=1e-4)


def test_a_rare_term_weighs_more_and_an_unknown_one_most() -> None:
    index = Bm25Index([TextField(BODIES)])
    assert 0 < index.idf("dog") < index.idf("walk") < index.idf("unknown")
    assert not index.knows("unknown")


def test_contains_looks_at_every_field() -> None:
    index = Bm25Index([TextField(TITLES), TextField(BODIES)])
    assert index.contains("cat", np.arange(4)).tolist() == [False, True, True, False]
    assert index.contains("unknown", np.arange(4)).tolist() == [False] * 4


def test_an_empty_collection_scores_nothing() -> None:
    assert Bm25Index([TextField([])]).scores({"dog": 1.0}).shape == (0,)
    assert Bm25Index([TextField([[], []])]).scores({"dog": 1.0}).tolist() == [0.0, 0.0]


def test_the_mean_length_is_that_of_documents_that_are_not_empty_and_rounded_a_little() -> None:
    assert mean_length(np.array([0, 3, 5], np.int32)) == 4.0
    assert mean_length(np.array([], np.int32)) == 1.0
    lengths = np.random.default_rng(1).integers(1, 300, 10_000).astype(np.int32)
    assert mean_length(lengths) == pytest.approx(lengths.mean(), rel=1e-3)
    assert mean_length(lengths) == mean_length(lengths[:-1])


def test_what_stands_in_for_a_term_counts_once_and_by_its_best() -> None:
    index = Bm25Index([TextField([["cat", "feline"], ["feline"], ["dog"], ["cat"]])])
    alone = index.scores({"cat": 1.0})
    stand_in = index.scores({"feline": 1.0})
    both = index.scores({"cat": 1.0}, {"cat": [("feline", 0.5), ("unknown", 1.0)]})
    assert both[0] == pytest.approx(max(alone[0], 0.5 * stand_in[0]))
    assert both[1] == pytest.approx(0.5 * stand_in[1])
    assert both[2:] == pytest.approx(alone[2:])


def test_a_term_that_only_its_stand_ins_write_is_found() -> None:
    index = Bm25Index([TextField([["cat"], ["dog"]])])
    found = index.scores({"猫": 2.0}, {"猫": [("cat", 0.8)]})
    assert found[0] == pytest.approx(1.6 * index.scores({"cat": 1.0})[0])
    assert found[1] == 0
