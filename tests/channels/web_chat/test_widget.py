"""The widget in a real browser, against a served chat that answers after a moment."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from sqlalchemy import Engine

from assistant.conversations.models import Author
from channels.pages.articles import ArticlePages
from channels.pages.router import mount as mount_pages
from channels.web_chat.router import mount
from tests.channels.web_chat.conftest import COMPANY, Room, open_room

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="no Chromium at /usr/bin/chromium (apt-get install chromium)"
)
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update",
             "--disable-dev-shm-usage", "--no-first-run"]
PAGE = """<!doctype html><html lang="ja" style="font-size: 10px"><meta charset="utf-8">
<link rel="icon" href="/static/mark.svg"><title>見本商店</title><button id="before">前</button>
<style>* {{ margin: 7px; }} div {{ color: red; }}</style>
<script src="/chat/widget.js" data-questions="営業時間は？|料金は？" {more} async></script>"""


class Site:
    """A company's page with the widget, and somebody who answers."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.answering = True
        self.port = free_port()
        self.stop = threading.Event()
        app = FastAPI()
        mount_pages(app, ArticlePages(
            room.database, lambda text, _: text, lambda _: "", COMPANY.time_zone, room.chat.clock
        ))
        mount(app, room.chat)
        app.add_api_route("/", lambda more="": HTMLResponse(PAGE.format(more=more)))
        self.app = app

    def serve(self) -> None:
        config = uvicorn.Config(
            self.app, port=self.port, log_level="warning", ws_max_size=100_000, lifespan="off",
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)

    def close(self) -> None:
        self.server.should_exit = True
        self.server.force_exit = True
        self.thread.join()

    def answer_all(self) -> None:
        """Answers what is due, as a worker would."""
        while not self.stop.wait(0.05):
            for conversation in self.room.conversations():
                if self.answering and conversation.due_at is not None:
                    text = f"**{conversation.incoming_sequence}番目**のお答えです。"
                    link = f"http://127.0.0.1:{self.port}/articles/ja/hours#section-1"
                    citation = {"title": "営業時間", "heading": "平日", "link": link}
                    self.room.say(conversation.id or 0, text, reply={"citations": [citation]})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


@pytest.fixture
def site(database: Engine, tmp_path: Path) -> Iterator[Site]:
    site = Site(open_room(database, tmp_path))
    site.serve()
    responder = threading.Thread(target=site.answer_all, daemon=True)
    responder.start()
    yield site
    site.stop.set()
    responder.join()
    site.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any, site: Site) -> Iterator[Any]:
    context = browser.new_context(locale="ja-JP", viewport={"width": 1200, "height": 800})
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda said: said.type in ("error", "warning")
            and page.errors.append(said.text))
    page.goto(site.url)
    yield page
    context.close()


def open_chat(page: Any) -> None:
    page.get_by_role("button", name="チャットで質問する").click()
    page.locator(".log[aria-busy=false]").wait_for()


def ask(page: Any, text: str) -> None:
    box = page.get_by_role("textbox")
    box.fill(text)
    box.press("Enter")


def bubbles(page: Any, author: str) -> list[str]:
    found: list[str] = page.locator(f".list .bubble.{author}").all_inner_texts()
    return found


def test_a_question_gets_its_answer_with_a_source(page: Any) -> None:
    open_chat(page)
    ask(page, "営業時間は？ <b>太字</b>")
    link = page.get_by_role("log").get_by_role("link", name="営業時間 › 平日")
    link.wait_for()
    assert link.get_attribute("href").endswith("/articles/ja/hours#section-1")
    assert link.get_attribute("target") == "_blank"
    assert bubbles(page, "customer") == ["営業時間は？ <b>太字</b>"]
    assert page.locator(".bubble.assistant strong").inner_text() == "1番目"
    assert page.errors == []


def test_after_a_reload_nothing_is_lost_or_doubled(page: Any, site: Site) -> None:
    open_chat(page)
    for number in (1, 2):
        ask(page, f"質問{number}")
        page.locator(".list .bubble.assistant").nth(number - 1).wait_for()
    before = bubbles(page, "customer"), bubbles(page, "assistant")
    page.reload()
    page.locator(".list .bubble.assistant").nth(1).wait_for()
    assert (bubbles(page, "customer"), bubbles(page, "assistant")) == before
    assert [m.sequence for m in site.room.messages()] == [1, 2, 3, 4]
    assert page.errors == []


def test_a_message_written_while_the_server_is_away_arrives_once(page: Any, site: Site) -> None:
    open_chat(page)
    ask(page, "一つ目")
    page.locator(".list .bubble.assistant").wait_for()
    site.close()
    ask(page, "留守の間に")
    page.locator(".waiting").wait_for()
    page.get_by_text("接続が切れました").wait_for()
    site.serve()
    page.locator(".list .bubble.assistant").nth(1).wait_for(timeout=30_000)
    assert bubbles(page, "customer") == ["一つ目", "留守の間に"]
    assert page.locator(".waiting").count() == 0
    assert [m.text for m in site.room.messages()].count("留守の間に") == 1


def test_unsent_words_survive_a_reload(page: Any, site: Site) -> None:
    open_chat(page)
    ask(page, "一つ目")
    page.locator(".list .bubble.assistant").wait_for()
    page.evaluate("document.querySelector('yorisoi-chat').line.write = () => {}")
    ask(page, "届かない質問")
    page.locator(".waiting").wait_for()
    page.reload()
    page.locator(".list .bubble.assistant").nth(1).wait_for()
    assert bubbles(page, "customer") == ["一つ目", "届かない質問"]


def test_where_no_socket_gets_through_it_works_over_http(browser: Any, site: Site) -> None:
    page = browser.new_page(locale="ja-JP")
    page.add_init_script("window.WebSocket = class { constructor() {"
                         " setTimeout(() => this.onclose({ code: 1006 }), 0); } close() {} };")
    page.goto(site.url)
    open_chat(page)
    ask(page, "ソケットなしで")
    page.locator(".list .bubble.assistant").wait_for()
    assert bubbles(page, "customer") == ["ソケットなしで"]
    page.close()


def test_enter_that_chooses_a_word_does_not_send(page: Any, site: Site) -> None:
    open_chat(page)
    page.get_by_role("textbox").fill("にほんご")
    page.evaluate("""() => {
        const box = document.querySelector('yorisoi-chat').shadowRoot.querySelector('textarea');
        const enter = { key: 'Enter', bubbles: true, cancelable: true };
        box.dispatchEvent(new KeyboardEvent('keydown', { ...enter, isComposing: true }));
        box.dispatchEvent(new KeyboardEvent('keydown', { ...enter, keyCode: 229 }));
        box.dispatchEvent(new KeyboardEvent('keydown', { ...enter, shiftKey: true }));
    }""")
    assert page.locator(".list .bubble").count() == 0
    assert page.get_by_role("textbox").input_value() == "にほんご"
    page.get_by_role("textbox").press("Enter")
    page.locator(".list .bubble.customer").wait_for()


def test_it_is_used_by_keyboard_alone(page: Any) -> None:
    # The script is loaded beside the page; who presses Tab before it is there passes it by.
    page.get_by_role("button", name="チャットで質問する").wait_for()
    page.locator("#before").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".log[aria-busy=false]").wait_for()
    page.keyboard.type("キーボードで")
    page.keyboard.press("Enter")
    page.locator(".list .bubble.assistant").wait_for()
    page.keyboard.press("Escape")
    page.locator(".panel").wait_for(state="hidden")
    focused = page.evaluate(
        "document.querySelector('yorisoi-chat').shadowRoot.activeElement.className")
    assert focused == "launcher"


def test_a_person_can_be_asked_for_from_the_first_screen(page: Any, site: Site) -> None:
    site.answering = False
    open_chat(page)
    page.get_by_role("button", name="担当者と話す").click()
    page.locator(".list .bubble.customer", has_text="担当者と話したいです").wait_for()
    page.locator(".waiting").wait_for(state="detached")
    site.room.hand_over(1, "森 直子")
    page.get_by_text("森 直子が担当いたします。").wait_for()
    site.room.say(1, "森です。", Author.OPERATOR, details={"operator_name": "森 直子"})
    page.locator(".item.operator", has_text="担当者 森 直子").wait_for()
    assert page.errors == []


def test_a_first_question_is_asked_by_one_click(page: Any) -> None:
    open_chat(page)
    page.get_by_role("button", name="料金は？").click()
    page.locator(".list .bubble.assistant").wait_for()
    assert page.locator(".question").count() == 0


def test_what_came_while_it_was_closed_is_counted(page: Any, site: Site) -> None:
    open_chat(page)
    ask(page, "質問")
    page.locator(".list .bubble.assistant").wait_for()
    page.keyboard.press("Escape")
    site.room.say(1, "もう一つ")
    page.get_by_role("button", name="チャットで質問する (未読 1 件)").click()
    assert page.locator(".count").is_hidden()


def test_a_message_that_is_too_long_is_not_sent_and_says_why(page: Any) -> None:
    open_chat(page)
    ask(page, "あ" * 4_003)
    page.get_by_text("あと3文字減らしてください").wait_for()
    assert page.locator(".list .bubble").count() == 0


def test_the_companys_page_cannot_disturb_its_type(page: Any) -> None:
    open_chat(page)
    size = page.evaluate("getComputedStyle(document.querySelector('yorisoi-chat').shadowRoot"
                         ".querySelector('textarea')).fontSize")
    assert size == "16px"


def test_on_a_phone_it_takes_the_whole_screen(browser: Any, site: Site) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, locale="ja-JP")
    page.goto(site.url)
    open_chat(page)
    # The panel slides in; it must come to rest on the whole screen.
    page.wait_for_function("""() => {
      const panel = document.querySelector("yorisoi-chat").shadowRoot.querySelector(".panel");
      const { x, y, width, height } = panel.getBoundingClientRect();
      return x === 0 && y === 0 && width === 390 && height === 844;
    }""")
    page.close()


def test_nothing_of_the_conversation_stays_in_the_browser(page: Any) -> None:
    open_chat(page)
    ask(page, "わたしの秘密")
    page.locator(".list .bubble.assistant").wait_for()
    page.locator(".waiting").wait_for(state="detached")
    assert "秘密" not in json.dumps(page.evaluate("({...localStorage, ...sessionStorage})"),
                                  ensure_ascii=False)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
