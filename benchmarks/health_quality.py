"""Does the health check see what is wrong, and how often does it cry wolf?

    python benchmarks/health_quality.py [--data ../shared/data] [--json]

Contradictions: in the sample company's articles, which agree, one value of one article at a time is
changed (`examples/pet_care/evaluation/contradictions.jsonl`: the other articles still say the old
one). Found is a change after which a new finding names that article; what is found in the unchanged
articles are false alarms. The thresholds were set on the first half of the changes. Translations:
the same changes, seen between the languages of the article. Clusters: 400 questions of banking77
by its 77 intents, in two halves, by B-cubed precision and recall (Bagga and Baldwin, 1998); the
threshold was set on the first.
"""

import argparse
import csv
import gzip
import json
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.company import load_company
from knowledge.articles.readers import read_articles
from knowledge.embedding import Embedder, load_embedder
from knowledge.evaluation.records import embedded
from knowledge.health.clusters import clustered
from knowledge.health.contradictions import Contradictions
from knowledge.health.drift import drift
from knowledge.health.shelf import ShelvedArticle, shelve

ROOT = Path(__file__).resolve().parents[1]
PET_CARE = ROOT / "examples" / "pet_care"
LANGUAGES = ("ja", "en")
QUESTIONS = 400


def changed(articles: Sequence[ShelvedArticle], row: dict[str, str]) -> list[ShelvedArticle]:
    return [
        replace(article, sections=tuple(
            replace(section, text=section.text.replace(row["from"], row["to"]))
            for section in article.sections))
        if (article.article_id, article.language) == (row["article"], row["language"]) else article
        for article in articles
    ]


class Values:
    """Looks for contradictions before and after each change."""

    def __init__(self, embedder: Embedder) -> None:
        self._articles = shelve(embedded(read_articles(PET_CARE / "articles"), embedder))
        self._kinds = load_company(PET_CARE).species
        self._embedder = embedder
        self._vectors = {
            language: embedder.embed(
                [one.whole for one in self._sections(self._articles, language)])
            for language in LANGUAGES
        }

    def run(self) -> dict[str, Any]:
        started = time.perf_counter()
        before = {language: self._found(self._articles, language) for language in LANGUAGES}
        seconds = time.perf_counter() - started
        alarms = sum(map(len, before.values()))
        file = PET_CARE / "evaluation" / "contradictions.jsonl"
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        report: dict[str, Any] = {
            "false_alarms": alarms, "sections": sum(map(len, self._vectors.values())),
            "false_alarms_between_languages": len(self._differing(self._articles)),
            "seconds": round(seconds, 2),
        }
        for half in ("fitted", "held-out"):
            own = [row for row in rows if row["half"] == half]
            found = [self._is_found(row, before[row["language"]]) for row in own]
            apart = [self._is_seen_between_languages(row) for row in own]
            report[half] = {"changes": len(own), "found": sum(found),
                            "seen_between_languages": sum(apart)}
        return report

    def _is_found(self, row: dict[str, str], before: set[Any]) -> bool:
        after = self._found(changed(self._articles, row), row["language"])
        return any(row["article"] in {place.article_id for place in places}
                   for places in after - before)

    def _is_seen_between_languages(self, row: dict[str, str]) -> bool:
        return any(row["article"] in found for found in
                   self._differing(changed(self._articles, row)))

    def _differing(self, articles: Sequence[ShelvedArticle]) -> list[frozenset[str]]:
        return [one.articles for one in drift(articles) if one.kind == "translation_differs"]

    def _found(self, articles: Sequence[ShelvedArticle], language: str) -> set[Any]:
        # The vectors stay those of the unchanged text: one value moves a section hardly at all.
        sections = self._sections(articles, language)
        found = Contradictions(sections, self._vectors[language], self._kinds).find()
        return {one.places for one in found}

    def _sections(self, articles: Sequence[ShelvedArticle], language: str) -> list[Any]:
        return [section for article in articles if article.language == language
                for section in article.sections]


def clusters(file: Path, embedder: Embedder) -> dict[str, Any]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [(row["text"], row["category"]) for row in csv.DictReader(lines)]
    intents = sorted({intent for _, intent in rows})
    report = {}
    for half, name in enumerate(("fitted", "held-out")):
        own = [row for row in rows if intents.index(row[1]) % 2 == half]
        chosen = random.Random(1).sample(own, QUESTIONS)
        questions = [text for text, _ in chosen]
        groups = [one.members for one in clustered(questions, embedder.embed(questions))]
        report[name] = b_cubed([intent for _, intent in chosen], groups)
    return report


def b_cubed(labels: Sequence[str], groups: Sequence[Sequence[int]]) -> dict[str, float]:
    group_of = {at: group for group in groups for at in group}
    size = {label: labels.count(label) for label in set(labels)}
    alike = [sum(labels[other] == label for other in group_of[at])
             for at, label in enumerate(labels)]
    precision = sum(own / len(group_of[at]) for at, own in enumerate(alike)) / len(labels)
    recall = sum(own / size[labels[at]] for at, own in enumerate(alike)) / len(labels)
    return {"clusters": len(groups), "precision": precision, "recall": recall,
            "f": 2 * precision * recall / (precision + recall)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    embedder = load_embedder()
    report: dict[str, Any] = {"contradictions": Values(embedder).run()}
    file = options.data / "banking77" / "test.csv.gz"
    if file.exists():
        report["clusters"] = clusters(file, embedder)
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
        return
    values = report["contradictions"]
    print(f"{values['sections']} sections that agree, checked in {values['seconds']} s: "
          f"{values['false_alarms']} false alarms, "
          f"{values['false_alarms_between_languages']} between languages")
    for half in ("fitted", "held-out"):
        own = values[half]
        print(f"  {half:9} {own['found']} of {own['changes']} changed values found, "
              f"{own['seen_between_languages']} seen between the languages")
    for half, own in report.get("clusters", {}).items():
        print(f"  {half:9} banking77, {QUESTIONS} questions: {own['clusters']} clusters, "
              f"B-cubed precision {own['precision']:.3f}, recall {own['recall']:.3f}, "
              f"F {own['f']:.3f}")
    if "clusters" not in report:
        print(f"banking77 is passed over: there is no {file}.")


if __name__ == "__main__":
    main()
