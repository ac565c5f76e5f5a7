"""In a real browser: a customer asks, gets the answer, asks for a person, and is answered."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from sqlmodel import Session, select

from assistant.conversations.models import SuggestedReply, SuggestionState
from tests.journeys.conftest import PASSWORD, Site

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="no Chromium at /usr/bin/chromium (apt-get install chromium)"
)
PATIENCE = 30_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"],
        )


def page(browser: Browser, problems: list[str]) -> Page:
    opened = browser.new_context(locale="ja-JP", viewport={"width": 1440, "height": 900}).new_page()
    opened.set_default_timeout(PATIENCE)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    return opened


def open_chat(shop: Page, url: str) -> Locator:
    shop.goto(f"{url}/shop?lang=ja&as=C-0001")
    widget = shop.locator("yorisoi-chat")
    if not widget.locator("textarea").is_visible():
        widget.locator(".launcher").click()
    expect(widget.locator("textarea")).to_be_visible(timeout=PATIENCE)
    return widget


def say(widget: Locator, text: str) -> None:
    widget.locator("textarea").fill(text)
    widget.locator("textarea").press("Enter")


def test_from_the_widget_to_a_person_and_back(browser: Browser, site: Site) -> None:
    problems: list[str] = []
    shop, console = page(browser, problems), page(browser, problems)
    console.goto(f"{site.url}/console/login")
    console.fill("input[name=login]", "mori")
    console.fill("input[name=password]", PASSWORD)
    console.keyboard.press("Enter")
    expect(console.get_by_role("link", name="対応待ち")).to_be_visible(timeout=PATIENCE)

    widget = open_chat(shop, site.url)
    say(widget, "次の予約はいつですか")
    expect(widget.get_by_text("11月29日（日）14時30分")).to_be_visible(timeout=PATIENCE)
    source = widget.locator("a", has_text="次回の予約")
    expect(source).to_be_visible()
    assert "/articles/ja/my-appointment#section-" in str(source.get_attribute("href"))

    widget.get_by_role("button", name="担当者").first.click()
    expect(widget.get_by_text("担当者におつなぎします")).to_be_visible(timeout=PATIENCE)
    say(widget, "モカのホテルの料金はいくらですか")

    # The operator sees it without a reload, with suggestion, reasons and the customer's story.
    row = console.get_by_text("佐藤 美咲").first
    expect(row).to_be_visible(timeout=PATIENCE)
    row.click()
    expect(console.get_by_text("4,950円").first).to_be_visible(timeout=PATIENCE)
    expect(console.get_by_text("モカ").first).to_be_visible()
    expect(console.get_by_text("トイプードル").first).to_be_visible()
    console.locator("[data-use]").first.click()
    editor = console.locator("textarea[name=text]").first
    expect(editor).not_to_have_value("")
    editor.fill(editor.input_value() + "\n森が承りました。")
    editor.press("Control+Enter")

    expect(widget.get_by_text("森が承りました。")).to_be_visible(timeout=PATIENCE)
    before = widget.locator(".bubble").all_inner_texts()
    widget = open_chat(shop, site.url)
    expect(widget.get_by_text("森が承りました。")).to_be_visible(timeout=PATIENCE)
    after = widget.locator(".bubble").all_inner_texts()
    assert after == before
    assert len(after) >= 5
    with Session(site.services.engine) as session:
        states = session.exec(select(SuggestedReply.state)).all()
    assert SuggestionState.EDITED in states
    assert problems == []
