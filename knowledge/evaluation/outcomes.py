"""What one query got, and the means of many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Outcome:
    """The figures of one query by their names, each 0 to 1, and what was found, best first.

    `wanted` is what should have been found, `kind` how the query is written, where that is known.
    """

    id: str
    text: str
    figures: Mapping[str, float]
    found: tuple[str, ...]
    wanted: tuple[str, ...]
    milliseconds: float
    kind: str = ""


def means(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the mean of each figure; empty without outcomes."""
    if not outcomes:
        return {}
    names = list(outcomes[0].figures)
    rows = np.array([[outcome.figures[name] for name in names] for outcome in outcomes])
    return dict(zip(names, rows.mean(axis=0).tolist(), strict=True))


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Return the outcomes of each kind, in the order of the kinds' names."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.kind, []).append(outcome)
    return dict(sorted(groups.items()))
