"""Signing in and out, and the choice of language."""

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from assistant.database import session_scope
from assistant.operators import sign_in
from channels.console.console import (
    HEADERS,
    LANGUAGE_COOKIE,
    SIGN_IN_COOKIE,
    Console,
    audit,
    here,
    inside,
    other,
    routes,
)
from channels.console.contexts import SignInPage
from channels.pages.rendering import LANGUAGES

YEAR = 365 * 24 * 3600


class SignInRoutes:
    """The door of the console."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.router = routes()
        self.router.add_api_route("/login", self.form, methods=["GET"])
        self.router.add_api_route("/login", self.enter, methods=["POST"])
        self.router.add_api_route("/logout", self.leave, methods=["POST"])
        self.router.add_api_route("/language", self.language, methods=["GET"])

    def form(self, request: Request, next: str = "/console") -> Response:
        """The sign-in form."""
        return self._form(request, "", next, "", 200)

    def enter(
        self, request: Request, login: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "", next: Annotated[str, Form()] = "/console",
    ) -> Response:
        """Opens a sign-in, or shows the form again with what was wrong."""
        self._console.check_origin(request)
        services = self._console.services
        address = request.client.host if request.client else ""
        try:
            with session_scope(services.engine) as session:
                token = sign_in.sign_in(session, self._console.attempts, login, password, address,
                                        services.clock())
        except (sign_in.WrongPassword, sign_in.LockedOut) as error:
            audit.warning("a sign-in failed from %s (%s)", address, type(error).__name__)
            problem = self._console.wording(request).error(error)
            return self._form(request, login, next, problem, error.status_code)
        audit.info("a sign-in was opened from %s", address)
        response = RedirectResponse(inside(next), 303)
        response.set_cookie(
            SIGN_IN_COOKIE, token, max_age=int(sign_in.LASTS.total_seconds()), path="/console",
            httponly=True, samesite="lax", secure=services.settings.public_url.startswith("https"),
        )
        return response

    def leave(self, request: Request, csrf: Annotated[str, Form()] = "") -> Response:
        """Ends the sign-in of this browser."""
        who = self._console.writer(request, csrf)
        services = self._console.services
        with session_scope(services.engine) as session:
            sign_in.sign_out(session, request.cookies[SIGN_IN_COOKIE], services.clock())
        audit.info("operator %s signed out", who.operator.id)
        response = RedirectResponse("/console/login", 303)
        response.delete_cookie(SIGN_IN_COOKIE, path="/console")
        return response

    def language(self, to: str = "", back: str = "/console") -> Response:
        """Keeps the chosen language in a cookie and returns to the page."""
        response = RedirectResponse(inside(back), 303)
        if to in LANGUAGES:
            response.set_cookie(LANGUAGE_COOKIE, to, max_age=YEAR, path="/console", samesite="lax")
        return response

    def _form(
        self, request: Request, login: str, onward: str, problem: str, status: int
    ) -> HTMLResponse:
        language = self._console.language(request)
        page = SignInPage(
            login=login, onward=inside(onward), problem=problem, other_language=other(language),
            here=here(request) if request.method == "GET" else "/console/login",
        )
        html = self._console.pages.render("console_login.html", language, page=page)
        return HTMLResponse(html, status, headers=HEADERS)
