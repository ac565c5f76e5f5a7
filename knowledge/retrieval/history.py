"""The memory of one customer: vectors kept in that customer's rows, searched exactly.

No index outlives a call, and none ever holds the vectors of two customers.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.faiss_index import Flat

# What is very old counts as this much less similar than what is of today, …
AGE = 0.08
# … and half of that after so many days.
HALF_LIFE = 180.0
# What lies in the time that a question names counts as this much more similar.
NAMED_TIME = 0.25


def pack(vectors: NDArray[np.float32]) -> bytes:
    """Return (n, dimensions) vectors as bytes: little-endian float16, row by row."""
    return np.asarray(vectors, dtype="<f2").tobytes()


def unpack(packed: bytes, dimensions: int) -> NDArray[np.float32]:
    """Return the (n, dimensions) vectors of `pack`; raises ValueError for other dimensions."""
    return _halves(packed, dimensions).astype(np.float32)


def search_history(
    query_vector: NDArray[np.float32], entries: Sequence[tuple[int, bytes]], limit: int = 5
) -> list[tuple[int, float]]:
    """Return up to `limit` (entry id, similarity), best first, among exactly these entries.

    An entry may hold several vectors; its nearest counts. The caller loads the entries of one
    customer. Raises ValueError if an entry was packed with other dimensions.
    """
    dimensions = int(query_vector.shape[-1])
    ids, packed = zip(*entries, strict=True) if entries else ((), ())
    sizes = set(map(len, packed))
    counts = {size: _count(size, dimensions) for size in sizes}
    owners = np.repeat(np.array(ids, np.int64), [counts[len(one)] for one in packed])
    if not len(owners) or limit <= 0:
        return []
    vectors = Flat(owners, _halves(b"".join(packed), dimensions))
    query = np.ascontiguousarray(query_vector, np.float32)
    rows, similarities = vectors.nearest(query, len(owners), None)
    nearest: dict[int, float] = {}
    for entry, similarity in zip(owners[rows].tolist(), similarities.tolist(), strict=True):
        nearest.setdefault(entry, similarity)
        if len(nearest) == limit:
            break
    return list(nearest.items())


def in_time(
    similarities: NDArray[np.float32], ages: NDArray[np.float64], named: NDArray[np.bool_]
) -> NDArray[Any]:
    """Return what each entry is worth: its similarity, less for its age in days (an exponential
    decay), more if it lies in the time that the question names."""
    return similarities - AGE * (1 - 0.5 ** (ages.clip(0) / HALF_LIFE)) + NAMED_TIME * named


def _count(size: int, dimensions: int) -> int:
    if size % (2 * dimensions):
        raise ValueError(f"{size} bytes are no vectors of {dimensions} dimensions.")
    return size // (2 * dimensions)


def _halves(packed: bytes, dimensions: int) -> NDArray[np.float16]:
    return np.frombuffer(packed, dtype="<f2").reshape(_count(len(packed), dimensions), dimensions)
