"""The web application: services become doors. The only place where the two meet."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assistant.errors import YorisoiError
from channels.console.router import console_router
from channels.email.channel import EmailChannel
from channels.pages.errors import error_page
from channels.pages.router import pages_router
from channels.services import Services
from channels.web_chat.router import web_chat_router


class Background(Protocol):
    """Something of a door that runs as long as the application does."""

    async def start(self) -> None:
        """Begins; raises YorisoiError if it cannot."""

    async def stop(self) -> None:
        """Ends and waits until it has."""


def create_app(
    services: Services, *, work: bool = True, routers: Sequence[APIRouter] = (),
    background: Sequence[Background] = (),
) -> FastAPI:
    """The application with all doors; with `work` its own worker threads answer, too.

    `routers` and `background` are further pages and doors, such as those of the demo.
    """
    doors: list[Background] = [*background, _email(services)]
    if work:
        doors.insert(0, WorkerThreads(services))
    app = FastAPI(title="Yorisoi", docs_url=None, redoc_url=None, openapi_url=None,
                  lifespan=_lifespan(doors))
    app.state.services = services
    for router in (*routers, pages_router(services), web_chat_router(services),
                   console_router(services)):
        app.include_router(router)
    app.add_exception_handler(YorisoiError, _sentence)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unexpected)
    return app


class WorkerThreads:
    """The embedded worker: a few threads beside the web server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=services.worker.run, args=(self._stop,), daemon=True,
                             name=f"worker-{number}")
            for number in range(services.settings.worker_threads)
        ]

    async def start(self) -> None:
        """Starts the threads."""
        for thread in self._threads:
            thread.start()

    async def stop(self) -> None:
        """Lets each thread finish the conversation that it has claimed."""
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


def _email(services: Services) -> Background:
    return EmailChannel(services.inbox, services.settings, services.company, services.hub,
                        services.clock)


def _wants_json(request: Request) -> bool:
    return "text/html" not in request.headers.get("accept", "")


def _answer(request: Request, status: int, sentence: str) -> Response:
    if _wants_json(request):
        return JSONResponse({"error": sentence}, status_code=status)
    return error_page(request, status, sentence)


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


