"""Two settings on the same queries: which is better, by how much, and for which queries."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.evaluation.outcomes import Outcome
from knowledge.evaluation.significance import significance

LEVEL = 0.05


@dataclass(frozen=True)
class Difference:
    """One figure in both settings; `low` and `high` are the 95 % interval of the difference.

    `better` and `worse` count the queries on which the second setting did better and worse.
    """

    figure: str
    first: float
    second: float
    difference: float
    low: float
    high: float
    p: float
    better: int
    worse: int

    @property
    def significant(self) -> bool:
        """Whether chance alone gives such a difference less than once in twenty."""
        return self.p < LEVEL


@dataclass(frozen=True)
class Change:
    """A query that the second setting answers better or worse, and what each found."""

    id: str
    text: str
    difference: float
    wanted: tuple[str, ...]
    found_first: tuple[str, ...]
    found_second: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """All figures, the queries that won and lost most by the figure `judged_by`."""

    queries: int
    judged_by: str
    differences: tuple[Difference, ...]
    won: tuple[Change, ...]
    lost: tuple[Change, ...]

    @property
    def verdict(self) -> Difference:
        """The difference that decides."""
        return next(one for one in self.differences if one.figure == self.judged_by)


def compare(
    first: Sequence[Outcome], second: Sequence[Outcome], judged_by: str, most: int = 10
) -> Comparison:
    """Return what changes from the first to the second setting, on the queries of both.

    Raises ValueError if no query is in both.
    """
    others = {outcome.id: outcome for outcome in second}
    pairs = [(one, others[one.id]) for one in first if one.id in others]
    if not pairs:
        raise ValueError("there is no query that both settings answered")
    changes = [_change(one, other, judged_by) for one, other in pairs]
    # The same order whatever the sets hold: by size, then by id.
    won = sorted((c for c in changes if c.difference > 0), key=lambda c: (-c.difference, c.id))
    lost = sorted((c for c in changes if c.difference < 0), key=lambda c: (c.difference, c.id))
    figures = [name for name in pairs[0][0].figures if name in pairs[0][1].figures]
    return Comparison(
        queries=len(pairs),
        judged_by=judged_by,
        differences=tuple(_difference(pairs, figure) for figure in figures),
        won=tuple(won[:most]),
        lost=tuple(lost[:most]),
    )


def _difference(pairs: Sequence[tuple[Outcome, Outcome]], figure: str) -> Difference:
    values = np.array([[one.figures[figure], other.figures[figure]] for one, other in pairs])
    change = values[:, 1] - values[:, 0]
    found = significance(change)
    return Difference(
        figure=figure,
        first=float(values[:, 0].mean()),
        second=float(values[:, 1].mean()),
        difference=found.difference,
        low=found.low,
        high=found.high,
        p=found.p,
        better=int((change > 0).sum()),
        worse=int((change < 0).sum()),
    )


def _change(one: Outcome, other: Outcome, judged_by: str) -> Change:
    return Change(
        id=one.id,
        text=one.text,
        difference=other.figures[judged_by] - one.figures[judged_by],
        wanted=one.wanted,
        found_first=one.found,
        found_second=other.found,
    )
