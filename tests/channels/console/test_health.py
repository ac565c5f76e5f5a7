"""The knowledge health page: what is wrong, what to do, and what is right as it is."""

import re
import time
from html import unescape

import pytest

from assistant.database import session_scope
from knowledge.articles.draft import ArticleDraft
from knowledge.articles.ingest import publish

FEES = "## 初診料\n初めての診察の初診料は{}円です。"


@pytest.fixture
def contradicting(services) -> None:
    with session_scope(services.engine) as session:
        for name, fee in (("fees", "1,650"), ("first", "1,750")):
            draft = ArticleDraft(name, "ja", "診察の<料金>", FEES.format(fee))
            publish(session, draft, services.library.embedder, services.clock())
        services.library.refresh(session)


def page(browser, path: str = "/console/knowledge") -> str:
    """The page once the articles are checked, as a browser that reloads itself sees it."""
    while 'role="status"><p>' in (html := browser.get(path)):
        time.sleep(0.05)
    return html


@pytest.mark.parametrize(
    ("language", "words"),
    [("ja", ["ナレッジの健康状態", "食い違いの可能性", "どちらが正しいか"]),
     ("en", ["Knowledge health", "May contradict each other", "which is right"])],
)
def test_the_page_tells_what_is_wrong_and_what_to_do(
    mori, contradicting, language: str, words: list[str]
) -> None:
    mori.sign_in(language=language)
    html = page(mori)
    assert [word for word in words if word not in html] == []
    assert "1,750円" in html
    assert 'href="/articles/ja/fees#section-1"' in html
    assert "診察の<料金>" not in html
    assert "診察の<料金>" in unescape(html)


def test_a_question_asked_in_vain_is_shown_with_how_many_asked(mori, write, work) -> None:
    for number in (1, 2):
        write("オウムの羽切りはできますか", address=f"browser-{number}")
    work()
    html = page(mori)
    assert "オウムの羽切りはできますか" in html
    assert "影響を受けたお客様：2名" in html


def test_what_is_right_as_it_is_goes_and_can_come_back(mori, contradicting) -> None:
    html = page(mori, "/console/knowledge?kind=contradiction")
    key = re.search(r'name="key" value="(\w+)"', html)[1]
    after = mori.post("/console/knowledge/settle", key=key, kind="contradiction")
    assert key not in after
    shown = page(mori, "/console/knowledge?settled=true")
    assert key in shown
    assert "もう一度表示する" in shown
    again = mori.post("/console/knowledge/settle", key=key, kind="contradiction", again="true")
    assert key in again


def test_kinds_are_chosen_and_odd_choices_show_everything(mori, contradicting) -> None:
    assert "食い違いの可能性" in page(mori, "/console/knowledge?kind=contradiction&days=7")
    assert 'class="card finding' not in page(mori, "/console/knowledge?kind=expired")
    assert "食い違いの可能性" in page(mori, "/console/knowledge?kind=nonsense&days=5")


def test_nothing_to_do_is_said(mori) -> None:
    assert "対応が必要なものはありません" in page(mori)


def test_the_page_is_for_operators_and_settling_needs_their_form(
    open_browser, mori, contradicting
) -> None:
    stranger = open_browser()
    assert "サインイン" in stranger.get("/console/knowledge")
    mori.csrf = "forged"
    mori.post("/console/knowledge/settle", 403, key="0" * 16, kind="contradiction")


def test_a_finding_that_is_none_is_refused(mori) -> None:
    mori.post("/console/knowledge/settle", 404, key="0" * 16, kind="nonsense")
    mori.post("/console/knowledge/settle", 404, key="short", kind="contradiction")
