"""Measures the library on a company's own labelled questions.

Lines of JSON: {"id", "question", "language", "article", "section"} for what an article answers,
{"id", "question", "language", "kind"} for what none does.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.retrieval.library import Library
from knowledge.retrieval.results import Hit, Retriever, SearchResult

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Question:
    """A question and, unless nothing answers it, the article and the heading that do."""

    id: str
    text: str
    language: str
    article: str = ""
    section: str = ""
    kind: str = ""

    @property
    def for_fitting(self) -> bool:
        """Whether it belongs to the half that may be fitted on; decided by its id for ever."""
        return hashlib.sha256(self.id.encode()).digest()[0] % 2 == 0

    def answered_by(self, hit: Hit) -> bool:
        """Whether the hit is of the right article and, where one is named, its right section."""
        own = bool(self.article) and hit.passage.article_id == self.article
        return own and self.section in ("", hit.passage.heading)


@dataclass(frozen=True)
class QuestionReport:
    """Shares of the questions: right article first, among five; right section first, of three."""

    count: int
    article_at_1: float
    article_at_5: float
    section_at_1: float
    section_at_3: float

    def __str__(self) -> str:
        return (
            f"n={self.count:4} article@1={self.article_at_1:.3f} article@5={self.article_at_5:.3f} "
            f"section@1={self.section_at_1:.3f} section@3={self.section_at_3:.3f}"
        )


def read_questions(path: Path) -> Iterator[Question]:
    """Yield the questions of one file; raises KeyError for a line without id or question."""
    with path.open(encoding="utf-8") as lines:
        for line in filter(str.strip, lines):
            row = json.loads(line)
            yield Question(
                id=row["id"],
                text=row["question"],
                language=row["language"],
                article=row.get("article") or "",
                section=row.get("section") or "",
                kind=row.get("kind") or row.get("style") or "",
            )


def ask(library: Library, question: Question, retriever: Retriever = "hybrid") -> SearchResult:
    """Return what the library finds for a question, in the question's language."""
    return library.search(
        question.text, language=question.language, today=TODAY, limit=30, retriever=retriever
    )


def evaluate_questions(
    library: Library,
    questions: Sequence[Question],
    retriever: Retriever = "hybrid",
    chosen: Callable[[Question], bool] = lambda question: True,
) -> QuestionReport:
    """Return the report on the chosen questions."""
    rows = [_outcome(library, question, retriever) for question in questions if chosen(question)]
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)] if rows else [0.0] * 4
    return QuestionReport(len(rows), *means)


def _outcome(library: Library, question: Question, retriever: Retriever) -> tuple[bool, ...]:
    hits = ask(library, question, retriever).hits
    articles = list(dict.fromkeys(hit.passage.article_id for hit in hits))
    right = [question.answered_by(hit) for hit in hits]
    return (
        question.article in articles[:1],
        question.article in articles[:5],
        any(right[:1]),
        any(right[:3]),
    )
