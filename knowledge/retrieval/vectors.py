"""Indexes of vectors: one small port, and FAISS behind it."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

faiss: Any = _faiss  # its published types miss what its Python layer adds

# More ids than this share of the index are looked up as bits, fewer one by one.
_FEW = 0.02


class VectorIndex(Protocol):
    """Vectors of unit length under ids of the caller's; similarity is the inner product."""

    def add(self, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Add (n, dimensions) vectors; raises ValueError for an id that is there already."""
        ...

    def remove(self, ids: Collection[int]) -> None:
        """Remove these ids; ids that are not there are passed over."""
        ...

    def search(
        self, vector: NDArray[np.float32], k: int, allowed: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return up to k (id, similarity), best first, among the allowed ids (None: all)."""
        ...


class FaissIndex:
    """Exact search over a flat FAISS index (Douze et al., "The Faiss library", 2024).

    FAISS knows rows; which id a row has is kept here, because its own id maps take an id twice
    without a word and lose the fast path for few allowed ids. Not for two writers at once.
    """

    def __init__(self, dimensions: int) -> None:
        self._index = faiss.IndexFlatIP(dimensions)
        self._ids = np.empty(0, dtype=np.int64)
        self._rows: dict[int, int] = {}

    def add(self, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        if len(set(ids)) != len(ids) or any(entry in self._rows for entry in ids):
            raise ValueError("An id is in the index already; remove it first.")
        start = len(self._ids)
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        self._ids = np.concatenate([self._ids, np.asarray(ids, dtype=np.int64)])
        self._rows.update(zip(ids, range(start, start + len(ids)), strict=True))

    def remove(self, ids: Collection[int]) -> None:
        rows = sorted(self._rows[entry] for entry in set(ids) if entry in self._rows)
        if not rows:
            return
        self._index.remove_ids(np.asarray(rows, dtype=np.int64))  # the rows after move up
        self._ids = np.delete(self._ids, rows)
        self._rows = {int(entry): row for row, entry in enumerate(self._ids)}

    def search(
        self, vector: NDArray[np.float32], k: int, allowed: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        rows = None
        if allowed is not None:
            rows = np.array([self._rows[entry] for entry in set(allowed) if entry in self._rows])
        k = min(k, len(self._ids) if rows is None else len(rows))
        if k <= 0:
            return []
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        selector = None if rows is None else self._selector(rows.astype(np.int64))
        parameters = None if selector is None else faiss.SearchParameters(sel=selector)
        similarities, found = self._index.search(query, k, params=parameters)
        return [
            (int(self._ids[row]), float(similarity))
            for row, similarity in zip(found[0], similarities[0], strict=True)
            if row >= 0
        ]

    def _selector(self, rows: NDArray[np.int64]) -> Any:
        if len(rows) <= _FEW * len(self._ids):
            return faiss.IDSelectorArray(rows)
        bits = np.zeros(len(self._ids), dtype=bool)
        bits[rows] = True
        return faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))
