"""Step 2: passages from the articles, and what this customer's own history holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from assistant.engine.audience import Audience
from assistant.engine.turn import Turn
from knowledge.retrieval.results import PassageView, SearchResult


class Search(Protocol):
    """What the engine needs of the library."""

    def search(
        self, query: str, *, language: str, today: date,
        visible: Callable[[PassageView], bool], limit: int = 8,
    ) -> SearchResult:
        """The passages that answer best, with a calibrated confidence."""
        ...


@dataclass(frozen=True)
class Evidence:
    """What was found for one question."""

    question: str
    found: SearchResult


class Gather:
    """Searches the articles that this customer may see."""

    def __init__(self, library: Search, audience: Audience) -> None:
        self._library = library
        self._audience = audience

    def __call__(
        self, questions: Sequence[str], turn: Turn, language: str, today: date
    ) -> tuple[Evidence, ...]:
        """For each question what the articles hold; the audience is applied inside the search."""
        return tuple(
            Evidence(question, self._library.search(
                question, language=language, today=today,
                visible=lambda passage: self._audience.includes(passage.audience, turn.profile),
            ))
            for question in questions
        )
