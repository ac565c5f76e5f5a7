"""The console in a real browser: what no test without one can see."""

import shutil
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI

from assistant.conversations import repository
from assistant.conversations.deliver import suggest
from assistant.conversations.models import Author, SuggestionState
from assistant.customers.tier import Tier
from assistant.database import read_scope, session_scope
from assistant.engine.turn import Disposition, Reply

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update",
             "--disable-default-apps", "--disable-sync", "--no-first-run", "--disable-gpu"]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """The address of the app, served as in real life."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning",
                                           timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def page(address: str):
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_context(locale="ja", base_url=address).new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if said.type == "error" and
                "409" not in said.text else None)
        yield page
        browser.close()
        assert problems == []


def sign_in(page) -> None:
    page.goto("/console")
    page.fill("#login", "mori")
    page.fill("#password", "correct horse battery")
    page.click("text=サインイン >> visible=true >> nth=-1")
    page.wait_for_url("**/console")


def test_a_message_appears_by_itself_and_the_suggestion_is_edited_and_sent(
    page, write, work, services, suggestion
) -> None:
    sign_in(page)
    page.wait_for_selector("text=対応をお待ちのお客様はいらっしゃいません")
    received = write("予約の変更とワクチンの料金について、担当者と話したいです",
                     tier=Tier.VERIFIED, customer_external_id="C-0001")
    work()
    services.hub.changed()
    page.click(f'[data-row="{received.conversation_id}"]')

    write("ワクチンの料金はいくらですか", tier=Tier.VERIFIED, customer_external_id="C-0001")
    page.wait_for_selector(".message.customer >> text=ワクチンの料金はいくらですか")
    page.wait_for_selector("text=アシスタントが返信の案を準備しています")
    keep_suggestion(services, received.conversation_id, "ワクチンは6,600円です。")
    page.click("[data-use]")
    page.type("#text", "お待ちしております。")
    page.wait_for_selector("text=下書きを保存しました")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".message.operator >> text=お待ちしております。")

    assert page.input_value("#text") == ""
    with read_scope(services.engine) as session:
        last = repository.messages(session, received.conversation_id)[-1]
    assert (last.author, last.text) == (
        Author.OPERATOR, "ワクチンは6,600円です。お待ちしております。"
    )
    assert suggestion(received.conversation_id).state == SuggestionState.EDITED


def keep_suggestion(services, conversation_id: int, text: str) -> None:
    """The worker's part, with a text that the test knows."""
    reply = Reply(text="", language="ja", disposition=Disposition.SUGGEST, confidence=0.5,
                  reason="確認が必要です。", reason_code="unsure", draft=text)
    with session_scope(services.engine) as session:
        conversation = repository.conversation(session, conversation_id)
        conversation.due_at = None
        session.add(conversation)
        suggest(session, conversation_id, conversation.incoming_sequence, reply, services.clock())
    services.hub.changed()


def test_a_newer_suggestion_is_shown_and_what_is_being_written_stays(
    page, write, work, services
) -> None:
    received = write("担当者と話したいです")
    work()
    keep_suggestion(services, received.conversation_id, "最初の案です。")
    sign_in(page)
    page.goto(f"/console/conversations/{received.conversation_id}")
    page.click("[data-use]")
    page.wait_for_selector("[data-suggestion-text]", state="hidden")
    write("もうひとつ質問です")
    page.wait_for_selector("text=お客様から新しいメッセージが届きました")
    keep_suggestion(services, received.conversation_id, "次の案です。")
    page.wait_for_selector("[data-suggestion-text] >> text=次の案です。")
    assert page.input_value("#text") == "最初の案です。"
    assert page.input_value("[data-suggestion-id]") == ""


def test_who_answers_blind_is_stopped_and_keeps_the_text(page, write, work, services) -> None:
    received = write("担当者と話したいです")
    work()
    sign_in(page)
    page.goto(f"/console/conversations/{received.conversation_id}")
    page.fill("#text", "承知しました。")
    # The page has seen less than there is, as when the network was away.
    page.evaluate("document.querySelector('[data-seen]').value = '0'")
    page.click("[data-send]")
    page.wait_for_selector("text=新しい内容が届いています")
    assert page.input_value("#text") == "承知しました。"


def test_the_list_is_walked_and_opened_by_keyboard(page, write, work, clock) -> None:
    numbers = []
    for name in ("first", "second"):
        numbers.append(write("担当者と話したいです", address=name).conversation_id)
        clock.forward(minutes=1)
    work()
    sign_in(page)
    page.keyboard.press("?")
    assert page.is_visible("dialog")
    page.keyboard.press("Escape")
    for key in "jjk":
        page.keyboard.press(key)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/conversations/{numbers[1]}*")
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") == "text"


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_no_page_is_wider_than_the_screen(page, write, work, width: int, language: str) -> None:
    received = write("担当者と話したいです " + "長い" * 60 + "x" * 120)
    work()
    sign_in(page)
    page.goto(f"/console/language?to={language}")
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/console", f"/console/conversations/{received.conversation_id}",
                 "/console/customers?q=0", "/console/customers/1", "/console/ledger",
                 "/console/knowledge", "/console/quarantine"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
