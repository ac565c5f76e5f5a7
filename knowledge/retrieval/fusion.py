"""From the scores of words and of vectors to one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.results import Retriever
from knowledge.retrieval.snapshot import Snapshot

# Measured on half of each set; see README.
LEXICAL_WEIGHT = 0.5
ARTICLE_WEIGHT = 0.5
FOREIGN_WEIGHT = 0.8


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
    """Return for each place its similarity (article part and section part) and nearest field."""
    vectors = snapshot.vectors
    ids = [row for article in articles for row in vectors.of_article[article]]
    of_article = np.full((len(snapshot.passages_of), 2), -1.0, np.float32)
    of_passage: dict[int, tuple[float, int]] = {}
    for index in vectors.indexes.values():
        for row, similarity in index.search(vector, len(ids), ids):
            kind, article, passage = vectors.field[row], vectors.article[row], vectors.passage[row]
            if passage < 0:
                if similarity > of_article[article, 0]:
                    of_article[article] = similarity, kind
            else:
                of_passage.setdefault(int(passage), (similarity, int(kind)))
    scores, fields = np.zeros(len(places), np.float32), np.full(len(places), -1, np.int8)
    for row, place in enumerate(places.tolist()):
        article = snapshot.article_of[place]
        whole, kind = of_article[article]
        part, part_kind = of_passage.get(place, (0.0, -1))
        scores[row] = ARTICLE_WEIGHT * whole + (1 - ARTICLE_WEIGHT) * part
        fields[row] = kind if whole >= part else part_kind
    return scores, fields


def fuse(scores: Scores, retriever: Retriever) -> NDArray[np.float32]:
    """Return the fused score of each row, 0 to 1.

    A row in another language that no word matches is judged by its vector alone: words could not
    have matched. In the reader's language a missing word does count.
    """
    lexical, dense = _by_best(scores.lexical, 0.0), _by_best(scores.dense, _floor(scores.dense))
    if retriever == "lexical":
        return lexical
    if retriever == "dense" or not lexical.any():
        return dense
    if not dense.any():
        return lexical
    both: NDArray[np.float32] = LEXICAL_WEIGHT * lexical + (1 - LEXICAL_WEIGHT) * dense
    unmatched = scores.foreign & (scores.lexical == 0)
    both[unmatched] = FOREIGN_WEIGHT * dense[unmatched]
    return both


def _by_best(scores: NDArray[np.float32], floor: float) -> NDArray[np.float32]:
    best = float(scores.max(initial=0.0))
    if best <= floor:
        return np.zeros_like(scores)
    shares: NDArray[np.float32] = (scores - np.float32(floor)) / np.float32(best - floor)
    return shares.clip(0.0, 1.0)


def _floor(dense: NDArray[np.float32]) -> float:
    return max(0.0, float(dense.min(initial=1.0)))
