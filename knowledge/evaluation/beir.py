"""Measures the library on a set in the layout of BEIR (Thakur et al., NeurIPS 2021).

corpus.jsonl {"_id", "title", "text"}, queries.jsonl {"_id", "text"}, qrels/*.tsv. The documents go
through the same passages, snapshot and search as a company's articles.
"""

import csv
import json
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from knowledge.articles.draft import ArticleDraft
from knowledge.articles.ingest import build_record
from knowledge.embedding import Embedder
from knowledge.evaluation.outcomes import Outcome, means
from knowledge.retrieval.entries import Record
from knowledge.retrieval.library import Library
from knowledge.retrieval.results import Retriever
from knowledge.text import language_of

DEPTH = 10
# Several passages of one document may come before the next document.
_PASSAGES = 5 * DEPTH
_TITLE = 60
_TODAY = date(2026, 1, 1)


FIGURES = ("P@1", "R@5", "R@10", "MRR@10", "nDCG@10")


class SetUnreadable(ValueError):
    """A folder that is not in the BEIR layout; says what is missing."""


@dataclass(frozen=True)
class RetrievalReport:
    """Means over the queries that have a relevant document; nDCG uses the grades as gains."""

    name: str
    retriever: Retriever
    queries: int
    precision_at_1: float
    recall_at_5: float
    recall_at_10: float
    mrr_at_10: float
    ndcg_at_10: float
    milliseconds: float

    def __str__(self) -> str:
        return (
            f"{self.name:18} {self.retriever:8} n={self.queries:5} P@1={self.precision_at_1:.3f} "
            f"R@5={self.recall_at_5:.3f} R@10={self.recall_at_10:.3f} MRR@10={self.mrr_at_10:.3f} "
            f"nDCG@10={self.ndcg_at_10:.3f} {self.milliseconds:.1f} ms"
        )


def evaluate(
    folder: Path,
    embedder: Embedder,
    retriever: Retriever = "hybrid",
    limit: int | None = None,
    grade: int = 1,
) -> RetrievalReport:
    """Return the figures of one set; a document counts from this grade on.

    `limit` takes only the first queries.
    """
    measured = outcomes(library_of(folder, embedder), folder, retriever, limit, grade)
    return report(folder.name, retriever, measured)


def report(name: str, retriever: Retriever, measured: Sequence[Outcome]) -> RetrievalReport:
    """Return the means of these outcomes of one set; zeros without any."""
    figures = means(measured) or dict.fromkeys(FIGURES, 0.0)
    milliseconds = sum(outcome.milliseconds for outcome in measured) / max(1, len(measured))
    precision, recall_5, recall_10, reciprocal, gain = (figures[figure] for figure in FIGURES)
    return RetrievalReport(
        name, retriever, len(measured), precision, recall_5, recall_10, reciprocal, gain,
        milliseconds,
    )  # fmt: skip


def outcomes(
    library: Library,
    folder: Path,
    retriever: Retriever = "hybrid",
    limit: int | None = None,
    grade: int = 1,
) -> list[Outcome]:
    """Return what each judged query of the set gets from a library of the set's documents."""
    judged = judgments(folder)
    titles = {passage.article_id: passage.title for passage in library.passages()}

    def named(keys: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{key} {titles.get(key, '')[:_TITLE]}".strip() for key in keys)

    found: list[Outcome] = []
    for query_id, text in queries(folder):
        relevant = {key: gain for key, gain in judged.get(query_id, {}).items() if gain >= grade}
        if not relevant or len(found) == limit:
            continue
        started = time.perf_counter()
        ranked = ranking(library, text, retriever)
        spent = 1_000 * (time.perf_counter() - started)
        figures = dict(zip(FIGURES, score(ranked, relevant), strict=True))
        best = sorted(relevant, key=lambda key: -relevant[key])
        found.append(Outcome(query_id, text, figures, named(ranked), named(best), spent))
    return found


def records_of(folder: Path, embedder: Embedder) -> list[Record]:
    """Return the documents of the set as articles that are no templates.

    Raises SetUnreadable if the folder is not in the BEIR layout.
    """
    for name in ("corpus.jsonl", "queries.jsonl", "qrels"):
        if not (folder / name).exists():
            raise SetUnreadable(
                f"{folder} has no {name}; name a folder in the BEIR layout "
                "(corpus.jsonl, queries.jsonl, qrels/*.tsv)."
            )
    now = datetime.now(UTC)
    return [build_record(draft, embedder, 1, now) for draft in _drafts(folder)]


def library_of(folder: Path, embedder: Embedder) -> Library:
    """Return a library of the documents of the set."""
    library = Library(embedder)
    library.adopt(records_of(folder, embedder))
    return library


def queries(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (id, text) of each query."""
    for row in _rows(folder / "queries.jsonl"):
        yield str(row["_id"]), str(row["text"])


def judgments(folder: Path) -> Mapping[str, Mapping[str, float]]:
    """Return the grades of the documents by query, of all the set's qrels files."""
    grades: dict[str, dict[str, float]] = {}
    for file in sorted((folder / "qrels").glob("*.tsv")):
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                try:
                    grade = float(row["score"])
                    grades.setdefault(row["query-id"], {})[row["corpus-id"]] = grade
                except (KeyError, TypeError, ValueError) as error:
                    reason = f"{file} needs the columns query-id, corpus-id and score (a number)."
                    raise SetUnreadable(reason) from error
    return grades


def ranking(library: Library, text: str, retriever: Retriever) -> list[str]:
    """Return up to ten document ids, best first, each once."""
    result = library.search(
        text, language=language_of(text), today=_TODAY, limit=_PASSAGES, retriever=retriever
    )
    return list(dict.fromkeys(hit.passage.article_id for hit in result.hits))[:DEPTH]


def score(ranked: Sequence[str], relevant: Mapping[str, float]) -> tuple[float, ...]:
    """Return P@1, R@5, R@10, reciprocal rank and nDCG@10 (Järvelin and Kekäläinen, 2002)."""
    hits = [document in relevant for document in ranked]
    first = hits.index(True) + 1 if True in hits else math.inf
    gains = [relevant.get(document, 0.0) for document in ranked]
    ideal = _discounted(sorted(relevant.values(), reverse=True)[:DEPTH])
    return (
        float(hits[:1] == [True]),
        sum(hits[:5]) / len(relevant),
        sum(hits[:DEPTH]) / len(relevant),
        1 / first,
        _discounted(gains) / ideal,
    )


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains))


def _drafts(folder: Path) -> Iterator[ArticleDraft]:
    for row in _rows(folder / "corpus.jsonl"):
        title, text = str(row.get("title") or ""), str(row["text"])
        yield ArticleDraft(
            article_id=str(row["_id"]),
            language=language_of(f"{title}\n{text}"),
            title=title,
            body=text,
            is_template=False,
        )


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                yield {**row, "_id": row["_id"], "text": row["text"]}
            except (ValueError, KeyError, TypeError) as error:
                reason = f'{file}, line {number}: write {{"_id": …, "text": …}} as JSON.'
                raise SetUnreadable(reason) from error
