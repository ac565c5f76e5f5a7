"""Measures the library on a company's own labelled questions.

Lines of JSON: {"id", "question", "language", "article", "section"} for what an article answers,
{"id", "question", "language", "kind"} for what none does. `language` is the reader's; `section` is
a heading or a list of headings that are as good (a heading and its translation); `style` says how
the question is written. With "articles_in": "en" only the English articles may answer, as if the
article had no translation.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.articles.draft import LANGUAGES
from knowledge.evaluation.halves import for_fitting
from knowledge.evaluation.outcomes import Outcome, means
from knowledge.retrieval.library import Library
from knowledge.retrieval.results import Hit, PassageView, Retriever, SearchResult

TODAY = date(2026, 11, 23)
_HITS = 30
# The right article first, among five, its reciprocal rank; the right section first, among three.
FIGURES = ("article@1", "article@5", "MRR@10", "section@1", "section@3")
_TEXTS = ("id", "question", "language")


class QuestionsUnreadable(ValueError):
    """A file of labelled questions cannot be used; says where and how to mend it."""


@dataclass(frozen=True)
class Question:
    """A question and, unless nothing answers it, the article and the headings that do."""

    id: str
    text: str
    language: str
    article: str = ""
    sections: tuple[str, ...] = ()
    kind: str = ""
    articles_in: str = ""

    @property
    def for_fitting(self) -> bool:
        """Whether it belongs to the half that may be fitted on; decided by its id for ever."""
        return for_fitting(self.id)

    def answered_by(self, hit: Hit) -> bool:
        """Whether the hit is of the right article and, where one is named, its right section."""
        own = bool(self.article) and hit.passage.article_id == self.article
        return own and (not self.sections or hit.passage.heading in self.sections)

    def may_see(self, passage: PassageView) -> bool:
        """Whether the passage is in a language that may answer this question."""
        return self.articles_in in ("", passage.language)


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
    """Yield the questions of one file; raises QuestionsUnreadable for a line that is not one."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsUnreadable(f"{path} cannot be read as UTF-8 text ({error}).") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _question(line, f"{path}, line {number}")


def _question(line: str, place: str) -> Question:
    try:
        row = json.loads(line)
    except ValueError:
        reason = f'{place}: not JSON; write {{"id": …, "question": …, "language": "ja"}}.'
        raise QuestionsUnreadable(reason) from None
    if not isinstance(row, dict):
        raise QuestionsUnreadable(f"{place}: write one JSON object on each line.")
    for key in _TEXTS:
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise QuestionsUnreadable(f'{place}: "{key}" is missing; write it as a text.')
    for key in ("language", "articles_in"):
        if row.get(key) and row[key] not in LANGUAGES:
            reason = f'{place}: "{key}" is {row[key]!r}; use {" or ".join(LANGUAGES)}.'
            raise QuestionsUnreadable(reason)
    return Question(
        id=row["id"],
        text=row["question"],
        language=row["language"],
        article=row.get("article") or "",
        sections=_sections(row),
        kind=row.get("kind") or row.get("style") or "",
        articles_in=row.get("articles_in") or "",
    )


def _sections(row: Mapping[str, Any]) -> tuple[str, ...]:
    named = row.get("section") or []
    return (named,) if isinstance(named, str) else tuple(map(str, named))


def ask(
    library: Library, question: Question, retriever: Retriever = "hybrid", today: date = TODAY
) -> SearchResult:
    """Return what the library finds for a question, in the reader's language."""
    return library.search(
        question.text,
        language=question.language,
        today=today,
        visible=question.may_see,
        limit=_HITS,
        retriever=retriever,
    )


def outcomes(
    library: Library,
    questions: Sequence[Question],
    retriever: Retriever = "hybrid",
    today: date = TODAY,
) -> list[Outcome]:
    """Return what each question that an article answers gets; others are passed over."""
    measured = []
    for question in questions:
        if not question.article:
            continue
        started = time.perf_counter()
        hits = ask(library, question, retriever, today).hits
        spent = 1_000 * (time.perf_counter() - started)
        measured.append(_outcome(question, hits, spent))
    return measured


def _outcome(question: Question, hits: Sequence[Hit], spent: float) -> Outcome:
    articles = list(dict.fromkeys(hit.passage.article_id for hit in hits))
    right = [question.answered_by(hit) for hit in hits]
    named = [f"{hit.passage.article_id} › {hit.passage.heading}" for hit in hits[:5]]
    rank = articles.index(question.article) + 1 if question.article in articles[:10] else 0
    values = (rank == 1, 0 < rank <= 5, 1 / rank if rank else 0.0, any(right[:1]), any(right[:3]))
    wanted = [f"{question.article} › {section}" for section in question.sections]
    return Outcome(
        id=question.id,
        text=question.text,
        figures=dict(zip(FIGURES, map(float, values), strict=True)),
        found=tuple(named),
        wanted=tuple(wanted or [question.article]),
        milliseconds=spent,
        kind=question.kind,
    )


def evaluate_questions(
    library: Library,
    questions: Sequence[Question],
    retriever: Retriever = "hybrid",
    chosen: Callable[[Question], bool] = lambda question: True,
) -> QuestionReport:
    """Return the report on the chosen questions."""
    asked = [question for question in questions if chosen(question)]
    figures = means(outcomes(library, asked, retriever)) or dict.fromkeys(FIGURES, 0.0)
    shares = (figures[name] for name in FIGURES if name != "MRR@10")
    return QuestionReport(sum(bool(question.article) for question in asked), *shares)
