"""Fits the ranking: a conditional logit, by Newton's method."""

from collections.abc import Mapping, Sequence

import numpy as np

from knowledge.fitting.examples import Choice, Matrix
from knowledge.retrieval.candidates import OF_SECTION
from knowledge.retrieval.ranking import Ranking

VERSION = 1
L2 = 2e-3
_STEPS = 40


def fit_ranking(choices: Sequence[Choice], fitted_on: Mapping[str, object]) -> Ranking:
    """Return the ranking of least penalized loss: the mean of the negative logarithm of the chance
    of what answers (the sum, where a section was found in both languages).

    The curvature is that of the chosen set's expectation, which bounds the true one from above, so
    every step goes down.
    """
    everything = np.concatenate([one.features for one in choices])
    means, deviations = everything.mean(axis=0), everything.std(axis=0)
    deviations[deviations < 1e-6] = 1.0
    standard = [(one.features - means) / deviations for one in choices]
    total = sum(one.weight for one in choices)
    weights = np.zeros(len(OF_SECTION))
    for _ in range(_STEPS):
        gradient = 2 * L2 * weights
        curvature = 2 * L2 * np.eye(len(weights))
        for features, one in zip(standard, choices, strict=True):
            chances = _softmax(features @ weights)
            wanted = np.where(one.right, chances, 0.0)
            wanted /= wanted.sum() or 1.0
            share = one.weight / total
            mean = chances @ features
            gradient += share * (mean - wanted @ features)
            centred = features - mean
            curvature += share * (centred * chances[:, None]).T @ centred
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if float(np.abs(step).max()) < 1e-6:
            break
    return Ranking(VERSION, _named(weights), _named(means), _named(deviations), dict(fitted_on))


def _softmax(worth: Matrix) -> Matrix:
    powers = np.exp(worth - worth.max())
    chances: Matrix = powers / powers.sum()
    return chances


def _named(values: Matrix) -> dict[str, float]:
    return {name: round(float(value), 5)
            for name, value in zip(OF_SECTION, values.tolist(), strict=True)}
