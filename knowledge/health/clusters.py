"""Questions that ask the same, as one: average-linkage clusters over their vectors.

The nearest-neighbour chain (Müllner, "Modern hierarchical, agglomerative clustering algorithms",
2011) finds the same merges as the textbook method in quadratic time.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.text import analyze

# Set on half of banking77's intents, tried on the other; see benchmarks/health_quality.py.
ALIKE = 0.4
MOST_QUESTIONS = 2_000
_TERMS = 4


@dataclass(frozen=True)
class Cluster:
    """Places of the questions, the most central first, and words of several of them that set them
    apart."""

    members: tuple[int, ...]
    terms: tuple[str, ...]

    @property
    def central(self) -> int:
        """The place of the question that is nearest to all the others."""
        return self.members[0]


def clustered(
    questions: Sequence[str], vectors: NDArray[np.float32], alike: float = ALIKE
) -> list[Cluster]:
    """Return the clusters, the largest first; every question is in one.

    `vectors` is (len(questions), dimensions), L2-normalized. Two clusters are one if the mean
    cosine between their questions is at least `alike`. Raises ValueError for more than
    MOST_QUESTIONS: memory grows with the square.
    """
    if len(questions) > MOST_QUESTIONS:
        raise ValueError(f"at most {MOST_QUESTIONS} questions can be clustered at once")
    if not questions:
        return []
    cosines = (vectors @ vectors.T).astype(np.float64)
    groups = _merged(cosines, alike)
    terms = [Counter(set(analyze(question))) for question in questions]
    spread = Counter(term for own in terms for term in own)
    found = [_cluster(group, cosines, terms, spread) for group in groups]
    return sorted(found, key=lambda cluster: (-len(cluster.members), cluster.members))


def _merged(cosines: NDArray[np.float64], alike: float) -> list[list[int]]:
    """Return the groups that average linkage makes of the rows, cut at `alike`."""
    linkage = cosines.copy()
    np.fill_diagonal(linkage, -np.inf)
    groups: dict[int, list[int]] = {row: [row] for row in range(len(linkage))}
    chain: list[int] = []
    # A group whose best partner is too far away is finished: no later merge brings them nearer.
    open_rows = set(groups)
    while open_rows:
        if not chain:
            chain.append(min(open_rows))
        row = chain[-1]
        best = int(np.argmax(linkage[row]))
        if linkage[row, best] < alike:
            open_rows.discard(row)
            linkage[row, :] = linkage[:, row] = -np.inf
            chain.pop()
        elif len(chain) > 1 and linkage[row, chain[-2]] >= linkage[row, best]:
            other = chain[-2]
            del chain[-2:]
            _join(linkage, groups, row, other)
            open_rows.discard(other)
        else:
            chain.append(best)
    return list(groups.values())


def _join(
    linkage: NDArray[np.float64], groups: dict[int, list[int]], row: int, other: int
) -> None:
    """Put the group `other` into `row`: the new linkage is the mean over all pairs."""
    own, theirs = len(groups[row]), len(groups[other])
    mean = (own * linkage[row] + theirs * linkage[other]) / (own + theirs)
    mean[row] = mean[other] = -np.inf
    linkage[row, :] = linkage[:, row] = mean
    linkage[other, :] = linkage[:, other] = -np.inf
    groups[row] = groups[row] + groups.pop(other)


def _cluster(
    group: Sequence[int],
    cosines: NDArray[np.float64],
    terms: Sequence[Counter[str]],
    spread: Counter[str],
) -> Cluster:
    nearness = cosines[np.ix_(group, group)].sum(axis=1)
    members = tuple(group[at] for at in np.lexsort((group, -nearness.round(6))))
    inside = Counter(term for at in group for term in terms[at])
    # Seen by most of the group and by few others.
    weight = {
        term: count / len(group) * math.log(1 + len(terms) / spread[term])
        for term, count in inside.items()
        if count > 1
    }
    best = sorted(weight, key=lambda term: (-weight[term], term))
    return Cluster(members, tuple(best[:_TERMS]))
