"""The door for LangChain applications: the published articles of a home, as a retriever."""

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.database import session_scope
from assistant.engine.compose import ExtractiveWriter
from assistant.engine.template import CannotRender, MissingFact
from assistant.errors import BadConfiguration
from assistant.settings import load_settings
from channels.services import Services, open_services
from knowledge.retrieval.results import PassageView, SearchResult, Visible

if TYPE_CHECKING:
    from knowledge.langchain import LibraryRetriever

FRESH_SECONDS = 5.0


def open_retriever(home: Path | str, **options: Any) -> "LibraryRetriever":
    """A retriever over the articles that are published in this home folder.

    `options` are fields of LibraryRetriever: k, language, min_confidence, visible. Raises
    BadConfiguration if LangChain is not installed or the home cannot be used.
    """
    return retriever_of(open_services(load_settings(Path(home))), **options)


def retriever_of(services: Services, **options: Any) -> "LibraryRetriever":
    """The same over services that are open already."""
    try:
        from knowledge.langchain import LibraryRetriever
    except ImportError as error:
        raise BadConfiguration(str(error)) from error

    writer = ExtractiveWriter(services.company, services.settings.public_url)

    def render(passage: PassageView) -> str:
        try:
            return services.general(passage.template, passage.language)
        except (MissingFact, CannotRender):
            return ""

    def link(passage: PassageView) -> str:
        return writer.link(passage.article_id, passage.language, passage.position)

    def today() -> date:
        return services.clock().astimezone(services.company.time_zone).date()

    given: dict[str, Any] = {
        "library": FreshLibrary(services), "render": render, "link": link, "today": today,
    }
    return LibraryRetriever(**(given | options))


class FreshLibrary:
    """Searches what is published now: looks every few seconds whether anything has changed."""

    def __init__(
        self, services: Services, seconds: float = FRESH_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._services = services
        self._seconds = seconds
        self._clock = clock
        self._looked = clock()

    def search(
        self, query: str, *, language: str, today: date, visible: Visible, limit: int
    ) -> SearchResult:
        """Return what the library finds."""
        if self._clock() - self._looked >= self._seconds:
            self._looked = self._clock()
            with session_scope(self._services.engine) as session:
                self._services.library.refresh(session)
        return self._services.library.search(
            query, language=language, today=today, visible=visible, limit=limit
        )
