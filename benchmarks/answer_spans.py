"""From the right section to the sentences that answer: are they complete, and are they short?

    python benchmarks/answer_spans.py [--data ../shared/data] [--json]

The sample company's own 90 cases (`examples/pet_care/evaluation/spans.jsonl`), by halves: the
weights were set on the first. Then one in forty of JaQuAD's training questions with the paragraph
that they are about: does what is shown contain one of the gold answers? The bundled embedding has
seen these pairs of question and paragraph (not which sentence answers), so words alone are shown
beside it. "The first sentence" is what an answer would be without any choice.
"""

import argparse
import gzip
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.company import load_company
from assistant.engine.compose import ExtractiveWriter
from assistant.engine.general import GeneralReading
from assistant.engine.template import SectionTemplates
from knowledge.articles.passages import sections
from knowledge.articles.readers import read_articles
from knowledge.embedding import Embedder, load_embedder
from knowledge.evaluation.answer_spans import SpanCase, evaluate_spans, read_span_cases
from knowledge.retrieval.blocks import blocks
from knowledge.retrieval.spans import answer_in

ROOT = Path(__file__).resolve().parents[1]
PET_CARE = ROOT / "examples" / "pet_care"
STEP = 40


def sections_of_the_sample() -> Callable[[SpanCase], str]:
    """The sections as somebody reads them of whom nothing is known."""
    company = load_company(PET_CARE)
    templates = SectionTemplates(ExtractiveWriter(company, "").filters)
    general = GeneralReading(templates, company, lambda: datetime(2026, 11, 23, tzinfo=UTC))
    texts = {
        (draft.article_id, draft.language, section.heading):
            general(section.template, draft.language)
        for draft in read_articles(PET_CARE / "articles")
        for section in sections(draft.body)
    }
    return lambda case: texts[case.article, case.language, case.section]


def own_cases(embedder: Embedder) -> dict[str, Any]:
    cases = read_span_cases(PET_CARE / "evaluation" / "spans.jsonl")
    text_of = sections_of_the_sample()
    halves = {
        "sample, fitted half": [case for case in cases if case.for_fitting],
        "sample, held-out half": [case for case in cases if not case.for_fitting],
    }
    report = {}
    for name, own in halves.items():
        report[name] = asdict(evaluate_spans(own, text_of, embedder))
        report[f"{name}, words alone"] = asdict(evaluate_spans(own, text_of, None))
    report["sample, warnings kept"] = asdict(
        evaluate_spans(cases, text_of, embedder, cautions=True))
    return report


def jaquad(folder: Path, embedder: Embedder) -> dict[str, Any]:
    texts = {row["id"]: row["text"] for row in rows(folder / "train.passages.jsonl.gz")}
    asked = rows(folder / "train.queries.jsonl.gz")[::STEP]
    ways: dict[str, Callable[[str, str], str]] = {
        "jaquad": lambda question, text: answer_in(question, text, embedder).text,
        "jaquad, words alone": lambda question, text: answer_in(question, text).text,
        "jaquad, the first sentence": lambda _, text: blocks(text)[0].pieces[0].text,
    }
    report = {}
    for name, shown_by in ways.items():
        shown = [(row, shown_by(row["query"], texts[row["positive"]])) for row in asked]
        report[name] = {
            "cases": len(asked),
            "complete": sum(any(gold in text for gold in row["answers"])
                            for row, text in shown) / len(asked),
            "kept": sum(len(text) / len(texts[row["positive"]]) for row, text in shown)
            / len(asked),
        }
    return report


def rows(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    embedder = load_embedder()
    report, passed_over = own_cases(embedder), ""
    if (options.data / "jaquad").is_dir():
        report |= jaquad(options.data / "jaquad", embedder)
    else:
        passed_over = f"jaquad is passed over: there is no folder {options.data / 'jaquad'}."
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
        return
    print(f"{'':36}{'cases':>7}{'complete':>10}{'lean':>8}{'shown':>8}")
    for name, row in report.items():
        lean = f"{row['lean']:8.3f}" if "lean" in row else f"{'':8}"
        print(f"{name:36}{row['cases']:7}{row['complete']:10.3f}{lean}{row['kept']:8.3f}")
    if passed_over:
        print(passed_over)


if __name__ == "__main__":
    main()
