"""Is a difference between two settings more than chance? Paired tests over the same queries.

The randomization test exchanges the two settings' figures query by query, as if they did the same;
Smucker, Allan and Carterette ("A comparison of statistical significance tests for information
retrieval evaluation", CIKM 2007) found it and the bootstrap to agree with Student's t and advise
against Wilcoxon and sign tests. The interval is Efron's percentile bootstrap (1979).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 10_000
_SEED = 20_070_606
_CHUNK = 500
# Sums of the same differences in another order differ in the last bits.
_ALIKE = 1e-9

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Significance:
    """The mean difference, its 95 % interval, and the chance of one as large from nothing."""

    difference: float
    low: float
    high: float
    p: float


def significance(differences: Values, rounds: int = ROUNDS) -> Significance:
    """Return the significance of paired differences (n,); the same for the same differences.

    `p` is two-sided and counts the observed assignment among the random ones, so that it is never
    zero (Phipson and Smyth, 2010). Raises ValueError without differences.
    """
    if not len(differences):
        raise ValueError("there is no query that both settings answered")
    generator = np.random.default_rng(_SEED)
    mean = float(differences.mean())
    low, high = _interval(differences, generator, rounds)
    return Significance(mean, low, high, _p(differences, generator, rounds))


def _p(differences: Values, generator: np.random.Generator, rounds: int) -> float:
    """Return the share of random sign changes whose sum is as far from zero as the real one."""
    moved = differences[differences != 0]
    observed = abs(float(moved.sum())) - _ALIKE
    extreme = 0
    for start in range(0, rounds, _CHUNK):
        size = min(_CHUNK, rounds - start)
        signs = generator.integers(0, 2, (size, len(moved)), dtype=np.int8) * 2 - 1
        extreme += int((np.abs(signs @ moved) >= observed).sum())
    return (extreme + 1) / (rounds + 1)


def _interval(
    differences: Values, generator: np.random.Generator, rounds: int
) -> tuple[float, float]:
    """Return the middle 95 % of the means of samples drawn with replacement."""
    count = len(differences)
    drawn = [differences[generator.integers(0, count, count)].mean() for _ in range(rounds)]
    low, high = np.percentile(drawn, [2.5, 97.5]).tolist()
    return float(low), float(high)
