"""Does a confidence mean what it says? Ranking, calibration, and what may be answered at a risk.

AUC is the chance that a right answer is more confident than a wrong one; Brier's score (1950) the
mean squared error; the expected calibration error (Naeini, Cooper and Hauskrecht, AAAI 2015) the
mean distance between confidence and share right over equal ranges. Answering only from a threshold
on is selective classification (El-Yaniv and Wiener, JMLR 2010).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10
_FOLDS = 5
_SEED = 7
_STEPS = 60
_CALM = 1e-9

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Bin:
    """A range of confidence: how many questions fell into it, their mean, and the share right."""

    questions: int
    confidence: float
    right: float


@dataclass(frozen=True)
class OperatingPoint:
    """What happens when only answers from `threshold` on are given.

    `answered` is the share of the answerable questions that get an answer, `declined` the share of
    the others that get none (1 if there are none), `wrong` the share of given answers that are
    wrong (0 if none is given).
    """

    threshold: float
    answered: float
    declined: float
    wrong: float


def auc(scores: Values, positive: Flags) -> float:
    """Return the chance that a positive scores above a negative, ties half; NaN if one lacks."""
    many, few = int(positive.sum()), int((~positive).sum())
    if not many or not few:
        return float("nan")
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((ranks[positive].sum() - many * (many + 1) / 2) / (many * few))


def brier(confidences: Values, right: Flags) -> float:
    """Return the mean squared distance between confidence and outcome; 0 is perfect."""
    return float(((confidences - right) ** 2).mean())


def reliability(confidences: Values, right: Flags, bins: int = BINS) -> list[Bin]:
    """Return the ranges of equal width that hold a question, from the least sure on."""
    places = np.minimum((confidences * bins).astype(int), bins - 1)
    found = []
    for place in range(bins):
        own = places == place
        if own.any():
            found.append(
                Bin(int(own.sum()), float(confidences[own].mean()), float(right[own].mean()))
            )
    return found


def calibration_error(table: list[Bin]) -> float:
    """Return the mean distance between confidence and share right, by the questions in a range."""
    questions = sum(one.questions for one in table)
    return sum(one.questions * abs(one.confidence - one.right) for one in table) / questions


def operating_point(
    confidences: Values, right: Flags, answerable: Flags, threshold: float
) -> OperatingPoint:
    """Return what answering from this threshold on does."""
    given = confidences >= threshold
    others = ~answerable
    return OperatingPoint(
        threshold=threshold,
        answered=float(given[answerable].mean()) if answerable.any() else 0.0,
        declined=float((~given[others]).mean()) if others.any() else 1.0,
        wrong=float((~right[given]).mean()) if given.any() else 0.0,
    )


def threshold_for(confidences: Values, right: Flags, wrong: float = 0.05) -> float:
    """Return the lowest threshold at which at most this share of the given answers is wrong.

    Above 1, so that nothing is answered, where no threshold keeps the share.
    """
    order = np.argsort(-confidences, kind="stable")
    sorted_confidences, missed = confidences[order], np.cumsum(~right[order])
    share = missed / np.arange(1, len(order) + 1)
    # A threshold takes in all questions of one confidence: only the last of them counts.
    last = np.append(sorted_confidences[1:] != sorted_confidences[:-1], True)
    good = np.flatnonzero(last & (share <= wrong))
    return float(sorted_confidences[good[-1]]) if len(good) else 1.0 + _CALM


def cross_fitted(features: Values, right: Flags, folds: int = _FOLDS) -> Values:
    """Return for each question the probability by a logistic model that did not see it.

    `features` is (n, features); the folds are drawn once and for ever by a fixed seed.
    """
    place = np.random.default_rng(_SEED).permutation(len(right)) % folds
    chances = np.empty(len(right))
    for fold in range(folds):
        own = place == fold
        chances[own] = refitted(features[~own], right[~own], features[own])
    return chances


def refitted(features: Values, right: Flags, other: Values, l2: float = 3.0) -> Values:
    """Return the probabilities of `other` (m, features) by a logistic model fitted on the first.

    Standardized features, L2 on all but the intercept, Newton's method.
    """
    means, deviations = features.mean(axis=0), features.std(axis=0)
    deviations[deviations < _CALM] = 1.0
    design, unseen = (_design(matrix, means, deviations) for matrix in (features, other))
    penalty = np.diag([_CALM, *([l2] * features.shape[1])])
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chances = _logistic(design @ weights)
        gradient = design.T @ (chances - right) + penalty @ weights
        curvature = (design * (chances * (1 - chances))[:, None]).T @ design + penalty
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if float(np.abs(step).max()) < _CALM:
            break
    return _logistic(unseen @ weights)


def _design(features: Values, means: Values, deviations: Values) -> Values:
    return np.hstack([np.ones((len(features), 1)), (features - means) / deviations])


def _logistic(values: Values) -> Values:
    chances: Values = 1 / (1 + np.exp(-values.clip(-30, 30)))
    return chances
