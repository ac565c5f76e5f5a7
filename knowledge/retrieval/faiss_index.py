"""Vectors in memory, in FAISS (Douze et al., "The Faiss library", 2024).

The structure follows the size. Up to FLAT vectors: one flat index of half-precision floats, all
of which are compared. Above: inverted lists (faiss_lists.py), and a flat index of what came since.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.faiss_lists import Lists
from knowledge.retrieval.vectors import NOTHING, Ids, Nearest, best

faiss: Any = _faiss  # its published types miss what its Python layer adds

FLAT = 20_000
_GROWN = 4  # times the size at which centroids were found: they are found anew
_WORTH = 0.8  # with a smaller share of its rows left, lists are put together anew
_FEW = 5_000  # allowed ids: as many are compared one by one


class FaissIndex:
    """Vectors in memory; a search goes on undisturbed in what it began with.

    Which id a row has is kept here, because FAISS's own id maps take an id twice without a word.
    What is removed is only marked, until so much is that the rest is put together anew.
    """

    def __init__(self, dimensions: int, flat: int = FLAT) -> None:
        self._dimensions = dimensions
        self._flat = flat
        self._writing = threading.Lock()
        self._parts: tuple[_Living, ...] = ()

    def add(self, ids: Ids, vectors: NDArray[Any]) -> None:
        new = np.asarray(ids, dtype=np.int64)
        rows = np.asarray(vectors, np.float16).reshape(len(new), self._dimensions)
        with self._writing:
            if len(np.unique(new)) < len(new) or any(len(p.rows(new)) for p in self._parts):
                raise ValueError("An id is in the index already; remove it first.")
            self._parts = self._tidied([*self._parts, _Living.of(Flat(new, rows))])

    def remove(self, ids: Ids) -> None:
        gone = np.asarray(ids, dtype=np.int64)
        with self._writing:
            self._parts = self._tidied([part.without(gone) for part in self._parts])

    def search(self, vector: NDArray[np.float32], k: int, allowed: Ids | None = None) -> Nearest:
        query = np.ascontiguousarray(vector, dtype=np.float32)
        wanted = None if allowed is None else _distinct(np.asarray(allowed, dtype=np.int64))
        found = [part.search(query, k, wanted) for part in self._parts] if k > 0 else []
        if len(found) == 1:
            return found[0]
        ids = np.concatenate([NOTHING[0], *(own for own, _ in found)])
        return best(ids, np.concatenate([NOTHING[1], *(own for _, own in found)]), k)

    def ids(self) -> NDArray[np.int64]:
        return np.sort(np.concatenate([NOTHING[0], *(part.living() for part in self._parts)]))

    def _tidied(self, parts: Sequence["_Living"]) -> tuple["_Living", ...]:
        """Return the same vectors in at most two parts: lists, and what came since."""
        parts = [part for part in parts if part.size]
        old = next((part for part in parts if isinstance(part.part, Lists)), None)
        if old is None or not isinstance(old.part, Lists):
            flat = _flat(parts, self._dimensions)
            large = len(flat.ids) > self._flat
            return (_Living.of(Lists.around(flat.ids, flat.vectors) if large else flat),)
        fresh = _flat([part for part in parts if part is not old], self._dimensions)
        lists = old.part
        if len(fresh.ids) > self._flat or old.size < _WORTH * len(lists.ids):
            lists = lists.merged(old.bits, fresh.ids, fresh.vectors)
            grown = len(lists.ids) > _GROWN * lists.trained_on
            return (_Living.of(lists.retrained() if grown else lists),)
        return (old, _Living.of(fresh)) if len(fresh.ids) else (old,)


class Flat:
    """Half-precision floats under rows 0 … n-1, all of which are compared; never changed."""

    def __init__(self, ids: NDArray[np.int64], vectors: NDArray[np.float16]) -> None:
        self.ids = ids
        self.vectors = vectors
        self._index = _half_floats(vectors)

    def similarities(
        self, vector: NDArray[np.float32], rows: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the similarity of each of these rows."""
        chosen = _half_floats(self.vectors[rows])  # quicker than numpy, which converts each
        similarities, found = chosen.search(vector[None], len(rows))
        ordered = np.empty(len(rows), np.float32)
        ordered[found[0]] = similarities[0]
        return ordered

    def nearest(
        self, vector: NDArray[np.float32], k: int, bits: NDArray[np.bool_] | None
    ) -> Nearest:
        """Return up to k rows, best first, of those whose bit is set (None: all)."""
        k = min(k, len(self.ids) if bits is None else int(np.count_nonzero(bits)))
        packed = None if bits is None else np.packbits(bits, bitorder="little")
        selector = None if packed is None else faiss.IDSelectorBitmap(packed)
        parameters = faiss.SearchParameters(sel=selector)
        similarities, rows = self._index.search(vector[None], k, params=parameters)
        return rows[0], similarities[0]


@dataclass(frozen=True)
class _Living:
    """A part of an index, and which of its rows have not been removed."""

    part: Flat | Lists
    bits: NDArray[np.bool_]
    order: NDArray[np.int64]
    size: int

    @classmethod
    def of(cls, part: Flat | Lists) -> "_Living":
        count = len(part.ids)
        return cls(part, np.ones(count, bool), np.argsort(part.ids, kind="stable"), count)

    def living(self) -> NDArray[np.int64]:
        return self.part.ids[self.bits]

    def rows(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows of those ids that are here."""
        if not self.size:
            return np.empty(0, np.int64)
        at = self.part.ids.searchsorted(ids, sorter=self.order).clip(max=len(self.order) - 1)
        rows = self.order[at]
        own: NDArray[np.int64] = rows[(self.part.ids[rows] == ids) & self.bits[rows]]
        return own

    def without(self, ids: NDArray[np.int64]) -> "_Living":
        rows = self.rows(ids)
        if not len(rows):
            return self
        bits = self.bits.copy()
        bits[rows] = False
        return replace(self, bits=bits, size=int(np.count_nonzero(bits)))

    def search(
        self, query: NDArray[np.float32], k: int, wanted: NDArray[np.int64] | None
    ) -> Nearest:
        bits = None if self.size == len(self.bits) else self.bits
        if wanted is not None:
            rows = self.rows(wanted)
            if not len(rows):
                return NOTHING
            if len(rows) <= _FEW:
                return best(self.part.ids[rows], self.part.similarities(query, rows), k)
            bits = np.zeros(len(self.bits), bool)
            bits[rows] = True
        rows, similarities = self.part.nearest(query, k, bits)
        return self.part.ids[rows], similarities


def _distinct(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    return ids if (ids[1:] > ids[:-1]).all() else np.unique(ids)


def _flat(parts: Sequence[_Living], dimensions: int) -> Flat:
    """Return the vectors of flat parts as one of them, itself where there is nothing to do."""
    flats = [(part, part.part) for part in parts if isinstance(part.part, Flat)]
    if len(flats) == 1 and flats[0][0].size == len(flats[0][0].bits):
        return flats[0][1]
    ids = [flat.ids[part.bits] for part, flat in flats]
    vectors = [flat.vectors[part.bits] for part, flat in flats]
    return Flat(
        np.concatenate([np.empty(0, np.int64), *ids]),
        np.concatenate([np.empty((0, dimensions), np.float16), *vectors]),
    )


def _half_floats(vectors: NDArray[np.float16]) -> Any:
    index = faiss.IndexScalarQuantizer(
        vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    index.is_trained = True
    index.add_sa_codes(np.ascontiguousarray(vectors).view(np.uint8))
    return index
