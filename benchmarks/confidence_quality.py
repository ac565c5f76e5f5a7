"""Does the confidence know when the first hit answers, and when nothing does?

    python benchmarks/confidence_quality.py [--data ../shared/data] [--sets sample clinc150]
        [--reliability] [--svg FOLDER] [--json]

For each set: AUC of "the first hit is right" and of "an article answers at all", Brier's score, the
calibration error, and what is answered where 5 % of the answers may be wrong, for two confidences:
the one that ships, and a logistic model refitted on the features of the search (cross-fitted in
five folds; on the sample company fitted on its first half). The threshold is set on the first half
of the questions, by a hash of their ids, and judged on the second; "at best" sets it on the half
that is judged. Only what Library.search returns is used.

sample          own questions, the half not fitted on; right is the section that the author named
sample-article  the same; right is any section of the right article
sample+niilc    the same, and 800 questions of niilc that the company does not answer
amagasaki       citizens' questions; right is a document of grade 2 (amagasaki-related: 1 or 2)
clinc150        150 intents by their training sentences; validation and out-of-scope questions
hint3           a mattress shop's intents (v2) by their training sentences; real users' questions
"""

import argparse
import csv
import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.articles.draft import ArticleDraft
from knowledge.articles.passages import verbatim
from knowledge.articles.readers import read_articles
from knowledge.embedding import Embedder, load_embedder
from knowledge.evaluation import beir, calibration
from knowledge.evaluation.diagram import reliability_svg, reliability_text
from knowledge.evaluation.halves import for_fitting
from knowledge.evaluation.questions import Question, ask, read_questions
from knowledge.evaluation.records import embedded
from knowledge.glossary import Glossary
from knowledge.retrieval.library import Library
from knowledge.retrieval.results import SearchResult
from knowledge.text import language_of

ROOT = Path(__file__).resolve().parents[1]
PET_CARE = ROOT / "examples" / "pet_care"
TODAY = date(2026, 11, 23)
WRONG = 0.05
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


def matrix(questions: Sequence[Judged]) -> calibration.Values:
    names = sorted(questions[0].features)
    return np.array([[one.features[name] for name in names] for one in questions])


def refit(name: str, questions: Sequence[Judged]) -> calibration.Values:
    """Chances by a model that saw none of the questions that are judged (of the sample company
    the second half; the first half's come from five folds, to set the threshold by)."""
    right = np.array([one.right for one in questions])
    features = matrix(questions)
    crossed = calibration.cross_fitted(features, right)
    if name.startswith("sample"):
        # What is fitted on is the company's own first half: strangers' questions are only judged.
        own = np.array([one.first_half and not one.id.startswith("NIILC") for one in questions])
        half = np.array([one.first_half for one in questions])
        crossed[~half] = calibration.refitted(features[own], right[own], features[~half])
    return crossed


def report(name: str, questions: Sequence[Judged]) -> dict[str, Any]:
    shipped = np.array([one.confidence for one in questions])
    return {
        "answerable": sum(one.answerable for one in questions),
        "others": sum(not one.answerable for one in questions),
        "first_right": sum(one.right for one in questions),
        "shipped": figures(name, questions, shipped),
        "refitted": figures(name, questions, refit(name, questions)),
    }


def figures(
    name: str, questions: Sequence[Judged], confidences: calibration.Values
) -> dict[str, Any]:
    right = np.array([one.right for one in questions])
    answerable = np.array([one.answerable for one in questions])
    first = np.array([one.first_half for one in questions])
    # The sample company's first half was fitted on; of other sets every question is a stranger's.
    kept = ~first if name.startswith("sample") else np.ones(len(first), dtype=bool)
    threshold = calibration.threshold_for(confidences[first], right[first], WRONG)
    best = calibration.threshold_for(confidences[kept], right[kept], WRONG)
    table = calibration.reliability(confidences[kept], right[kept])
    return {
        "auc_right": calibration.auc(confidences[kept], right[kept]),
        "auc_scope": calibration.auc(confidences[kept], answerable[kept]),
        "brier": calibration.brier(confidences[kept], right[kept]),
        "calibration_error": calibration.calibration_error(table),
        "threshold_of_the_first_half": asdict(calibration.operating_point(
            confidences[~first], right[~first], answerable[~first], threshold)),
        "at_best": asdict(calibration.operating_point(
            confidences[kept], right[kept], answerable[kept], best)),
        "at_0.8": asdict(calibration.operating_point(
            confidences[kept], right[kept], answerable[kept], 0.8)),
        "reliability": [asdict(one) for one in table],
    }


HEAD = (
    f"{'':18}{'':10}{'AUC':>6}{'AUC':>7}{'':>7}{'':>7}   | threshold of the first half |"
    "  at best, 5 % wrong |         at 0.8\n"
    f"{'':18}{'':10}{'right':>6}{'scope':>7}{'Brier':>7}{'ECE':>7}   |"
    f"{'answered':>10}{'declined':>10}{'wrong':>8} |{'answered':>10}{'declined':>10} |"
    f"{'answered':>9}{'declined':>9}{'wrong':>7}"
)


def line(title: str, kind: str, found: dict[str, Any]) -> str:
    other, best = found["threshold_of_the_first_half"], found["at_best"]
    fixed = found["at_0.8"]
    return (
        f"{title:18}{kind:10}{found['auc_right']:6.3f}{found['auc_scope']:7.3f}"
        f"{found['brier']:7.3f}{found['calibration_error']:7.3f}   |"
        f"{other['answered']:10.3f}{other['declined']:10.3f}{other['wrong']:8.3f} |"
        f"{best['answered']:10.3f}{best['declined']:10.3f} |"
        f"{fixed['answered']:9.3f}{fixed['declined']:9.3f}{fixed['wrong']:7.3f}"
    )


def show(reports: dict[str, Any], with_tables: bool) -> None:
    print(HEAD)
    for name, found in reports.items():
        print(line(name, "shipped", found["shipped"]))
        print(line(f"  {found['answerable']} + {found['others']}", "refitted", found["refitted"]))
    if with_tables:
        for name, found in reports.items():
            table = [calibration.Bin(**one) for one in found["shipped"]["reliability"]]
            print(f"\n{name}, the confidence that ships\n{reliability_text(table)}")


def draw(reports: dict[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, found in reports.items():
        table = [calibration.Bin(**one) for one in found["shipped"]["reliability"]]
        (folder / f"reliability-{name}.svg").write_text(reliability_svg(table, name), "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--embedding", help="a name or folder; the bundled one if left out")
    parser.add_argument("--reliability", action="store_true", help="print the diagrams")
    parser.add_argument("--svg", type=Path, help="write the diagrams into this folder")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sets, reports, passed_over = Sets(options.data, load_embedder(options.embedding)), {}, []
    for name in options.sets:
        try:
            reports[name] = report(name, sets.of(name))
        except Missing as error:
            passed_over.append(f"{name} is passed over: {error}.")
    if options.svg:
        draw(reports, options.svg)
    if options.json:
        print(json.dumps({"sets": reports, "passed_over": passed_over}, ensure_ascii=False))
        return
    if reports:
        show(reports, options.reliability)
    for sentence in passed_over:
        print(sentence)


if __name__ == "__main__":
    main()
