"""How well the library finds, on everybody's questions: one table.

    python benchmarks/retrieval_quality.py [--data ../shared/data] [--sets amagasaki-faq sample]
        [--with retriever=lexical] [--json]

Sets in BEIR's layout below DATA/beir, and the sample company's own questions (all, and the hard
ones alone: romaji, mistyped, mixed, vague, in the other language). Where a set comes with figures
that others published (published.tsv: measure, model, score), our place among them is told. A set
that is not there is passed over with a sentence.
"""

import argparse
import csv
import json
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.articles.readers import read_articles
from knowledge.evaluation.measure import Measure, of_questions, of_set
from knowledge.evaluation.outcomes import by_kind, means
from knowledge.evaluation.questions import read_questions
from knowledge.evaluation.settings import Setting

ROOT = Path(__file__).resolve().parents[1]
PET_CARE = ROOT / "examples" / "pet_care"
BEIR = (
    "amagasaki-faq",
    "jsquad-valid",
    *(f"python-faq-{pair}" for pair in ("ja2ja", "en2en", "ja2en", "en2ja")),
)
SAMPLE = ("sample", "sample-hard")
TODAY = date(2026, 11, 23)
PUBLISHED = {"Recall@10": "R@10", "nDCG@10": "nDCG@10"}


def sample(name: str) -> Measure:
    files = sorted((PET_CARE / "evaluation" / "retrieval").glob("*.jsonl"))
    chosen = [file for file in files if name == "sample" or file.stem == "hard"]
    asked = [question for file in chosen for question in read_questions(file)]
    drafts = read_articles(PET_CARE / "articles")
    return of_questions(name, asked, drafts, TODAY, PET_CARE / "glossary.yaml")


def measured(measure: Measure, setting: Setting) -> dict[str, Any]:
    started = time.perf_counter()
    outcomes = measure.run(setting)
    groups = by_kind(outcomes)
    return {
        "queries": len(outcomes),
        "figures": means(outcomes),
        "kinds": {kind: {"queries": len(own), **means(own)}
                  for kind, own in groups.items() if kind},
        "milliseconds": sum(one.milliseconds for one in outcomes) / max(1, len(outcomes)),
        "seconds": round(time.perf_counter() - started, 1),
    }


def places(file: Path, figures: dict[str, float]) -> dict[str, dict[str, Any]]:
    """Our place among the published models, and who stands next to us."""
    rows = [row for row in csv.reader(file.open(encoding="utf-8"), delimiter="\t") if len(row) == 3]
    found: dict[str, dict[str, Any]] = {}
    for measure, figure in PUBLISHED.items():
        others = sorted(((float(score), model) for name, model, score in rows if name == measure),
                        reverse=True)
        own = figures[figure]
        better = [entry for entry in others if entry[0] > own]
        worse = [entry for entry in others if entry[0] <= own]
        found[figure] = {
            "place": len(better) + 1, "of": len(others) + 1,
            "next_above": better[-1][::-1] if better else None,
            "next_below": worse[0][::-1] if worse else None,
        }
    return found


def run(data: Path, sets: list[str], setting: Setting) -> tuple[dict[str, Any], list[str]]:
    report: dict[str, Any] = {}
    passed_over = []
    for name in sets:
        folder = data / "beir" / name
        if name in SAMPLE:
            report[name] = measured(sample(name), setting)
        elif folder.is_dir():
            report[name] = measured(of_set(folder), setting)
            published = folder / "published.tsv"
            if published.exists():
                report[name]["published"] = places(published, report[name]["figures"])
        else:
            passed_over.append(f"{name} is passed over: there is no folder {folder}.")
    return report, passed_over


def table(report: dict[str, Any]) -> str:
    lines: list[str] = []
    before: list[str] = []
    for name, row in report.items():
        figures = row["figures"]
        if list(figures) != before:
            before = list(figures)
            lines.append(f"{'':20}{'queries':>8}" + "".join(f"{one:>11}" for one in before)
                         + f"{'ms a query':>12}")
        lines.append(f"{name:20}{row['queries']:8}"
                     + "".join(f"{value:11.3f}" for value in figures.values())
                     + f"{row['milliseconds']:12.1f}")
        for kind, own in row["kinds"].items():
            cells = "".join(f"{own[one]:11.3f}" for one in figures)
            lines.append(f"  {kind:18}{own['queries']:8}{cells}")
        for figure, place in row.get("published", {}).items():
            above, below = place["next_above"], place["next_below"]
            lines.append(
                f"  {figure}: place {place['place']} of {place['of']}, "
                + (f"below {above[0]} ({above[1]:.3f})" if above else "the best")
                + (f", above {below[0]} ({below[1]:.3f})" if below else "")
                + "; published for all of the set's queries"
            )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--sets", nargs="+", choices=[*BEIR, *SAMPLE], default=[*BEIR, *SAMPLE])
    parser.add_argument("--with", dest="setting", action="append", default=[],
                        metavar="KEY=VALUE")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    setting = Setting().changed(options.setting)
    report, passed_over = run(options.data, options.sets, setting)
    if options.json:
        print(json.dumps({"setting": asdict(setting), "sets": report, "passed_over": passed_over},
                         ensure_ascii=False))
        return
    print(" ".join(f"{key}={value}" for key, value in asdict(setting).items()))
    print(table(report))
    for sentence in passed_over:
        print(sentence)


if __name__ == "__main__":
    main()
