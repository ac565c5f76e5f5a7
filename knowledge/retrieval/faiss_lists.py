"""Many vectors in memory: inverted lists around centroids, a byte for each dimension."""

from collections.abc import Iterable, Iterator
from typing import Any

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.vectors import Nearest

faiss: Any = _faiss  # its published types miss what its Python layer adds

Codes = NDArray[np.uint8]
List = tuple[NDArray[np.int64], Codes]

_SAMPLE = 48  # vectors for a centroid
_ROUNDS = 8
_SEED = 20261123
# So much of all vectors is compared in a search, and at least so many of them.
_SHARE = 0.02
_LEAST = 4_000
_AT_ONCE = 50_000
_MARGIN = 0.1  # what comes later may lie so much further out


class Lists:
    """Vectors under rows 0 … n-1, numbered list by list; never changed.

    A search compares the lists whose centroids are nearest (IVF: Jégou, Douze and Schmid, "Product
    quantization for nearest neighbor search", 2011; here the vectors are scalar-quantized): of all
    vectors about a fiftieth. It looks further while it finds fewer than it may.
    """

    def __init__(
        self, centroids: NDArray[np.float32], quantizer: Any, trained_on: int,
        lists: Iterable[List],
    ) -> None:
        """Take ids and codes of each centroid's list; `quantizer` is what made the codes."""
        self.trained_on = trained_on
        self._centroids, self._quantizer = centroids, quantizer
        self._index = _empty(centroids, quantizer)
        ids, self._starts = [np.empty(0, np.int64)], [0]
        for number, (own, codes) in enumerate(lists):
            rows = np.arange(self._starts[-1], self._starts[-1] + len(own), dtype=np.int64)
            if len(own):  # all at once: then FAISS takes no more memory than the codes need
                self._index.invlists.add_entries(
                    number, len(own), faiss.swig_ptr(rows),
                    faiss.swig_ptr(np.ascontiguousarray(codes)),
                )
            ids.append(own)
            self._starts.append(self._starts[-1] + len(own))
        self.ids: NDArray[np.int64] = np.concatenate(ids)
        self._index.ntotal = len(self.ids)
        self._index.make_direct_map()
        share = max(_SHARE, _LEAST / max(1, len(self.ids)))
        self._probes = max(1, round(min(1.0, share) * len(centroids)))

    @classmethod
    def around(cls, ids: NDArray[np.int64], vectors: NDArray[np.float16]) -> "Lists":
        """Return lists around centroids of these vectors themselves."""
        quantizer = faiss.IndexScalarQuantizer(
            vectors.shape[1], faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        quantizer.sq.rangestat_arg = _MARGIN
        quantizer.train(_some(vectors, _AT_ONCE).astype(np.float32))
        return cls._clustered(ids, _encoded(quantizer, vectors), quantizer)

    def merged(
        self, bits: NDArray[np.bool_], ids: NDArray[np.int64], vectors: NDArray[np.float16]
    ) -> "Lists":
        """Return lists of the rows whose bit is set, and of more vectors."""
        codes = _encoded(self._quantizer, vectors)
        owners = _owners(self._centroids, self._quantizer, codes)
        more = _grouped(ids, codes, owners, len(self._centroids))
        kept = (self._list(number, bits) for number in range(len(self._centroids)))
        both = (
            (np.concatenate([own, new]), np.concatenate([own_codes, new_codes]))
            for (own, own_codes), (new, new_codes) in zip(kept, more, strict=True)
        )
        return Lists(self._centroids, self._quantizer, self.trained_on, both)

    def retrained(self) -> "Lists":
        """Return the same vectors around centroids that are found anew: many more came since."""
        codes = [self._list_codes(number) for number in range(len(self._centroids))]
        return self._clustered(self.ids, np.concatenate(codes), self._quantizer)

    @classmethod
    def _clustered(cls, ids: NDArray[np.int64], codes: Codes, quantizer: Any) -> "Lists":
        count = 2 ** round(np.log2(len(ids)) / 2)
        sample = quantizer.sa_decode(_some(codes, _SAMPLE * count))
        means = faiss.Kmeans(
            quantizer.d, count, niter=_ROUNDS, spherical=True, seed=_SEED,
            min_points_per_centroid=1, max_points_per_centroid=_SAMPLE,
        )  # fmt: skip
        means.train(sample)
        owners = _owners(means.centroids, quantizer, codes)
        return cls(means.centroids, quantizer, len(ids), _grouped(ids, codes, owners, count))

    def similarities(
        self, vector: NDArray[np.float32], rows: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the similarity of each of these rows."""
        product: NDArray[np.float32] = self._index.reconstruct_batch(rows) @ vector
        return product

    def nearest(
        self, vector: NDArray[np.float32], k: int, bits: NDArray[np.bool_] | None
    ) -> Nearest:
        """Return up to k rows, best first, of those whose bit is set (None: all)."""
        k = min(k, len(self.ids) if bits is None else int(np.count_nonzero(bits)))
        probes = self._probes
        packed = None if bits is None else np.packbits(bits, bitorder="little")
        selector = None if packed is None else faiss.IDSelectorBitmap(packed)
        while k:
            parameters = faiss.IVFSearchParameters(nprobe=probes, sel=selector)
            similarities, rows = self._index.search(vector[None], k, params=parameters)
            if rows[0, -1] >= 0 or probes >= len(self._centroids):
                return rows[0], similarities[0]
            probes = min(4 * probes, len(self._centroids))
        return np.empty(0, np.int64), np.empty(0, np.float32)

    def _list(self, number: int, bits: NDArray[np.bool_]) -> List:
        own = slice(*self._starts[number : number + 2])
        return self.ids[own][bits[own]], self._list_codes(number)[bits[own]]

    def _list_codes(self, number: int) -> Codes:
        """Return the codes of one list, as they lie in FAISS."""
        size, width = self._index.invlists.list_size(number), self._index.code_size
        if not size:
            return np.empty((0, width), np.uint8)
        pointer = self._index.invlists.get_codes(number)
        codes: Codes = faiss.rev_swig_ptr(pointer, size * width).reshape(size, width)
        return codes


def _empty(centroids: NDArray[np.float32], quantizer: Any) -> Any:
    """Return inverted lists that take the quantizer's codes."""
    count, dimensions = centroids.shape
    coarse = faiss.IndexFlatIP(dimensions)
    coarse.add(centroids)
    index = faiss.IndexIVFScalarQuantizer(
        coarse, dimensions, count, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT, False
    )
    faiss.copy_array_to_vector(
        faiss.vector_to_array(quantizer.sq.trained), index.sq.trained
    )
    index.is_trained = True
    return index


def _encoded(quantizer: Any, vectors: NDArray[np.float16]) -> Codes:
    codes = np.empty((len(vectors), quantizer.code_size), np.uint8)
    for rows in _chunks(len(vectors)):
        codes[rows] = quantizer.sa_encode(vectors[rows].astype(np.float32))
    return codes


def _owners(centroids: NDArray[np.float32], quantizer: Any, codes: Codes) -> NDArray[np.int64]:
    """Return the nearest centroid of each code."""
    owners = np.empty(len(codes), np.int64)
    for rows in _chunks(len(codes)):
        owners[rows] = (quantizer.sa_decode(codes[rows]) @ centroids.T).argmax(axis=1)
    return owners


def _grouped(
    ids: NDArray[np.int64], codes: Codes, owners: NDArray[np.int64], count: int
) -> Iterator[List]:
    """Yield ids and codes of each list."""
    order = np.argsort(owners, kind="stable")
    ends = owners[order].searchsorted(np.arange(count + 1)).tolist()
    for number in range(count):
        own = order[ends[number] : ends[number + 1]]
        yield ids[own], codes[own]


def _some(rows: NDArray[Any], count: int) -> NDArray[Any]:
    """Return up to so many rows, chosen by chance but the same each time."""
    if len(rows) <= count:
        return rows
    chosen = np.random.default_rng(_SEED).choice(len(rows), count, replace=False)
    return rows[np.sort(chosen)]


def _chunks(count: int) -> Iterator[slice]:
    for start in range(0, count, _AT_ONCE):
        yield slice(start, start + _AT_ONCE)
