"""Puts the sections that were found into order: the chance that each, of these, is the answer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.candidates import OF_SECTION

FITTED = Path(__file__).with_name("ranking.json")
CANDIDATES = 12
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """A conditional logit (McFadden, 1974; in ranking: ListNet, Cao et al., ICML 2007): the chance
    of a section grows with the exponential of a weighted sum of its standardized features.

    Weights, means and deviations are by the names of OF_SECTION; `fitted_on` says with what data.
    """

    version: int
    weights: Mapping[str, float]
    means: Mapping[str, float]
    deviations: Mapping[str, float]
    fitted_on: Mapping[str, object]

    def chances(self, features: Matrix) -> Matrix:
        """Return (n,) chances, together 1, from (n, len(OF_SECTION)) features."""
        weights = np.array([self._scaled(name) for name in OF_SECTION])
        worth = features @ weights
        powers = np.exp(worth - worth.max(initial=-np.inf)) if len(worth) else worth
        chances: Matrix = powers / max(float(powers.sum()), 1e-12)
        return chances

    def _scaled(self, name: str) -> float:
        # What all candidates have in common falls out, so the means need not be taken off.
        return self.weights.get(name, 0.0) / self.deviations.get(name, 1.0)

    def save(self, path: Path) -> None:
        """Write the model as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", "utf-8")


@lru_cache(maxsize=4)
def load_ranking(path: Path = FITTED) -> Ranking:
    """Return the model that is stored in this file."""
    return Ranking(**json.loads(path.read_text(encoding="utf-8")))


def by_section(
    sections: Sequence[tuple[str, int]], chances: Matrix
) -> dict[tuple[str, int], float]:
    """Return the chance of each section, whichever of its languages was found, best first."""
    total: dict[tuple[str, int], float] = {}
    for section, chance in zip(sections, chances.tolist(), strict=True):
        total[section] = total.get(section, 0.0) + chance
    return dict(sorted(total.items(), key=lambda item: -item[1]))
