"""The routes of the web chat: the socket, its HTTP fallback, and what the widget loads."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, FastAPI, Header, Query, Request, Response, WebSocket
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError
from starlette.staticfiles import StaticFiles

from channels.pages.rendering import static
from channels.web_chat.channel import WORDS, WebChat, problem_frame
from channels.web_chat.frames import LONGEST_FRAME, ChatProblem, Language
from channels.web_chat.socket import converse

FILES = Path(__file__).parent / "static"
# One script on the company's page, in parts that can each be read at one sitting.
PARTS = ("kept.js", "line.js", "view.js", "widget.js")
STYLES = ("widget.css", "conversation.css")


class Sending(BaseModel):
    """The body of POST /chat/send; without a text the customer asks for a person."""

    visitor: str = Field(default="", max_length=200)
    identity: str = Field(default="", max_length=2_000)
    id: UUID
    text: str | None = None
    language: Language = "ja"
    page: str = Field(default="", max_length=2_000)


def mount(app: FastAPI, chat: WebChat) -> None:
    """Adds the routes and the widget's files to the app."""
    app.include_router(router(chat))
    app.mount("/chat", StaticFiles(directory=FILES), name="web_chat")


def router(chat: WebChat) -> APIRouter:
    """The chat's routes: the widget runs on other origins than ours, so each answers CORS."""
    routes = APIRouter(prefix="/chat", include_in_schema=False)

    @routes.websocket("/socket")
    async def socket(socket: WebSocket) -> None:
        await converse(socket, chat)

    @routes.get("/widget.js")
    async def widget(request: Request) -> Response:
        return _script(request)

    @routes.get("/about")
    async def about(request: Request, language: Language = "ja") -> Response:
        return _answer(chat, request, _about(chat, language))

    @routes.post("/send")
    async def send(request: Request) -> Response:
        return await _send(chat, request)

    @routes.get("/messages")
    async def messages(
        request: Request,
        after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
        language: Language = "ja",
        x_yorisoi_visitor: Annotated[str, Header(max_length=200)] = "",
        x_yorisoi_identity: Annotated[str, Header(max_length=2_000)] = "",
    ) -> Response:
        if not _welcome(chat, request):
            return _answer(chat, request, {})
        speaker = await run_in_threadpool(
            chat.speaker, x_yorisoi_visitor, x_yorisoi_identity, language
        )
        view = await run_in_threadpool(chat.view, speaker, after)
        return _answer(chat, request, {
            "visitor": speaker.visitor.token, "state": view.state,
            "working": view.working, "messages": view.messages,
        })

    @routes.options("/{name}")
    async def options(request: Request, name: str) -> Response:
        return _answer(chat, request, {})

    return routes


async def _send(chat: WebChat, request: Request) -> Response:
    language, message_id = "ja", ""
    if not _welcome(chat, request):
        return _answer(chat, request, {})
    try:
        body = await request.body()
        if len(body) > 4 * LONGEST_FRAME:
            raise ChatProblem("malformed", 413)
        try:
            sending = Sending.model_validate_json(body)
        except ValidationError as error:
            raise ChatProblem("malformed") from error
        language, message_id = sending.language, str(sending.id)
        text = WORDS[language]["person.message"] if sending.text is None else sending.text
        speaker = await run_in_threadpool(
            chat.speaker, sending.visitor, sending.identity, language, sending.page
        )
        received = await run_in_threadpool(chat.receive, speaker, message_id, text)
    except ChatProblem as problem:
        return _answer(chat, request, problem_frame(problem, language, message_id), problem)
    return _answer(chat, request, {
        "type": "stored", "id": message_id, "sequence": received.sequence,
        "visitor": speaker.visitor.token,
    })


def _about(chat: WebChat, language: str) -> dict[str, Any]:
    """What the widget must know before it can show anything: names, words, styles."""
    return {
        "company": chat.company.name.get(language, ""),
        "assistant": chat.company.assistant_name.get(language, ""),
        "words": dict(WORDS[language]),
        "styles": [static("tokens.css"), *(f"/chat/{name}?v={_version()}" for name in STYLES)],
    }


@cache
def widget_script() -> str:
    """The whole widget: its parts in one scope of their own."""
    parts = "\n".join((FILES / name).read_text(encoding="utf-8") for name in PARTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


@cache
def _version() -> str:
    styles = "".join((FILES / name).read_text(encoding="utf-8") for name in STYLES)
    return hashlib.sha256((widget_script() + styles).encode()).hexdigest()[:10]


def _script(request: Request) -> Response:
    """The widget; asked for at every page view, so mostly answered with 304 (RFC 9110)."""
    tag = f'"{_version()}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(widget_script(), media_type="text/javascript", headers=headers)


def _welcome(chat: WebChat, request: Request) -> bool:
    # A browser sends no Origin where it reads from its own origin.
    origin = request.headers.get("origin")
    return origin is None or chat.allows(origin)


def _answer(
    chat: WebChat, request: Request, data: dict[str, Any], problem: ChatProblem | None = None
) -> Response:
    headers = {"Vary": "Origin", "Cache-Control": "no-store"}
    if not _welcome(chat, request):
        refused = ChatProblem("origin", 403)
        return JSONResponse(problem_frame(refused, "en"), refused.status, headers)
    origin = request.headers.get("origin")
    if origin is not None:
        # No cookie is ever used here, so the origin may be anybody's whom the settings allow.
        headers |= {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers":
                "Content-Type, X-Yorisoi-Visitor, X-Yorisoi-Identity",
            "Access-Control-Max-Age": "600",
        }
    if problem is not None and problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    return JSONResponse(data, problem.status if problem else 200, headers)
