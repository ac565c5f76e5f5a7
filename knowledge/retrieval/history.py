"""The memory of one customer: vectors kept in that customer's rows, searched exactly.

No index outlives a call, and none ever holds the vectors of two customers.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.vectors import FaissIndex


def pack(vectors: NDArray[np.float32]) -> bytes:
    """Return (n, dimensions) vectors as bytes: little-endian float16, row by row."""
    return np.asarray(vectors, dtype="<f2").tobytes()


def unpack(packed: bytes, dimensions: int) -> NDArray[np.float32]:
    """Return the (n, dimensions) vectors of `pack`; raises ValueError for other dimensions."""
    if len(packed) % (2 * dimensions):
        raise ValueError(f"{len(packed)} bytes are no vectors of {dimensions} dimensions.")
    return np.frombuffer(packed, dtype="<f2").astype(np.float32).reshape(-1, dimensions)


def search_history(
    query_vector: NDArray[np.float32], entries: Sequence[tuple[int, bytes]], limit: int = 5
) -> list[tuple[int, float]]:
    """Return up to `limit` (entry id, similarity), best first, among exactly these entries.

    An entry may hold several vectors; its nearest counts. The caller loads the entries of one
    customer. Raises ValueError if an entry was packed with other dimensions.
    """
    dimensions = int(query_vector.shape[-1])
    vectors = [unpack(packed, dimensions) for _, packed in entries]
    owners = [entry for (entry, _), rows in zip(entries, vectors, strict=True) for _ in rows]
    if not owners or limit <= 0:
        return []
    index = FaissIndex(dimensions)
    index.add(range(len(owners)), np.concatenate(vectors))
    nearest: dict[int, float] = {}
    for row, similarity in index.search(query_vector, len(owners)):
        nearest.setdefault(owners[row], similarity)
        if len(nearest) == limit:
            break
    return list(nearest.items())
