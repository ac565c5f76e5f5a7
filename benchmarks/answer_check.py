"""Does the check of replies refuse what is not borne out, and let pass what is?

    python benchmarks/answer_check.py [--data ../shared/data] [--json] [--show]

Right answers of our own: sections of the sample company's articles as invented customers may read
them. Corrupted: the same with exactly one thing changed (a price, a unit, a date, a no, a must, a
name, a bound …) by rules that change the meaning; a change to what the section states as well is
left out. Paraphrases: written by hand (answer_paraphrases.yaml), each with a twin that has one
subtle invention; the thresholds were set on the even pairs, the odd ones were seen while rules were
written. BEGIN (Dziri et al., "Evaluating attribution in dialogue systems", 2022): replies that
people judged, where whatever is not fully attributable is to be refused; halves by a hash of the
reply, the thresholds and the rule beside the check are set on the first. --show prints what was
judged wrongly.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.engine.checking import Unproven, check
from benchmarks.answer_checking.begin import attribution
from benchmarks.answer_checking.corruptions import KINDS, Corruption, corruptions
from benchmarks.answer_checking.house import Answer, House

PARAPHRASES = Path(__file__).with_name("answer_paraphrases.yaml")
ANSWERS = 500


class Shown:
    """Collects what was judged wrongly, for --show."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, what: str, text: str, found: Sequence[Unproven]) -> None:
        said = "; ".join(f"{one.kind}: {one.span}" for one in found)
        self.lines.append(f"[{what}] {text}\n    {said}")


def right(answers: Sequence[Answer], shown: Shown) -> dict[str, Any]:
    refused = 0
    for answer in answers:
        found = check(answer.text, answer.grounds)
        if found:
            refused += 1
            shown.add("right", answer.text, found)
    return {"answers": len(answers), "refused": refused}


def corrupted(answers: Sequence[Answer], shown: Shown) -> dict[str, dict[str, int]]:
    """As many changes of each kind, in both languages, as there are answers for."""
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    chance = random.Random(7)
    for language in ("ja", "en"):
        own = [answer for answer in answers if answer.language == language]
        chance.shuffle(own)
        for kind in KINDS:
            for answer, change in _changes(own, kind, chance):
                found = check(change.text, answer.grounds)
                counts[kind]["changed"] += 1
                counts[kind]["caught"] += bool(found)
                if not found:
                    shown.add(f"{kind}: {change.was} → {change.now}", change.text, found)
    return {kind: dict(count) for kind, count in counts.items()}


def _changes(
    answers: Sequence[Answer], kind: str, chance: random.Random
) -> list[tuple[Answer, Corruption]]:
    found = []
    for answer in answers:
        change = next(corruptions(answer.text, answer.language, kind, answer.grounds, chance), None)
        if change is not None:
            found.append((answer, change))
        if len(found) == ANSWERS // (2 * len(KINDS)) + 1:
            break
    return found


def paraphrased(house: House, shown: Shown) -> dict[str, Any]:
    report: dict[str, Any] = {}
    pairs = yaml.safe_load(PARAPHRASES.read_text(encoding="utf-8"))
    places = {(one.article, one.position, one.language): one for one in house.places}
    for at, pair in enumerate(pairs):
        for language in ("ja", "en"):
            place = places[pair["article"], pair["section"], language]
            answer = house.answer(place, house.unknown())
            assert answer is not None
            half = "odd" if at % 2 else "even"
            count = report.setdefault(f"{language}, {half}", Counter())
            for name in ("right", "wrong"):
                text = pair[language][name]
                found = check(text, answer.grounds)
                count[name] += 1
                count[f"{name} refused"] += bool(found)
                if bool(found) != (name == "wrong"):
                    shown.add(f"paraphrase {half} {name}", text, found)
    return {half: dict(count) for half, count in sorted(report.items())}


def run(data: Path, shown: Shown) -> dict[str, Any]:
    house = House()
    answers = house.answers()
    sample = random.Random(3).sample(answers, min(ANSWERS, len(answers)))
    report: dict[str, Any] = {
        "right": right(sample, shown), "corrupted": corrupted(answers, shown),
        "paraphrases": paraphrased(house, shown),
    }
    house.close()
    folder = data / "begin_groundedness"
    report["begin"] = attribution(folder) if folder.exists() else {}
    return report


def table(report: dict[str, Any]) -> None:
    own = report["right"]
    print(f"right answers refused: {own['refused']} of {own['answers']}")
    print("\none thing changed        caught    of")
    for kind, count in report["corrupted"].items():
        print(f"  {kind:<20}{count.get('caught', 0):>8}{count.get('changed', 0):>6}")
    total = Counter[str]()
    for count in report["corrupted"].values():
        total.update(count)
    print(f"  {'all':<20}{total['caught']:>8}{total['changed']:>6}"
          f"  {total['caught'] / total['changed']:.3f}")
    print("\nparaphrases          right refused    of   invention caught    of")
    for half, count in report["paraphrases"].items():
        print(f"  {half:<20}{count['right refused']:>12}{count['right']:>6}"
              f"{count['wrong refused']:>19}{count['wrong']:>6}")
    if report["begin"]:
        print("\nBEGIN                                 precision  recall  accuracy     n")
    for name, row in report["begin"].items():
        print(f"  {name:<36}{row['precision']:>9.3f}{row['recall']:>8.3f}"
              f"{row['accuracy']:>10.3f}{row['n']:>6}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    shown = Shown()
    report = run(options.data, shown)
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
        return
    table(report)
    if options.show:
        print("\n" + "\n".join(shown.lines))


if __name__ == "__main__":
    main()
