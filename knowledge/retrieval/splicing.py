"""Takes rows out of large arrays and puts others in, at the price of one copy."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Moves:
    """Where documents go: the new place of each old one (-1: it is gone), and of each new one.

    Those that stay keep their order, so that sorted places stay sorted.
    """

    of_old: NDArray[np.int32]
    of_new: NDArray[np.int64]

    @property
    def size(self) -> int:
        """The number of documents afterwards."""
        return int(np.count_nonzero(self.of_old >= 0)) + len(self.of_new)

    @classmethod
    def among(cls, old: Sequence[Any], gone: set[int], new: Sequence[Any]) -> "Moves":
        """Return the moves in a sorted list of keys: `gone` are places in it, `new` is sorted."""
        before = np.array([bisect_left(old, key) for key in new], np.int64)
        stays = np.ones(len(old), bool)
        stays[list(gone)] = False
        rank = np.cumsum(stays) - stays
        of_old = rank + before.searchsorted(np.arange(len(old)), side="right")
        of_new = np.append(rank, stays.sum())[before] + np.arange(len(new))
        return cls(np.where(stays, of_old, -1).astype(np.int32), of_new)

    def parts(self, old: NDArray[np.int64], new: NDArray[np.int64]) -> "Moves":
        """Return the moves of the parts of each document, of which each old and new one has so
        many; a document's parts lie together, in the order of the documents."""
        sizes = self.merged(old, new)
        starts = np.append(np.cumsum(sizes) - sizes, 0)  # the last for what is gone
        of_old = _ranges(starts[self.of_old], old).astype(np.int32)
        of_old[np.repeat(self.of_old < 0, old)] = -1
        return Moves(of_old, _ranges(starts[self.of_new], new))

    def merged(self, old: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        """Return what belongs to each document, each at its place."""
        merged = np.empty((self.size, *old.shape[1:]), old.dtype)
        stays = self.of_old >= 0
        merged[self.of_old[stays]] = old[stays]
        merged[self.of_new] = new
        return merged

    def merged_list(self, old: Sequence[Any], new: Sequence[Any]) -> list[Any]:
        """Return what belongs to each document, each at its place."""
        merged: list[Any] = [None] * self.size
        for place, one in zip(self.of_old.tolist(), old, strict=True):
            if place >= 0:
                merged[place] = one
        for place, one in zip(self.of_new.tolist(), new, strict=True):
            merged[place] = one
        return merged


def _ranges(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers start … start + size - 1 of each, one after the other."""
    before = np.cumsum(sizes) - sizes
    ranges: NDArray[np.int64] = np.repeat(starts - before, sizes) + np.arange(int(sizes.sum()))
    return ranges


@dataclass(frozen=True)
class Splice:
    """Which rows of an array go, and before which rows new ones come."""

    gone: NDArray[np.int64]
    before: NDArray[np.int64]
    size: int

    @classmethod
    def sorted_in(
        cls, places: NDArray[np.int32], starts: NDArray[np.int64],
        terms: NDArray[np.int32], new: NDArray[np.int32],
    ) -> "Splice":
        """Return how new postings, sorted by term and place, come among the old.

        Those of a term begin at starts[term] and are sorted by place; a place below 0 is gone.
        """
        before = np.empty(len(terms), np.int64)
        first = 0
        for term, count in zip(*np.unique(terms, return_counts=True), strict=True):
            own = places[starts[term] : starts[term + 1]]
            if (own < 0).any():  # put the smallest bound in the place of what is gone
                own = np.maximum.accumulate(own)
            last = first + count
            before[first:last] = starts[term] + own.searchsorted(new[first:last])
            first = last
        return cls(np.flatnonzero(places < 0), before, len(places))

    def shifted(
        self, starts: NDArray[np.int64], terms: NDArray[np.int32]
    ) -> NDArray[np.int64]:
        """Return where the postings of each term begin afterwards."""
        came = np.bincount(terms, minlength=len(starts) - 1)
        shift = np.concatenate([[0], np.cumsum(came)]) - self.gone.searchsorted(starts)
        shifted: NDArray[np.int64] = starts + shift
        return shifted

    def __call__(self, old: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        """Return the array without what goes and with what comes."""
        if not len(old):
            return new.astype(old.dtype)
        cuts = np.union1d(self.gone, self.before)
        ends = np.append(cuts, self.size)
        came = [*self.before.searchsorted(cuts).tolist(), len(new)]
        goes = np.isin(cuts, self.gone, assume_unique=True).tolist()
        pieces = [old[: ends[0]]]
        for at, cut in enumerate(cuts.tolist()):
            pieces.append(new[came[at] : came[at + 1]])
            pieces.append(old[cut + goes[at] : ends[at + 1]])
        return np.concatenate(pieces, dtype=old.dtype)
