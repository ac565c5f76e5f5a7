"""Fits the confidence: a logistic model, by Newton's method."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.evaluation.questions import Question
from knowledge.fitting.examples import Flags, Matrix, judged
from knowledge.retrieval.confidence import Confidence
from knowledge.retrieval.features import FEATURES as ALL_FEATURES
from knowledge.retrieval.library import Library

VERSION = 3
L2 = 3.0
# Left out: questions in kana or romaji are all of unknown words and still answered, by their
# sound. Fitted, unknown words would raise the confidence of questions that nothing answers.
FEATURES = tuple(name for name in ALL_FEATURES if name != "unknown")
# Another section of the right article tells a part of the answer, and links to the rest.
SIBLING = 0.5
_STEPS = 50


@dataclass(frozen=True)
class Labelled:
    """Features of questions (n, features), and how the first hit was: the right section (n,), of
    the right article (n,); `answerable` whether any answers."""

    features: Matrix
    section: Flags
    article: Flags
    answerable: Flags

    @classmethod
    def of(cls, asked: Sequence[tuple[Library, Question]]) -> "Labelled":
        """Ask each question of its library."""
        rows, section, article = [], [], []
        for library, question in asked:
            result, right, near = judged(library, question)
            rows.append([result.features[name] for name in FEATURES])
            section.append(right)
            article.append(near)
        answerable = [bool(question.article) for _, question in asked]
        return cls(np.array(rows).reshape(-1, len(FEATURES)), np.array(section, np.bool_),
                   np.array(article, np.bool_), np.array(answerable, np.bool_))

    def worth(self) -> Matrix:
        """Return (n,) 1 for the right section, a part for its sibling, 0 for what is wrong."""
        return np.where(self.section, 1.0, np.where(self.article, SIBLING, 0.0))


def fit_confidence(data: Labelled, fitted_on: Mapping[str, object]) -> Confidence:
    """Return the logistic model of least penalized loss (L2 on all but the intercept)."""
    means, deviations = data.features.mean(axis=0), data.features.std(axis=0)
    deviations[deviations < 1e-6] = 1.0
    standard = (data.features - means) / deviations
    design = np.hstack([np.ones((len(standard), 1)), standard])
    penalty = np.diag([0.0, *([L2] * len(FEATURES))])
    weights = np.zeros(design.shape[1])
    worth = data.worth()
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-(design @ weights).clip(-30, 30)))
        gradient = design.T @ (chances - worth) + penalty @ weights
        curvature = (design * (chances * (1 - chances))[:, None]).T @ design + penalty
        weights -= np.linalg.solve(curvature + 1e-9 * np.eye(len(weights)), gradient)
    return Confidence(
        VERSION, round(float(weights[0]), 5), _named(weights[1:]), _named(means),
        _named(deviations), dict(fitted_on),
    )


def probabilities(model: Confidence, data: Labelled) -> Matrix:
    """Return (n,) confidences."""
    rows = (dict(zip(FEATURES, row, strict=True)) for row in data.features.tolist())
    return np.array([model.probability(row) for row in rows])


def _named(values: Matrix) -> dict[str, float]:
    return {name: round(float(value), 5)
            for name, value in zip(FEATURES, values.tolist(), strict=True)}
