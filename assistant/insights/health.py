"""How healthy the knowledge is: what customers miss, and what is wrong with the articles."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from assistant.insights import repository
from assistant.insights.asked import Demand, Unanswered, demand
from knowledge.articles import repository as articles
from knowledge.embedding import Embedder
from knowledge.health.check import KINDS, check_articles
from knowledge.health.clusters import MOST_QUESTIONS, Cluster, clustered
from knowledge.health.shelf import Finding, Place, shelve
from knowledge.retrieval.library import Library
from knowledge.retrieval.results import Hit, PassageView, SearchResult
from knowledge.text import straight
from prompts import say

DAYS = 30
_EXAMPLES = 3


@dataclass(frozen=True)
class Ranked:
    """A finding with how many customers it has hit, and whether somebody has settled it."""

    finding: Finding
    customers: int
    settled: bool = False
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class HealthReport:
    """All findings of one day: urgent ones first, then what hit most customers."""

    day: date
    days: int
    articles: int
    unanswered: int
    findings: tuple[Ranked, ...]

    @property
    def open(self) -> tuple[Ranked, ...]:
        """The findings that nobody has settled."""
        return tuple(one for one in self.findings if not one.settled)

    @property
    def urgent(self) -> tuple[Ranked, ...]:
        """The open findings that mislead customers, or leave them without an answer, today."""
        return tuple(one for one in self.open if one.finding.urgent)


class KnowledgeHealth:
    """Looks at the articles of a database and at what was asked.

    The checks of the articles are kept until an article or the day changes. `embedder` is the
    bundled one, for which their thresholds are set; `sure` is the confidence from which a question
    counts as answered by now, `near` from which an article is named as the closest.
    """

    def __init__(
        self, library: Library, embedder: Embedder, kinds: Mapping[str, Sequence[str]], *,
        sure: float, near: float,
    ) -> None:
        self._library = library
        self._embedder = embedder
        self._kinds = kinds
        self._sure = sure
        self._near = near
        self._checking = threading.Lock()
        self._kept: tuple[tuple[int, date], int, list[Finding]] | None = None

    def report(
        self, session: Session, now: datetime, today: date, days: int = DAYS
    ) -> HealthReport:
        """What is to be done, with the customers of the last `days`."""
        count, found = self._of_articles(session, today)
        asked = demand(session, now - timedelta(days=days))
        settled = repository.settled_keys(session)
        open_questions, gaps = self._gaps(asked, today)
        ranked = [*gaps, *(Ranked(one, len(asked.hit_by(one.articles))) for one in found)]
        ranked = [
            Ranked(one.finding, one.customers, one.finding.key in settled, one.examples)
            for one in ranked
        ]
        ranked.sort(key=lambda one: (
            not one.finding.urgent, -one.customers, KINDS.index(one.finding.kind)
        ))
        return HealthReport(today, days, count, open_questions, tuple(ranked))

    def is_checked(self, session: Session, today: date) -> bool:
        """Whether the articles as they are have been checked: then a report takes no time."""
        kept = self._kept
        return kept is not None and kept[0] == (articles.revision(session), today)

    def check(self, session: Session, today: date) -> None:
        """Check the articles now, so that the next report has them."""
        with self._checking:
            self._of_articles(session, today)

    def _of_articles(self, session: Session, today: date) -> tuple[int, list[Finding]]:
        key = (articles.revision(session), today)
        kept = self._kept
        if kept is None or kept[0] != key:
            shelved = shelve(articles.current_records(session))
            found = check_articles(shelved, self._embedder, today, kinds=self._kinds)
            self._kept = kept = (key, len(shelved), found)
        return kept[1], kept[2]

    def _gaps(self, asked: Demand, today: date) -> tuple[int, list[Ranked]]:
        """How many questions are still unanswered, and their clusters as findings."""
        still = self._still_unanswered(asked.unanswered, today)[:MOST_QUESTIONS]
        questions = [question.question for question, _ in still]
        groups = clustered(questions, self._embedder.embed(questions))
        return len(still), [_gap(group, still, self._near) for group in groups]

    def _still_unanswered(
        self, unanswered: Sequence[Unanswered], today: date
    ) -> list[tuple[Unanswered, SearchResult]]:
        """Each customer's question once, without what an article answers by now."""
        once = {(one.customer_id, one.question): one for one in reversed(unanswered)}
        found = []
        for one in reversed(list(once.values())):
            result = self._library.search(
                one.question, language=one.language, today=today, visible=_for_everyone
            )
            if result.confidence < self._sure:
                found.append((one, result))
        return found


def _for_everyone(passage: PassageView) -> bool:
    return passage.audience == "everyone"


def _gap(
    group: Cluster, still: Sequence[tuple[Unanswered, SearchResult]], near: float
) -> Ranked:
    asked = [still[at][0] for at in group.members]
    result = still[group.central][1]
    hit = result.hits[0] if result.hits and result.confidence >= near else None
    texts = list(dict.fromkeys(straight(one.question) for one in asked))
    finding = Finding(
        "unanswered", (_place(hit),) if hit else (), urgent=True,
        details={
            "quote": texts[0], "terms": ", ".join(group.terms),
            "questions": str(len(asked)), "percent": f"{100 * result.confidence:.0f}",
        },
    )
    return Ranked(
        finding, len({one.customer_id for one in asked}), examples=tuple(texts[:_EXAMPLES])
    )


def _place(hit: Hit) -> Place:
    passage = hit.passage
    return Place(passage.article_id, passage.language, passage.title, passage.heading,
                 passage.position)


def told(
    finding: Finding, language: str, name: Callable[[str], str] = str
) -> tuple[str, str]:
    """What was found and what to do about it, in sentences; `name` says a language's code."""
    languages = {place.language for place in finding.places}
    alike = len(finding.places) > 1 and len(languages) == 1
    where = [_where(place, "" if alike else name(place.language)) for place in finding.places]
    details = dict(finding.details)
    values: dict[str, object] = {
        key: details.get(key, "")
        for key in ("quote", "other_quote", "value", "other_value", "day", "other_day", "shared",
                    "terms")
    }
    values |= {
        "code": finding.kind,
        "questions": int(details.get("questions", "0")),
        "percent": int(details.get("percent", "0")),
        "missing": name(details.get("missing", "")),
        "where": where[0] if where else "",
        "other_where": where[1] if len(where) > 1 else "",
        "near": where[0] if finding.kind == "unanswered" and where else "",
    }
    return say("health_found", language, **values), say("health_advice", language, **values)


def _where(place: Place, language: str) -> str:
    title = f"{place.title} › {place.heading}" if place.heading else place.title
    return f"{title} ({language})" if language else title
