"""The page behind a confirmation link. Looking at it changes nothing; its button does."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import HTMLResponse, Response

from assistant.company import Company
from assistant.conversations.confirm import Confirmable, Confirmations, LinkState
from channels.pages.rendering import LANGUAGES, Pages, language_for
from prompts.wording import stamp

ROOM = Path(__file__).parent
LONGEST_SHOWN = 600
Accepted = Annotated[str, Header(alias="Accept-Language")]
# The address holds the token: it is not stored, not indexed and not told to other sites.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
STATUS = {LinkState.OPEN: 200, LinkState.USED: 410, LinkState.EXPIRED: 410, LinkState.UNKNOWN: 404}


@dataclass(frozen=True)
class ConfirmPage:
    """What the page shows: `state` is that of the link, or `done`."""

    state: str
    company: str
    subject: str
    text: str
    at: str


class ConfirmPages:
    """The routes under /mail/confirm."""

    def __init__(self, confirmations: Confirmations, company: Company) -> None:
        self._confirmations = confirmations
        self._company = company
        self._pages = Pages(ROOM)
        self.router = APIRouter(prefix="/mail/confirm", include_in_schema=False)
        routes: dict[str, Callable[..., Response]] = {"GET": self.look, "POST": self.confirm}
        for method, endpoint in routes.items():
            self.router.add_api_route("/{token}", endpoint, methods=[method])

    def look(self, token: str, accept_language: Accepted = "") -> Response:
        """What the link is about, and a button."""
        found = self._confirmations.look(token)
        language = found.language or language_for(accept_language, self._company.default_language)
        return self._page(found.state.value, language, STATUS[found.state], found)

    def confirm(self, token: str, accept_language: Accepted = "") -> Response:
        """Uses the link up."""
        before = self._confirmations.look(token)
        state = self._confirmations.confirm(token)
        language = before.language or language_for(accept_language, self._company.default_language)
        name = "done" if state is LinkState.OPEN else state.value
        return self._page(name, language, STATUS[state], before)

    def _page(self, state: str, language: str, status: int, found: Confirmable) -> Response:
        language = language if language in LANGUAGES else self._company.default_language
        page = ConfirmPage(
            state=state, company=self._company.name.get(language, ""), subject=found.subject,
            text=found.text[:LONGEST_SHOWN],
            at=stamp(found.sent_at, language, self._company.time_zone) if found.sent_at else "",
        )
        html = self._pages.render("mail_confirm.html", language, page=page)
        return HTMLResponse(html, status, headers=HEADERS)
