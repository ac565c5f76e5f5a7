"""The library as a retriever for LangChain: the same search in other people's chains and graphs.

Needs the optional extra `langchain`; nothing else of ours imports this module.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Protocol, runtime_checkable

from knowledge.retrieval.results import Hit, PassageView, SearchResult, Visible
from knowledge.text import language_of

try:
    from langchain_core.callbacks.manager import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
except ImportError as error:
    raise ImportError(
        "The LangChain retriever needs langchain-core; install it with "
        "pip install 'yorisoi[langchain]'."
    ) from error

EVERYONE = "everyone"


@runtime_checkable
class Searches(Protocol):
    """What the retriever needs of a library."""

    def search(
        self, query: str, *, language: str, today: date, visible: Visible, limit: int
    ) -> SearchResult:
        """Return the passages that may answer, best first."""
        ...


def public(passage: PassageView) -> bool:
    """Whether the article is for everyone: what a chain may show to whoever asks."""
    return passage.audience == EVERYONE


class LibraryRetriever(BaseRetriever):
    """Finds passages as LangChain documents; safe to share among threads.

    Only passages for which `visible` is true are looked at, by default those of public articles:
    what a chain retrieves it may repeat to anyone. `render` turns a passage into what its reader
    may read (a passage is a template over one customer's facts); a passage that renders to nothing
    is left out. Without `language` a query is answered in its own. If the library is less sure
    than `min_confidence` nothing is returned, so that a chain can say that it does not know.

    A document's metadata: article, language, version, title, heading, position, score (0 to 1,
    comparable within one query), confidence (the calibrated probability that the first document
    answers), why (the words and the field that matched, both scores), and source, a link, if
    `link` is given.
    """

    library: Searches
    render: Callable[[PassageView], str]
    visible: Callable[[PassageView], bool] = public
    language: str | None = None
    k: int = 4
    min_confidence: float = 0.0
    today: Callable[[], date] = date.today
    link: Callable[[PassageView], str] | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        """Return up to `k` documents, best first; none for an empty query."""
        if not query.strip():
            return []
        found = self.library.search(
            query,
            language=self.language or language_of(query),
            today=self.today(),
            visible=self.visible,
            limit=self.k if k is None else k,
        )
        if found.confidence < self.min_confidence:
            return []
        return self._documents(found.hits, found.confidence)

    def _documents(self, hits: Sequence[Hit], confidence: float) -> list[Document]:
        texts = ((hit, self.render(hit.passage).strip()) for hit in hits)
        return [
            Document(
                page_content=text, id=_id(hit.passage), metadata=self._metadata(hit, confidence)
            )
            for hit, text in texts
            if text
        ]

    def _metadata(self, hit: Hit, confidence: float) -> dict[str, Any]:
        passage = hit.passage
        metadata: dict[str, Any] = {
            "article": passage.article_id,
            "language": passage.language,
            "version": passage.version,
            "title": passage.title,
            "heading": passage.heading,
            "position": passage.position,
            "score": hit.score,
            "confidence": confidence,
            "why": {
                "words": list(hit.matched_terms),
                "field": hit.field,
                "lexical": hit.lexical,
                "dense": hit.dense,
            },
        }
        return metadata | ({"source": self.link(passage)} if self.link else {})


def _id(passage: PassageView) -> str:
    return f"{passage.article_id}@{passage.language}@{passage.version}#{passage.position}"
