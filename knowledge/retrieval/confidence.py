"""The probability that the first hit answers: a logistic model, fitted on labelled questions."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

FITTED = Path(__file__).with_name("confidence.json")


@dataclass(frozen=True)
class Confidence:
    """Weights over standardized features; `fitted_on` says with what data and which embedding."""

    version: int
    intercept: float
    weights: Mapping[str, float]
    means: Mapping[str, float]
    deviations: Mapping[str, float]
    fitted_on: Mapping[str, object]

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the calibrated probability, 0 to 1; a missing feature counts as average."""
        total = self.intercept
        for name, weight in self.weights.items():
            value = features.get(name, self.means[name])
            total += weight * (value - self.means[name]) / self.deviations[name]
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", "utf-8")


@lru_cache(maxsize=4)
def load_confidence(path: Path = FITTED) -> Confidence:
    """Return the model that is stored in this file."""
    return Confidence(**json.loads(path.read_text(encoding="utf-8")))
