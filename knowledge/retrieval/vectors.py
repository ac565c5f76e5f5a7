"""The port for indexes of vectors; FAISS (faiss_index.py) and pgvector stand behind it."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Ids = Sequence[int] | NDArray[np.int64]
# Ids, best first, and the similarity of each.
Nearest = tuple[NDArray[np.int64], NDArray[np.float32]]

NOTHING: Nearest = (np.empty(0, np.int64), np.empty(0, np.float32))


class VectorIndex(Protocol):
    """Vectors of unit length under ids of the caller's; similarity is the inner product.

    Vectors are kept in half precision or less: a similarity is right to about 0.005. Any thread
    may search while another adds or removes; those that write take turns.
    """

    def add(self, ids: Ids, vectors: NDArray[Any]) -> None:
        """Add (n, dimensions) vectors; raises ValueError for an id that is there already."""
        ...

    def remove(self, ids: Ids) -> None:
        """Remove these ids; ids that are not there are passed over."""
        ...

    def search(self, vector: NDArray[np.float32], k: int, allowed: Ids | None = None) -> Nearest:
        """Return up to k (ids, similarities), best first, among the allowed ids (None: all).

        Few allowed ids are all compared; among many, one of the nearest may be missed.
        """
        ...

    def ids(self) -> NDArray[np.int64]:
        """Return the ids of all vectors, sorted."""
        ...


def best(ids: NDArray[np.int64], similarities: NDArray[np.float32], k: int) -> Nearest:
    """Return the k best, best first."""
    if k < len(ids):
        chosen = np.argpartition(-similarities, k)[:k]
        ids, similarities = ids[chosen], similarities[chosen]
    order = np.argsort(-similarities, kind="stable")
    return ids[order], similarities[order]
