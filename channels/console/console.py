"""What every route of the console shares: who is signed in, their language, and the pages."""

import hashlib
import logging
from collections.abc import Callable, Coroutine
from functools import cache
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection

from assistant.database import read_scope
from assistant.errors import NotSignedIn
from assistant.operators.models import Operator
from assistant.operators.sign_in import Attempts, ForeignForm, SignedIn, check_csrf, signed_in
from channels.console.contexts import Frame
from channels.console.wording import ROOM, Wording
from channels.pages.rendering import LANGUAGES, Pages, language_for
from channels.services import Services

SIGN_IN_COOKIE = "yorisoi_operator"
LANGUAGE_COOKIE = "yorisoi_console_language"
STATIC = ROOM / "static"
# Nothing of another origin runs or frames these pages, and no script stands inside them.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
LARGEST = 2**31 - 1
Id = Annotated[int, Path(ge=1, le=LARGEST)]
audit = logging.getLogger("yorisoi.console")


class SignInFirst(NotSignedIn):
    """Nobody is signed in on a page that a person reads."""


class Console:
    """The console of one process."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.attempts = Attempts()
        self.pages = Pages(ROOM)
        self.pages.environment.globals["console_static"] = static

    def who(self, connection: HTTPConnection) -> SignedIn:
        """Who is signed in; raises NotSignedIn."""
        token = connection.cookies.get(SIGN_IN_COOKIE, "")
        with read_scope(self.services.engine) as session:
            return signed_in(session, token, self.services.clock())

    def viewer(self, connection: HTTPConnection) -> SignedIn:
        """Who is signed in; raises SignInFirst, which leads to the sign-in and back."""
        try:
            return self.who(connection)
        except NotSignedIn as error:
            raise SignInFirst(error.sentence) from error

    def writer(self, connection: HTTPConnection, csrf: str) -> SignedIn:
        """Who may write; raises NotSignedIn, or ForeignForm for a form that is not ours."""
        self.check_origin(connection)
        who = self.who(connection)
        check_csrf(who, csrf or connection.headers.get("x-csrf-token", ""))
        return who

    def check_origin(self, connection: HTTPConnection) -> None:
        """Raises ForeignForm if a browser says that the request comes from another site's page."""
        origin = connection.headers.get("origin")
        ours = {connection.headers.get("host"), urlsplit(self.services.settings.public_url).netloc}
        if origin is not None and urlsplit(origin).netloc not in ours:
            raise ForeignForm("This request comes from another site; open the console itself.")

    def language(self, connection: HTTPConnection, operator: Operator | None = None) -> str:
        """The chosen language, else the operator's first one, else the browser's."""
        chosen = connection.cookies.get(LANGUAGE_COOKIE, "")
        spoken = operator.languages if operator else []
        first = next((one for one in (chosen, *spoken) if one in LANGUAGES), None)
        accepted = connection.headers.get("accept-language", "")
        return first or language_for(accepted, self.services.company.default_language)

    def wording(self, connection: HTTPConnection, operator: Operator | None = None) -> Wording:
        """The words for this operator."""
        return Wording(self.pages, self.services.company, self.language(connection, operator),
                       self.services.clock())

    def render(
        self, template: str, connection: HTTPConnection, who: SignedIn, page: Any, section: str,
        status: int = 200,
    ) -> HTMLResponse:
        """A page for this operator."""
        language = self.language(connection, who.operator)
        frame = Frame(
            operator=who.operator.name, csrf=who.csrf_token, section=section,
            here=here(connection), other_language=other(language),
        )
        html = self.pages.render(template, language, frame=frame, page=page)
        return HTMLResponse(html, status, headers=HEADERS)


class ConsoleRoute(APIRoute):
    """A route that leads to the sign-in whoever must sign in to see its page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own answer, or the way to the sign-in."""
        answer = super().get_route_handler()

        async def answer_or_redirect(request: Request) -> Response:
            try:
                return await answer(request)
            except SignInFirst:
                onward = quote(here(request), safe="")
                return RedirectResponse(f"/console/login?next={onward}", 303, headers=HEADERS)

        return answer_or_redirect


def routes() -> APIRouter:
    """An empty router for pages below /console."""
    return APIRouter(prefix="/console", route_class=ConsoleRoute, include_in_schema=False)


def other(language: str) -> str:
    """The language that is not this one."""
    return "en" if language == "ja" else "ja"


def here(connection: HTTPConnection) -> str:
    """The page's own path with its query; a form's page after a refusal is the console itself."""
    if connection.scope.get("method", "GET") != "GET":
        return "/console"
    query = connection.url.query
    return connection.url.path + (f"?{query}" if query else "")


def inside(path: str) -> str:
    """The path if it is one of the console's pages, else its first page."""
    parts = urlsplit(path)
    ours = parts.path == "/console" or parts.path.startswith("/console/")
    return path if ours and not parts.netloc and not parts.scheme and "\\" not in path else (
        "/console"
    )


def static(name: str) -> str:
    """The address of one of the console's own static files."""
    return f"/console/static/{name}?v={_digest(name)}"


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
