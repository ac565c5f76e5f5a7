"""The demo's own pages: what can be tried, and an invented shop with the chat on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from channels.pages.rendering import LANGUAGES, language_for, page, word

PEOPLE = ("C-0001", "C-0002", "C-0003", "C-0004", "C-0005", "C-0006", "C-0007", "C-0008")
ENGLISH_SPEAKERS = frozenset({"C-0003", "C-0005", "C-0008"})


@dataclass(frozen=True)
class FirstPage:
    """The context of demo/first.html; `mail_url` is empty where the demo has no mail."""

    people: tuple[str, ...]
    speaks: dict[str, str]
    shop_url: str
    console_url: str
    login: str
    password: str
    mail_url: str
    mail_address: str


@dataclass(frozen=True)
class ShopPage:
    """The context of demo/shop.html; `number` and `identity` are empty for a visitor."""

    people: tuple[str, ...]
    number: str
    identity: str
    questions: str


@dataclass(frozen=True)
class Demo:
    """What the demo's pages must know. Only `yorisoi demo` mounts them: they sign anybody in.

    `sign` makes the signed identity of the customer with this number.
    """

    sign: Callable[[str], str]
    login: str
    password: str
    console_url: str = "/console"
    mail_url: str = ""
    mail_address: str = ""

    def router(self) -> APIRouter:
        """The routes / and /shop."""
        routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

        @routes.get("/")
        def first(request: Request, lang: str = "") -> HTMLResponse:
            return HTMLResponse(self.first(_language(request, lang)))

        @routes.get("/shop")
        def shop(
            request: Request, lang: str = "", number: Annotated[str, Query(alias="as")] = ""
        ) -> HTMLResponse:
            return HTMLResponse(self.shop(_language(request, lang), number))

        return routes

    def first(self, language: str) -> str:
        """The first page: what can be tried, as whom."""
        speaks = {one: "en" if one in ENGLISH_SPEAKERS else "ja" for one in PEOPLE}
        context = FirstPage(
            PEOPLE, speaks, "/shop", self.console_url, self.login, self.password,
            self.mail_url, self.mail_address,
        )
        return page("demo/first.html", language, **vars(context))

    def shop(self, language: str, number: str) -> str:
        """The shop's page, signed in as one of the sample customers or as nobody."""
        known = number if number in PEOPLE else ""
        identity, questions = "", word(language, "shop.questions_visitor")
        if known:
            identity = self.sign(known)
            questions = word(language, "shop.questions_customer")
        context = ShopPage(PEOPLE, known, identity, questions)
        return page("demo/shop.html", language, **vars(context))


def _language(request: Request, chosen: str) -> str:
    if chosen in LANGUAGES:
        return chosen
    return language_for(request.headers.get("accept-language", ""))
