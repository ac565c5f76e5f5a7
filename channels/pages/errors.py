"""The page of an error: what was wrong, and what to do."""

from dataclasses import dataclass

from channels.pages.rendering import page

KNOWN = (400, 401, 403, 404, 409, 500)


@dataclass(frozen=True)
class ErrorPage:
    """The context of error.html; `sentence` is what the error itself says, in English."""

    status: int
    kind: int
    sentence: str
    home: str


def error_page(status: int, sentence: str, language: str, home: str = "/") -> str:
    """The page for this HTTP status; one that has no words of its own reads as 400 or 500."""
    kind = status if status in KNOWN else (500 if status >= 500 else 400)
    return page("error.html", language, **vars(ErrorPage(status, kind, sentence, home)))
