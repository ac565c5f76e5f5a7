"""Which sections speak of something alike: the pairs that are worth a closer look."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

_ROWS = 1_024


def pairs(
    vectors: NDArray[np.float32], groups: Sequence[str], least: float, most: int
) -> Iterator[tuple[int, int, float]]:
    """Yield (i, j, cosine), i < j, each once: the `most` nearest of each row from `least` on.

    `vectors` is (n, dimensions), L2-normalized. Rows of one group (an article) are no pair.
    """
    names = {name: number for number, name in enumerate(dict.fromkeys(groups))}
    owners = np.array([names[name] for name in groups], dtype=np.int64)
    seen: set[tuple[int, int]] = set()
    for start in range(0, len(vectors), _ROWS):
        cosines = vectors[start : start + _ROWS] @ vectors.T
        for row in range(len(cosines)):
            own = start + row
            cosines[row][owners == owners[own]] = -1.0
            for other in _best(cosines[row], most):
                pair = (min(own, other), max(own, other))
                if cosines[row][other] >= least and pair not in seen:
                    seen.add(pair)
                    yield (*pair, float(cosines[row][other]))


def _best(row: NDArray[np.float32], most: int) -> list[int]:
    if len(row) <= most:
        return list(range(len(row)))
    return [int(place) for place in np.argpartition(-row, most)[:most]]
