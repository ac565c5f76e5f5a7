"""The web application: services become doors. The only place where the two meet."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from assistant.conversations.confirm import Confirmations
from assistant.conversations.mailboxes import MailboxStates
from assistant.errors import YorisoiError
from channels.console.router import console_router
from channels.email.channel import EmailChannel
from channels.email.server import Credentials, nobody
from channels.pages.articles import ArticlePages
from channels.pages.demo import Demo
from channels.pages.errors import error_page
from channels.pages.rendering import language_for
from channels.pages.router import mount as mount_pages
from channels.services import Services
from channels.web_chat.channel import WebChat
from channels.web_chat.router import mount as mount_web_chat


class Background(Protocol):
    """Something of a door that runs as long as the application does."""

    async def start(self) -> None:
        """Begins; raises YorisoiError if it cannot."""

    async def stop(self) -> None:
        """Ends and waits until it has."""


def create_app(
    services: Services, *, work: bool = True, demo: Demo | None = None,
    routers: Sequence[APIRouter] = (), background: Sequence[Background] = (),
    mail_credentials: Credentials = nobody,
) -> FastAPI:
    """The application with all doors; with `work` its own worker threads answer, too.

    `demo`, `routers` and `background` are the further pages and doors of the demo, and
    `mail_credentials` says who may sign in at the mail door.
    """
    email = _email(services, mail_credentials)
    doors: list[Background] = [*background, email]
    if work:
        doors.insert(0, WorkerThreads(services))
    app = FastAPI(title="Yorisoi", docs_url=None, redoc_url=None, openapi_url=None,
                  lifespan=_lifespan(doors))
    app.add_api_route("/health", lambda: {"status": "ok"}, include_in_schema=False)
    routers = (*routers, *email.routers, console_router(services, email.receiver.try_again))
    for router in routers:
        app.include_router(router)
    mount_pages(app, _articles(services), demo)
    mount_web_chat(app, WebChat(services.settings, services.engine, services.hub, services.inbox,
                                services.company, services.clock))
    app.add_exception_handler(YorisoiError, _sentence)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unexpected)
    return app


class WorkerThreads:
    """The embedded worker and the upkeep: a few threads beside the web server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=services.worker.run, args=(self._stop,), daemon=True,
                             name=f"worker-{number}")
            for number in range(services.settings.worker_threads)
        ]
        self._threads.append(threading.Thread(
            target=services.upkeep.run, args=(self._stop,), daemon=True, name="upkeep"
        ))

    async def start(self) -> None:
        """Starts the threads."""
        for thread in self._threads:
            thread.start()

    async def stop(self) -> None:
        """Lets each thread finish what it has begun."""
        self._stop.set()
        self._services.hub.work.set()
        for thread in self._threads:
            await asyncio.to_thread(thread.join, 10)


def _lifespan(
    doors: Sequence[Background],
) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        started: list[Background] = []
        try:
            for door in doors:
                await door.start()
                started.append(door)
            yield
        finally:
            for door in reversed(started):
                await door.stop()

    return lifespan


def _email(services: Services, credentials: Credentials) -> EmailChannel:
    engine, hub, clock = services.engine, services.hub, services.clock
    return EmailChannel(
        services.inbox, services.settings, services.company, hub, clock,
        MailboxStates(engine, clock),
        Confirmations(engine, hub, clock, services.settings.secret), credentials,
    )


def _articles(services: Services) -> ArticlePages:
    company = services.company
    return ArticlePages(services.engine, services.general,
                        lambda language: company.name.get(language, ""), company.time_zone,
                        services.clock)


def _wants_json(request: Request) -> bool:
    return "text/html" not in request.headers.get("accept", "")


def _answer(request: Request, status: int, sentence: str) -> Response:
    if _wants_json(request):
        return JSONResponse({"error": sentence}, status_code=status)
    language = language_for(request.headers.get("accept-language", ""))
    home = "/console" if request.url.path.startswith("/console") else "/"
    return HTMLResponse(error_page(status, sentence, language, home), status_code=status)


async def _sentence(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, YorisoiError) else 500
    return _answer(request, status, str(error))


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    sentence = "There is no such page." if status == 404 else str(getattr(error, "detail", ""))
    return _answer(request, status, sentence)


async def _invalid(request: Request, error: Exception) -> Response:
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {}
    place = ".".join(str(part) for part in first.get("loc", ())[1:])
    return _answer(request, 422, f"{place or 'The request'}: {first.get('msg', 'is not valid')}.")


async def _unexpected(request: Request, _error: Exception) -> Response:
    # The trace is in the log; a person reads one sentence.
    return _answer(request, 500, "Something went wrong on our side; please try again.")


