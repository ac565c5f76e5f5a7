"""What the articles say now: it tells nobody apart and needs no redaction."""

from assistant.cases.redact import Public
from knowledge.retrieval.library import Library


class PublicNow:
    """The public words and numbers of the library as it stands, read anew after each change."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: tuple[int, Public] = (-1, Public(frozenset(), frozenset()))

    def __call__(self) -> Public:
        """The words and numbers of all articles that are searched at this moment."""
        revision = self._library.revision
        if self._known[0] != revision:
            self._known = (revision, Public.of(self._library.passages()))
        return self._known[1]
