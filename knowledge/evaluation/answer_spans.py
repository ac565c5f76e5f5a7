"""Measures whether the part of a section that is shown answers, and leaves out what does not.

Lines of JSON: {"id", "question", "language", "article", "section", "must": […], "beside": […]}:
texts of the section that an answer has to contain, and texts that answer other questions.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.embedding import Embedder
from knowledge.evaluation.halves import for_fitting
from knowledge.retrieval.spans import answer_in


@dataclass(frozen=True)
class SpanCase:
    """A question and what of the section, by their texts, answers it and what does not."""

    id: str
    question: str
    language: str
    article: str
    section: str
    must: tuple[str, ...]
    beside: tuple[str, ...] = ()

    @property
    def for_fitting(self) -> bool:
        """Whether it belongs to the half that may be tuned on; decided by its id for ever."""
        return for_fitting(self.id)


@dataclass(frozen=True)
class SpanReport:
    """Shares: answers that have all they must, answers without what is beside the point (of the
    cases that name it), and the mean share of the section's text that is shown."""

    cases: int
    complete: float
    lean: float
    kept: float


def read_span_cases(path: Path) -> list[SpanCase]:
    """Return the cases of a file; raises ValueError with the line that is not one."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            keys = ("id", "question", "language", "article", "section")
            texts = {key: str(row[key]) for key in keys}
            case = SpanCase(**texts, must=tuple(row["must"]), beside=tuple(row.get("beside", ())))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}, line {number}: no case of an answer ({error}).") from error
        found.append(case)
    return found


def evaluate_spans(
    cases: Sequence[SpanCase],
    text_of: Callable[[SpanCase], str],
    embedder: Embedder | None,
    *,
    cautions: bool = False,
) -> SpanReport:
    """Return the report on these cases; `text_of` is the rendered section of a case."""
    complete, lean, kept = [], [], []
    for case in cases:
        text = text_of(case)
        shown = answer_in(
            case.question, text, embedder, subject=case.section, cautions=cautions
        ).text
        complete.append(all(must in shown for must in case.must))
        kept.append(min(1.0, len(shown) / max(1, len(text))))
        if case.beside:
            lean.append(not any(beside in shown for beside in case.beside))
    return SpanReport(len(cases), _mean(complete), _mean(lean), _mean(kept))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
