"""The questions of each set, asked once, and what is right of the answers."""

import csv
import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.articles.draft import ArticleDraft
from knowledge.articles.passages import verbatim
from knowledge.articles.readers import read_articles
from knowledge.embedding import Embedder
from knowledge.evaluation import beir
from knowledge.evaluation.halves import for_fitting
from knowledge.evaluation.questions import Question, ask, read_questions
from knowledge.evaluation.records import embedded
from knowledge.glossary import Glossary
from knowledge.retrieval.library import Library
from knowledge.retrieval.results import SearchResult
from knowledge.text import language_of

ROOT = Path(__file__).resolve().parents[2]
PET_CARE = ROOT / "examples" / "pet_care"
TODAY = date(2026, 11, 23)
SETS = ("sample", "sample-article", "sample+niilc", "amagasaki", "amagasaki-related", "clinc150",
        "hint3")


@dataclass(frozen=True)
class Judged:
    """One question: how sure the library was, with which features, and was it right?"""

    id: str
    confidence: float
    features: dict[str, float]
    right: bool
    answerable: bool

    @property
    def first_half(self) -> bool:
        return for_fitting(self.id)


def judged(
    key: str, result: SearchResult, right: Callable[[SearchResult], bool], answerable: bool
) -> Judged:
    correct = answerable and bool(result.hits) and right(result)
    return Judged(key, result.confidence, dict(result.features), correct, answerable)


class Missing(Exception):
    """The data of a set is not on this machine."""


class Sets:
    """Asks each set once, whatever is judged of the answers."""

    def __init__(self, data: Path, embedder: Embedder) -> None:
        self._data = data
        self._embedder = embedder
        self._sample = cache(self._ask_sample)
        self._amagasaki = cache(self._ask_amagasaki)

    def of(self, name: str) -> list[Judged]:
        if name.startswith("amagasaki"):
            return self.amagasaki(1 if name.endswith("related") else 2)
        if name in ("clinc150", "hint3"):
            return list(self.clinc150() if name == "clinc150" else self.hint3())
        own = self.sample(by_section=name != "sample-article")
        return own + self.niilc() if name.endswith("niilc") else own

    def sample(self, *, by_section: bool) -> list[Judged]:
        def right(question: Question, result: SearchResult) -> bool:
            first = result.hits[0]
            same = first.passage.article_id == question.article
            return question.answered_by(first) if by_section else same

        return [
            judged(question.id, result, lambda found, q=question: right(q, found),
                   bool(question.article))
            for question, result in self._sample()
        ]

    def niilc(self) -> list[Judged]:
        library = self._sample_library()
        return [
            judged(row["id"], search(library, row["question"]), lambda _: False, False)
            for row in rows(self._file("niilc/dev.jsonl"))
        ]

    def amagasaki(self, grade: int) -> list[Judged]:
        found = []
        for key, result, grades in self._amagasaki():
            documents = {document for document, given in grades.items() if given >= grade}
            found.append(judged(
                key, result,
                lambda one, wanted=documents: one.hits[0].passage.article_id in wanted,
                bool(documents),
            ))
        return found

    def clinc150(self) -> Iterable[Judged]:
        data = json.loads(gzip.decompress(self._file("clinc150/data.json.gz").read_bytes()))
        library = self._intents(data["train"])
        for at, (text, intent) in enumerate([*data["val"], *data["oos_val"]]):
            yield self._of_intent(f"clinc-{at}", library, text, "" if intent == "oos" else intent)

    def hint3(self) -> Iterable[Judged]:
        folder = self._file("hint3/v2")
        train, test = (
            list(csv.reader((folder / part / f"sofmattress_{part}.csv").open(encoding="utf-8")))[1:]
            for part in ("train", "test")
        )
        library = self._intents([(row[0], row[1]) for row in train])
        for at, (text, intent) in enumerate(row[:2] for row in test):
            known = "" if intent == "NO_NODES_DETECTED" else intent
            yield self._of_intent(f"hint3-{at}", library, text, known)

    def _of_intent(self, key: str, library: Library, text: str, intent: str) -> Judged:
        wanted = article_id(intent)
        return judged(key, search(library, text),
                      lambda one: one.hits[0].passage.article_id == wanted, bool(intent))

    def _intents(self, labelled: Sequence[Sequence[str]]) -> Library:
        """Each intent as an article that says its name and is asked by its training sentences."""
        asked: dict[str, list[str]] = {}
        for text, intent in labelled:
            asked.setdefault(intent, []).append(" ".join(text.split()))
        return self._library(
            ArticleDraft(
                article_id(intent), "en", intent.replace("_", " ").lower(),
                verbatim("".join(f"? {text}\n" for text in texts))
                + "\n" + intent.replace("_", " ").lower(),
            )
            for intent, texts in asked.items()
        )

    def _ask_sample(self) -> list[tuple[Question, SearchResult]]:
        folder = PET_CARE / "evaluation"
        files = [*sorted((folder / "retrieval").glob("*.jsonl")), folder / "out_of_scope.jsonl"]
        library = self._sample_library()
        asked = [question for file in files for question in read_questions(file)]
        return [(question, ask(library, question)) for question in asked]

    def _ask_amagasaki(self) -> list[tuple[str, SearchResult, dict[str, float]]]:
        folder = self._file("beir/amagasaki-faq")
        library = beir.library_of(folder, self._embedder)
        grades = beir.judgments(folder)
        return [(key, search(library, text), dict(grades.get(key, {})))
                for key, text in beir.queries(folder)]

    def _sample_library(self) -> Library:
        glossary = Glossary.load(PET_CARE / "glossary.yaml")
        return self._library(read_articles(PET_CARE / "articles"), glossary)

    def _library(
        self, drafts: Iterable[ArticleDraft], glossary: Glossary | None = None
    ) -> Library:
        library = Library(self._embedder, glossary)
        library.adopt(embedded(drafts, self._embedder))
        return library

    def _file(self, path: str) -> Path:
        if not (self._data / path).exists():
            raise Missing(f"there is no {self._data / path}")
        return self._data / path


def article_id(intent: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in intent).lower().strip("-")


def search(library: Library, text: str) -> SearchResult:
    return library.search(text, language=language_of(text), today=TODAY)


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
