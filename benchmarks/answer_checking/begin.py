"""BEGIN: what people judged to be borne out by its source, against what the check says."""

import csv
import gzip
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.engine.checking import Grounds, check
from knowledge.text import analyze, normalize


@dataclass(frozen=True)
class Judged:
    """A reply, its source, what it answers, and whether it is to be refused."""

    source: str
    knowledge: str
    message: str
    response: str
    refuse: bool

    @property
    def fitted(self) -> bool:
        return hashlib.sha256(self.response.encode()).digest()[0] % 2 == 0


def attribution(folder: Path) -> dict[str, Any]:
    """Precision, recall and accuracy of the refusals, by half and source, beside simple rules."""
    rows = [row for path in sorted(folder.glob("begin_dev_*.tsv.gz")) for row in _read(path)]
    threshold = max((at / 20 for at in range(1, 20)),
                    key=lambda share: _accuracy([r for r in rows if r.fitted], _overlap(share)))
    rules: dict[str, Callable[[Judged], bool]] = {
        "check": _checked, "numbers only": _new_number,
        f"word overlap under {threshold:.2f}": _overlap(threshold),
    }
    report = {}
    for half in (True, False):
        own = [row for row in rows if row.fitted == half]
        name = "fitted" if half else "held out"
        for rule, refuses in rules.items():
            report[f"{name}, {rule}"] = _figures(own, refuses)
        for source in sorted({row.source for row in own}):
            report[f"{name}, check, {source}"] = _figures(
                [row for row in own if row.source == source], _checked)
    return report


def _read(path: Path) -> Iterator[Judged]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            label = (row["begin_label"] or "").strip()
            yield Judged(row["data_source"], row["knowledge"], row["message"], row["response"],
                         label != "Fully attributable")


def _checked(row: Judged) -> bool:
    return bool(check(row.response, Grounds(
        sections=(row.knowledge,), asked=(row.message,), language="en")))


def _new_number(row: Judged) -> bool:
    look = r"\d+(?:[.,]\d+)*"
    return bool(set(re.findall(look, normalize(row.response)))
                - set(re.findall(look, normalize(row.knowledge))))


def _overlap(least: float) -> Callable[[Judged], bool]:
    def refuses(row: Judged) -> bool:
        own = set(analyze(row.response))
        return len(own & set(analyze(row.knowledge))) < least * max(1, len(own))
    return refuses


def _accuracy(rows: Sequence[Judged], refuses: Callable[[Judged], bool]) -> float:
    return sum(refuses(row) == row.refuse for row in rows) / len(rows)


def _figures(rows: Sequence[Judged], refuses: Callable[[Judged], bool]) -> dict[str, float]:
    refused = [refuses(row) for row in rows]
    hits = sum(row.refuse and one for row, one in zip(rows, refused, strict=True))
    return {
        "precision": hits / max(1, sum(refused)),
        "recall": hits / max(1, sum(row.refuse for row in rows)),
        "accuracy": sum(r.refuse == one for r, one in zip(rows, refused, strict=True)) / len(rows),
        "n": len(rows),
    }
