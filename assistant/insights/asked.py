"""What customers asked of late: what went unanswered, and which articles answered."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from assistant.conversations.models import SuggestionState
from assistant.insights import repository

# Where an article was wanted; the others were handed off by a rule of the company.
_FROM_ARTICLES = frozenset({"sure", "unsure", "no_answer", "not_answered", "unproven",
                            "sensitive_article"})
_TAKEN = frozenset({SuggestionState.ACCEPTED, SuggestionState.EDITED})
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS = re.compile(r"\+?\d[\d\-() ]{7,}\d")


@dataclass(frozen=True)
class Unanswered:
    """A question that no article answered well enough; `why` is handed_off, rejected or unsure.

    Mail addresses and long numbers of the customer's are left out of the text.
    """

    question: str
    language: str
    customer_id: int
    at: datetime
    why: str


@dataclass(frozen=True)
class Demand:
    """Of a stretch of time: the questions that went unanswered, and who heard which article."""

    unanswered: tuple[Unanswered, ...] = ()
    readers: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def hit_by(self, articles: Iterable[str]) -> frozenset[int]:
        """The customers who were answered, or nearly, from one of these articles."""
        none = frozenset[int]()
        return none.union(*(self.readers.get(article, none) for article in articles))


def demand(session: Session, since: datetime) -> Demand:
    """What was asked since then."""
    unanswered: list[Unanswered] = []
    readers: dict[str, set[int]] = {}
    for customer, state, at, reply in repository.suggestions(session, since):
        _note(readers, customer, reply)
        why = _why(state, reply)
        question = _masked(str((reply or {}).get("query", ""))).strip()
        if why and question:
            language = str(reply.get("language", "ja"))
            unanswered.append(Unanswered(question, language, customer, at, why))
    for customer, _, reply in repository.answers(session, since):
        _note(readers, customer, reply)
    return Demand(tuple(unanswered), {name: frozenset(who) for name, who in readers.items()})


def _why(state: str, reply: Mapping[str, Any] | None) -> str:
    """Why nothing answered; empty if something did, or if no article was wanted."""
    code = str((reply or {}).get("reason_code", ""))
    if code not in _FROM_ARTICLES or state in _TAKEN:
        return ""
    if state == SuggestionState.REJECTED:
        return "rejected"
    if code in ("no_answer", "unproven"):
        return "handed_off"
    return "unsure" if code in ("unsure", "not_answered") else ""


def _note(readers: dict[str, set[int]], customer: int, reply: Mapping[str, Any] | None) -> None:
    for citation in (reply or {}).get("citations", ()):
        readers.setdefault(str(citation.get("article_id", "")), set()).add(customer)


def _masked(text: str) -> str:
    return _DIGITS.sub("…", _ADDRESS.sub("…", text))
