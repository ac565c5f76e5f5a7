"""Articles that say the same twice, and questions that two articles claim to answer."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.health.neighbours import pairs
from knowledge.health.shelf import Finding, Place, Shelved, ShelvedArticle
from knowledge.text import analyze

SAME_TEXT, SHARED_WORDS = 0.85, 0.6
SAME_QUESTION = 0.92
_NEAREST = 10


def duplicates(sections: Sequence[Shelved], vectors: NDArray[np.float32]) -> list[Finding]:
    """Return the pairs of sections of different articles that say nearly the same.

    `vectors` is (len(sections), dimensions), L2-normalized, of the texts without their headings.
    """
    terms = [frozenset(analyze(section.text)) for section in sections]
    owners = [section.place.article_id for section in sections]
    return [
        Finding("duplicate", (sections[one].place, sections[other].place), urgent=False,
                details={"shared": f"{100 * _jaccard(terms[one], terms[other]):.0f}"})
        for one, other, _ in pairs(vectors, owners, SAME_TEXT, _NEAREST)
        if _jaccard(terms[one], terms[other]) >= SHARED_WORDS
    ]  # fmt: skip


Claim = tuple[str, Place]


def claims(articles: Sequence[ShelvedArticle]) -> list[Claim]:
    """Return each question with the section, or the article, that says that it answers it."""
    found: list[Claim] = []
    for article in articles:
        found.extend((question, article.place) for question in article.questions)
        for section in article.sections:
            found.extend((question, section.place) for question in section.asked)
    return found


def shared_questions(claimed: Sequence[Claim], vectors: NDArray[np.float32]) -> list[Finding]:
    """Return the questions that two articles claim, each pair of places once.

    `vectors` is (len(claimed), dimensions), L2-normalized, of the questions.
    """
    terms = [frozenset(analyze(question)) for question, _ in claimed]
    owners = [place.article_id for _, place in claimed]
    found: dict[frozenset[Place], Finding] = {}
    for one, other, cosine in sorted(
        pairs(vectors, owners, SAME_QUESTION, _NEAREST), key=lambda pair: (-pair[2], pair[:2])
    ):
        if _jaccard(terms[one], terms[other]) < SHARED_WORDS:
            continue
        (question, place), (other_question, other_place) = claimed[one], claimed[other]
        found.setdefault(frozenset((place, other_place)), Finding(
            "shared_question", (place, other_place), urgent=False,
            details={"quote": question, "other_quote": other_question,
                     "likeness": f"{cosine:.2f}"},
        ))  # fmt: skip
    return list(found.values())


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
