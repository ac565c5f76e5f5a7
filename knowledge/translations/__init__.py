"""Which words of one language a word of the other is translated by, and how surely.

A list that was learned from translated texts (`knowledge/training/translations.py`), in the terms
of `knowledge.text.analyze`: 予約 is "reserv" and "appoint". With it a question finds articles that
exist only in the other language by their words, and not by vectors alone.
"""

import gzip
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BUNDLED = Path(__file__).with_name("words.tsv.gz")

Learned = Mapping[str, Sequence[tuple[str, float]]]


class Translations:
    """The list, both ways; safe to share among threads."""

    def __init__(self, learned: Learned) -> None:
        """`learned` has the English terms of each Japanese term, with a probability each."""
        numbers: dict[str, int] = {}
        sources, targets, chances = [], [], []
        for word, others in learned.items():
            own = numbers.setdefault(word, len(numbers))
            for other, chance in others:
                number = numbers.setdefault(other, len(numbers))
                sources += [own, number]
                targets += [number, own]
                chances += [chance, chance]
        order = np.argsort(np.array(sources, np.int32), kind="stable")
        self._numbers = numbers
        self._terms = list(numbers)
        self._starts = np.searchsorted(np.array(sources, np.int32)[order], range(len(numbers) + 1))
        self._targets: NDArray[np.int32] = np.array(targets, np.int32)[order]
        self._chances: NDArray[np.float32] = np.array(chances, np.float32)[order]

    def of(self, term: str) -> list[tuple[str, float]]:
        """Return the terms of the other language with a probability each; [] for an unknown one."""
        number = self._numbers.get(term)
        if number is None:
            return []
        own = slice(*self._starts[number : number + 2].tolist())
        pairs = zip(self._targets[own].tolist(), self._chances[own].tolist(), strict=True)
        return [(self._terms[target], chance) for target, chance in pairs]


@lru_cache(maxsize=2)
def load_translations(path: Path = BUNDLED) -> Translations:
    """Return the list in this file: a Japanese term, then `term probability-in-percent` each, all
    apart by tabs."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return Translations(dict(map(_entry, lines)))


def save_translations(path: Path, learned: Learned) -> None:
    """Write the list, sorted, the same bytes for the same list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (f"{word}\t{_fields(others)}\n" for word, others in sorted(learned.items()))
    with path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write("".join(lines).encode())


def _entry(line: str) -> tuple[str, list[tuple[str, float]]]:
    word, *others = line.rstrip("\n").split("\t")
    pairs = (other.rsplit(" ", 1) for other in others)
    return word, [(term, int(percent) / 100) for term, percent in pairs]


def _fields(others: Iterable[tuple[str, float]]) -> str:
    return "\t".join(f"{term} {max(1, round(100 * chance))}" for term, chance in others)
