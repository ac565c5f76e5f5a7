"""From the scores of words and of vectors to one."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.results import Retriever
from knowledge.retrieval.snapshot import FIELDS, OF_ARTICLE, Snapshot

# Measured on half of the questions of the sample company; see README.
FIELD_WEIGHTS = {"article": 0.27, "question": 0.05, "section": 0.16, "asked": 0.4, "body": 0.12}
LEXICAL_WEIGHT = 0.5
# A match below this share of the query's weight does not count as a full one.
FULL_MATCH = 0.2
FLOOR = 0.1
FOREIGN_WEIGHT = 0.75
TRANSLATED_WEIGHT = 0.5
_NONE = -2.0  # below every similarity


@dataclass(frozen=True)
class Scores:
    """Both scores of the candidate passages, row by row.

    `near` (rows, FIELDS) is the cosine of the nearest vector of each field, zeros without a vector.
    """

    places: NDArray[np.int64]
    lexical: NDArray[np.float32]
    dense: NDArray[np.float32]
    near: NDArray[np.float32]
    foreign: NDArray[np.bool_]

    @property
    def asked(self) -> NDArray[np.float32]:
        """The cosine of the nearest question of the section (of its text, if it has none)."""
        return self.near[:, FIELDS.index("asked")]


NOTHING = Scores(
    np.empty(0, np.int64),
    np.empty(0, np.float32),
    np.empty(0, np.float32),
    np.empty((0, len(FIELDS)), np.float32),
    np.empty(0, np.bool_),
)


def dense_scores(
    snapshot: Snapshot,
    vector: NDArray[np.float32],
    articles: list[int],
    places: NDArray[np.int64],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return for each place its weighted similarity over the fields, and that of each field.

    `articles` and `places` are sorted and not empty. Of several vectors of a field (questions,
    windows) the nearest counts. An article without questions is asked by its title, a section
    without by its text.
    """
    vectors = snapshot.vectors
    rows, similarities = vectors.similarities(vector, vectors.of_articles(articles))
    fields = vectors.field[rows]
    of_article = _nearest(np.array(articles), vectors.article[rows], fields, similarities)
    nearest = _nearest(places, vectors.passage[rows], fields, similarities)
    own_article = np.searchsorted(articles, snapshot.article_of[places])
    nearest[:, :OF_ARTICLE] = of_article[own_article, :OF_ARTICLE]
    nearest[:, 1] = np.where(nearest[:, 1] > _NONE, nearest[:, 1], nearest[:, 0])
    asked, section = FIELDS.index("asked"), FIELDS.index("section")
    nearest[:, asked] = np.where(
        nearest[:, asked] > _NONE, nearest[:, asked], nearest[:, section]
    )
    nearest[nearest == _NONE] = 0.0
    weights = np.array(list(FIELD_WEIGHTS.values()), np.float32)
    return (nearest * weights).sum(axis=1), nearest


def _nearest(
    owners: NDArray[np.int64],
    owner_of_row: NDArray[np.int32],
    field_of_row: NDArray[np.int8],
    similarities: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return (owners, fields) best similarities; rows of other owners are passed over."""
    table = np.full((len(owners), len(FIELDS)), _NONE, np.float32)
    at = np.searchsorted(owners, owner_of_row).clip(max=len(owners) - 1)
    own = owners[at] == owner_of_row
    np.maximum.at(table, (at[own], field_of_row[own]), similarities[own])
    return table


def fuse(scores: Scores, retriever: Retriever, mass: float) -> NDArray[Any]:
    """Return the fused score of each row, 0 to 1; `mass` is the weight of all query terms.

    What exists only in another language is judged among its like: its words match by their
    translations only, and vectors of two languages lie further apart.
    """
    best_match = max(float(scores.lexical.max(initial=0.0)), FULL_MATCH * mass)
    lexical = scores.lexical / np.float32(max(best_match, 1e-6))
    dense = _by_best(scores.dense)
    if retriever == "lexical" or not dense.any():
        return lexical
    if retriever == "dense" or not lexical.any():
        return dense
    both = LEXICAL_WEIGHT * lexical + (1 - LEXICAL_WEIGHT) * dense
    foreign = scores.foreign
    if foreign.any():
        least = np.float32(max(float(scores.lexical[foreign].max()), FULL_MATCH * mass))
        translated = TRANSLATED_WEIGHT * scores.lexical[foreign] / least
        near = (1 - TRANSLATED_WEIGHT) * _by_best(scores.dense[foreign])
        both[foreign] = FOREIGN_WEIGHT * _share_of_best(translated + near)
    return both.clip(0.0, 1.0)


def _share_of_best(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    return scores / np.float32(max(float(scores.max(initial=0.0)), 1e-6))


def _by_best(dense: NDArray[np.float32]) -> NDArray[np.float32]:
    best = float(dense.max(initial=0.0))
    scale = np.float32(max(best * (1 - FLOOR), 1e-6))
    return ((dense - np.float32(FLOOR * best)) / scale).clip(0.0, 1.0)
