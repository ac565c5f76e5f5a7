"""Figures of many verdicts: counts by group, and the curve of abstention."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.evaluation.judging import Verdict


@dataclass(frozen=True)
class Figures:
    """Shares between 0 and 1; NaN-free: 0 where there is nothing to count.

    `wrong_of_sent`: of what was sent, how much was wrong. `answered`: of the answerable ones, how
    many were sent. `declined`: of what cannot be answered, how much was not sent.
    """

    count: int
    right: int
    wrong: int
    abstained: int
    leaked: int
    overpersonalized: int
    sent: int
    wrong_of_sent: float
    answered: float
    declined: float


def figures(verdicts: Sequence[Verdict]) -> Figures:
    """The figures of these verdicts."""
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    sent = [verdict for verdict in verdicts if verdict.sent]
    can = [verdict for verdict in verdicts if verdict.case.answerable]
    cannot = [verdict for verdict in verdicts if not verdict.case.answerable]
    return Figures(
        count=len(verdicts), right=outcomes["right"], wrong=outcomes["wrong"],
        abstained=outcomes["abstained"],
        leaked=sum(bool(verdict.leaked) for verdict in verdicts),
        overpersonalized=sum(bool(verdict.overpersonalized) for verdict in verdicts),
        sent=len(sent),
        wrong_of_sent=_share(sum(one.outcome == "wrong" for one in sent), len(sent)),
        answered=_share(sum(one.sent for one in can), len(can)),
        declined=_share(sum(not one.sent for one in cannot), len(cannot)),
    )


def grouped(
    verdicts: Iterable[Verdict], group: Callable[[Verdict], str]
) -> Mapping[str, Figures]:
    """The figures of each group, by its name in order."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(group(verdict), []).append(verdict)
    return {name: figures(groups[name]) for name in sorted(groups)}


@dataclass(frozen=True)
class Point:
    """With this threshold: the share of all cases that are answered, and of those wrongly."""

    threshold: float
    answered: float
    wrong: float


def abstention_curve(
    verdicts: Sequence[Verdict], thresholds: Sequence[float] = (.2, .3, .4, .5, .6, .7, .8, .9, .95)
) -> list[Point]:
    """Share answered against share wrong, if answers were sent from each threshold on: the risk
    and coverage of selective classification (El-Yaniv and Wiener, JMLR 2010)."""
    judged = [verdict for verdict in verdicts if verdict.would is not None]
    points = []
    for threshold in thresholds:
        sent = [verdict for verdict in judged if verdict.confidence >= threshold]
        wrong = sum(not verdict.would for verdict in sent)
        points.append(Point(threshold, _share(len(sent), len(verdicts)),
                            _share(wrong, len(sent))))
    return points


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
