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
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from confidence.sets import SETS, Judged, Missing, Sets

from knowledge.embedding import load_embedder
from knowledge.evaluation import calibration
from knowledge.evaluation.diagram import reliability_svg, reliability_text

ROOT = Path(__file__).resolve().parents[1]
WRONG = 0.05


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
