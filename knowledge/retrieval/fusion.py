"""From the scores of words and of vectors to one."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.results import Retriever
from knowledge.retrieval.snapshot import FIELDS, OF_ARTICLE, Snapshot

# Measured on half of the questions of the sample company; see README.
FIELD_WEIGHTS = {"article": 0.22, "question": 0.22, "section": 0.3, "body": 0.26}
LEXICAL_WEIGHT = 0.5
# A match below this share of the query's weight does not count as a full one.
FULL_MATCH = 0.2
FLOOR = 0.1
FOREIGN_WEIGHT = 0.75


@dataclass(frozen=True)
class Scores:
    """Both scores of the candidate passages, row by row; `fields` -1: no vector."""

    places: NDArray[np.int64]
    lexical: NDArray[np.float32]
    dense: NDArray[np.float32]
    fields: NDArray[np.int8]
    foreign: NDArray[np.bool_]


NOTHING = Scores(
    np.empty(0, np.int64),
    np.empty(0, np.float32),
    np.empty(0, np.float32),
    np.empty(0, np.int8),
    np.empty(0, np.bool_),
)


def dense_scores(
    snapshot: Snapshot,
    vector: NDArray[np.float32],
    articles: list[int],
    places: NDArray[np.int64],
) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """Return for each place its weighted similarity over the fields, and its nearest field.

    Of several vectors of a field (questions, windows) the nearest counts. An article without
    questions is asked by its title.
    """
    vectors = snapshot.vectors
    ids = [row for article in articles for row in vectors.of_article[article]]
    nearest: dict[tuple[int, int, int], float] = {}
    for index in vectors.indexes.values():
        for row, similarity in index.search(vector, len(ids), ids):
            place = (int(vectors.article[row]), int(vectors.passage[row]), int(vectors.field[row]))
            nearest.setdefault(place, similarity)
    scores, fields = np.zeros(len(places), np.float32), np.full(len(places), -1, np.int8)
    for row, place in enumerate(places.tolist()):
        article = int(snapshot.article_of[place])
        owners = [-1 if kind < OF_ARTICLE else place for kind in range(len(FIELDS))]
        found = [nearest.get((article, owner, kind)) for kind, owner in enumerate(owners)]
        found[1] = found[0] if found[1] is None else found[1]
        if found[0] is None:
            continue  # embedded by another model
        known = [similarity or 0.0 for similarity in found]
        scores[row] = sum(w * s for w, s in zip(FIELD_WEIGHTS.values(), known, strict=True))
        fields[row] = int(np.argmax(known))
    return scores, fields


def fuse(scores: Scores, retriever: Retriever, mass: float) -> NDArray[Any]:
    """Return the fused score of each row, 0 to 1; `mass` is the weight of all query terms.

    A row in another language is judged by its vector alone where that says more: its words could
    not have matched. In the reader's language a missing word does count.
    """
    best_match = max(float(scores.lexical.max(initial=0.0)), FULL_MATCH * mass)
    lexical = scores.lexical / np.float32(max(best_match, 1e-6))
    dense = _by_best(scores.dense)
    if retriever == "lexical" or not dense.any():
        return lexical
    if retriever == "dense" or not lexical.any():
        return dense
    both = LEXICAL_WEIGHT * lexical + (1 - LEXICAL_WEIGHT) * dense
    both[scores.foreign] = FOREIGN_WEIGHT * _by_best(scores.dense[scores.foreign])
    return both.clip(0.0, 1.0)


def _by_best(dense: NDArray[np.float32]) -> NDArray[np.float32]:
    best = float(dense.max(initial=0.0))
    scale = np.float32(max(best * (1 - FLOOR), 1e-6))
    return ((dense - np.float32(FLOOR * best)) / scale).clip(0.0, 1.0)
