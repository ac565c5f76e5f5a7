"""One way in for everything that operators change: check, act, commit, wake the others."""

from collections.abc import Callable
from datetime import datetime

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlmodel import Session

from assistant.database import session_scope
from assistant.errors import YorisoiError
from assistant.operators.models import Operator
from assistant.operators.sign_in import SignedIn
from channels.console.console import HEADERS, LARGEST, Console, audit

Act = Callable[[Session, Operator, datetime], object]


def perform(
    console: Console, request: Request, csrf: str, act: Act
) -> tuple[SignedIn, YorisoiError | None]:
    """Who acted, and None if it is done, else the refusal; then nothing was written.

    Raises NotSignedIn or ForeignForm before anything is tried.
    """
    who = console.writer(request, csrf)
    services = console.services
    try:
        with session_scope(services.engine) as session:
            act(session, who.operator, services.clock())
    except YorisoiError as refusal:
        return who, refusal
    services.hub.changed()
    return who, None


def done(request: Request, who: SignedIn, deed: str, page: str) -> Response:
    """The answer to what has been done: data for our script, else the way back to the page."""
    audit.info("operator %s %s", who.operator.id, deed)
    if wants_data(request):
        return JSONResponse({"done": True}, headers=HEADERS)
    return RedirectResponse(page, 303, headers=HEADERS)


def wants_data(request: Request) -> bool:
    """Whether our script asks, which shows the answer by itself."""
    return request.headers.get("accept", "").startswith("application/json")


def number(text: str) -> int | None:
    """The id that a form field holds, or None if it holds none."""
    value = int(text) if text.isdecimal() and len(text) < 11 else 0
    return value if 0 < value <= LARGEST else None
