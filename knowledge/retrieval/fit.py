"""Fits the confidence:

    python -m knowledge.retrieval.fit ANSWERABLE.jsonl… --unanswerable FILE.jsonl
        --articles DIR [--glossary FILE] --out FILE

Half of the questions (by a hash of their ids) are fitted on, and the figures that are printed are
those of the other half. An answer is right when the first hit is the section that answers, half
right when it is another section of the same article.
"""

import argparse
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.articles.ingest import build_record
from knowledge.articles.readers import read_articles
from knowledge.embedding import load_embedder
from knowledge.evaluation.questions import Question, ask, evaluate_questions, read_questions
from knowledge.glossary import Glossary
from knowledge.retrieval.confidence import Confidence
from knowledge.retrieval.features import FEATURES as ALL_FEATURES
from knowledge.retrieval.library import Library
from knowledge.retrieval.results import SearchResult

VERSION = 2
OWN = 150
L2 = 3.0
# Left out: questions in kana or romaji are all of unknown words and still answered, by their
# sound. Fitted, unknown words would raise the confidence of questions that nothing answers.
FEATURES = tuple(name for name in ALL_FEATURES if name != "unknown")
_STEPS = 50
_BINS = 5

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Labelled:
    """Features of questions (n, features), and whether the first hit answered each (n,)."""

    features: Matrix
    right: Matrix

    @classmethod
    def of(cls, library: Library, questions: Sequence[Question]) -> "Labelled":
        rows, right = [], []
        for question in questions:
            result = ask(library, question)
            rows.append([result.features[name] for name in FEATURES])
            right.append(_rightness(question, result))
        return cls(np.array(rows).reshape(-1, len(FEATURES)), np.array(right, dtype=np.float64))


def _rightness(question: Question, result: SearchResult) -> float:
    """Return 1 for the right section, 0.5 for another one of the right article: it tells part of
    the answer, and links to the rest."""
    if not result.hits or not question.article:
        return 0.0
    first = result.hits[0]
    of_article = first.passage.article_id == question.article
    return 1.0 if question.answered_by(first) else 0.5 * of_article


def own_questions(library: Library, count: int) -> list[Question]:
    """Return questions that the sections themselves say they answer: customers ask those, too,
    and the labelled ones are all written to be other words."""
    asked = [(passage, text) for passage in library.passages() for text in passage.asked]
    chosen = random.Random(count).sample(asked, min(count, len(asked)))  # noqa: S311
    return [
        Question(f"own-{at}", text, passage.language, passage.article_id, (passage.heading,))
        for at, (passage, text) in enumerate(chosen)
    ]


def fit(data: Labelled, fitted_on: Mapping[str, object]) -> Confidence:
    """Return the logistic model of least penalized loss (Newton's method, L2 but the intercept)."""
    means, deviations = data.features.mean(axis=0), data.features.std(axis=0)
    deviations[deviations < 1e-6] = 1.0
    standard = (data.features - means) / deviations
    design = np.hstack([np.ones((len(standard), 1)), standard])
    penalty = np.diag([0.0, *([L2] * len(FEATURES))])
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (chances - data.right) + penalty @ weights
        curvature = (design * (chances * (1 - chances))[:, None]).T @ design + penalty
        weights -= np.linalg.solve(curvature + 1e-9 * np.eye(len(weights)), gradient)
    named: Callable[[Matrix], dict[str, float]] = lambda values: dict(  # noqa: E731
        zip(FEATURES, (round(float(value), 5) for value in values), strict=True)
    )
    intercept = round(float(weights[0]), 5)
    return Confidence(
        VERSION, intercept, named(weights[1:]), named(means), named(deviations), dict(fitted_on)
    )


def probabilities(model: Confidence, data: Labelled) -> Matrix:
    """Return (n,) confidences."""
    rows = (dict(zip(FEATURES, row, strict=True)) for row in data.features.tolist())
    return np.array([model.probability(row) for row in rows])


def auc(chances: Matrix, positive: NDArray[np.bool_]) -> float:
    """Return the chance that a positive ranks above a negative, ties half; NaN if one lacks."""
    above, below = chances[positive][:, None], chances[~positive][None, :]
    if above.size == 0 or below.size == 0:
        return float("nan")
    return float(((above > below) + 0.5 * (above == below)).mean())


def reliability(
    chances: Matrix, right: Matrix, bins: int = _BINS
) -> list[tuple[int, float, float]]:
    """Return (questions, mean confidence, share right) for equal ranges of confidence."""
    places = np.minimum((chances * bins).astype(int), bins - 1)
    rows = []
    for place in range(bins):
        own = places == place
        if own.any():
            rows.append((int(own.sum()), float(chances[own].mean()), float(right[own].mean())))
    return rows


def _report(model: Confidence, answerable: Labelled, unanswerable: Labelled) -> str:
    inside, outside = probabilities(model, answerable), probabilities(model, unanswerable)
    both = np.concatenate([inside, outside])
    right = np.concatenate([answerable.right, unanswerable.right])
    scope = np.arange(len(both)) < len(inside)
    expected = sum(n * abs(p - share) for n, p, share in reliability(both, right)) / len(both)
    lines = [
        f"other half: {len(inside)} answerable, {len(outside)} not",
        f"AUC right section or not    {auc(both, right == 1):.3f}",
        f"AUC in scope or not         {auc(both, scope):.3f}",
        f"Brier {float(((both - right) ** 2).mean()):.3f}  calibration error {expected:.3f}",
        "  questions  confidence  right",
    ]
    lines += [
        f"  {n:9}  {chance:10.3f}  {share:5.3f}" for n, chance, share in reliability(both, right)
    ]
    for least in (0.5, 0.7, 0.8):
        sent, stray = both >= least, outside >= least
        share = float(right[sent].mean()) if sent.any() else float("nan")
        lines.append(
            f"  from {least}: {float((inside >= least).mean()):.3f} of the answerable pass, "
            f"{float(stray.mean()):.3f} of the others; {share:.3f} of all that pass are right"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, print the figures of the other half, write the model."""
    parser = argparse.ArgumentParser(prog="python -m knowledge.retrieval.fit")
    parser.add_argument("answerable", nargs="+", type=Path)
    parser.add_argument("--unanswerable", type=Path, required=True)
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--glossary", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    library = _library(given.articles, given.glossary)
    inside = [question for file in given.answerable for question in read_questions(file)]
    outside = list(read_questions(given.unanswerable))
    fitting = [question for question in [*inside, *outside] if question.for_fitting]
    facts = {
        "embedding": library.embedder.name,
        "articles": str(given.articles),
        "answerable": sum(bool(question.article) for question in fitting),
        "unanswerable": sum(not question.article for question in fitting),
        "on": datetime.now(UTC).date().isoformat(),
    }
    own = own_questions(library, OWN)
    model = fit(Labelled.of(library, [*fitting, *own]), facts | {"own": len(own)})
    held = [[q for q in questions if not q.for_fitting] for questions in (inside, outside)]
    print(evaluate_questions(library, held[0]))
    print(_report(model, *(Labelled.of(library, questions) for questions in held)))
    model.save(given.out)


def _library(articles: Path, glossary: Path | None) -> Library:
    embedder, now = load_embedder(), datetime.now(UTC)
    library = Library(embedder, Glossary.load(glossary) if glossary else None)
    drafts = read_articles(articles)
    library.adopt([build_record(draft, embedder, 1, now) for draft in drafts])
    return library


if __name__ == "__main__":
    main()
