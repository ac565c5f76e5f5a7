"""The frame, the words, and every page in both languages."""

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from channels.pages.articles import ArticlePage, ArticleSection
from channels.pages.demo import PEOPLE, Demo
from channels.pages.errors import error_page
from channels.pages.rendering import (
    LANGUAGES,
    ROOM,
    MissingWord,
    Pages,
    language_for,
    page,
    read_words,
    word,
)

DEMO = Demo(sign=lambda number: f"signed-{number}", login="mori", password="<secret>",
            mail_url="/mailboxes", mail_address="support@example.test")
ARTICLE = ArticlePage(
    company="見本商店", title="料金 <b>", version=3, updated="2026年11月23日",
    updated_iso="2026-11-23", expired="", other_language="en", address="/articles/ja/x",
    other_address="/articles/en/x", sections=[ArticleSection(1, "見出し", "<p>本文</p>")],
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_in_both_languages(language: str) -> None:
    pages = {
        "first": DEMO.first(language),
        "shop": DEMO.shop(language, ""),
        "signed in": DEMO.shop(language, "C-0001"),
        "article": page("article.html", language, **vars(ARTICLE)),
        "error": error_page(404, "There is no such page.", language),
    }
    for html in pages.values():
        assert f'<html lang="{language}">' in html
        assert re.search(r"<title>[^<]+</title>", html)
        assert html.count("<h1") == 1
        assert not re.search(r'(src|href)="(https?:)?//', html), "an external resource"


def test_no_template_is_left_untested() -> None:
    templates = {
        str(path.relative_to(ROOM / "templates")) for path in ROOM.rglob("templates/**/*.html")
    }
    assert templates == {
        "base.html", "_bar.html", "article.html", "error.html", "demo/first.html",
        "demo/shop.html",
    }


def test_what_comes_from_outside_is_escaped() -> None:
    assert "&lt;secret&gt;" in DEMO.first("ja")
    assert "料金 &lt;b&gt;" in page("article.html", "ja", **vars(ARTICLE))
    assert "<script>" not in error_page(400, "<script>", "en")


def test_a_value_that_is_not_given_raises() -> None:
    with pytest.raises(UndefinedError):
        page("error.html", "ja", status=404, kind=404)


def test_both_languages_have_the_same_words() -> None:
    pages = Pages()
    assert pages.words("ja").keys() == pages.words("en").keys()
    for key, said in pages.words("ja").items():
        assert said.strip()
        assert placeholders(said) == placeholders(pages.words("en")[key]), key


def test_a_demo_without_mail_says_so() -> None:
    html = Demo(sign=str, login="mori", password="x").first("en")
    assert "Email is not open in this demo." in html


def test_a_key_that_yaml_does_not_read_as_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "en.yaml").write_text("mail: {off: closed}\n")
    with pytest.raises(ValueError, match="'mail'"):
        read_words(tmp_path / "en.yaml")


def test_a_missing_word_raises_with_its_key() -> None:
    with pytest.raises(MissingWord, match=r"no\.such\.key"):
        word("ja", "no.such.key")
    with pytest.raises(MissingWord, match=r"article\.version"):
        word("ja", "article.version", wrong=1)


def test_another_room_adds_its_templates_and_words(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "words").mkdir()
    (tmp_path / "templates" / "own.html").write_text(
        '{% extends "base.html" %}{% block title %}{{ t("own") }}{% endblock %}'
        '{% block main %}{{ t("base.skip") }}{% endblock %}'
    )
    (tmp_path / "words" / "ja.yaml").write_text("own: 自室\n")
    (tmp_path / "words" / "en.yaml").write_text("own: mine\n")
    assert "<title>mine</title>" in Pages(tmp_path).render("own.html", "en")


@pytest.mark.parametrize(("accepted", "language"), [
    ("en-GB,en;q=0.9,ja;q=0.5", "en"), ("fr,ja;q=0.8", "ja"), ("fr", "ja"), ("", "ja"),
])
def test_the_browsers_first_language_of_ours_is_taken(accepted: str, language: str) -> None:
    assert language_for(accepted) == language


def test_the_shop_signs_in_only_a_sample_customer() -> None:
    assert 'data-identity="signed-C-0003"' in DEMO.shop("en", "C-0003")
    assert 'data-identity=""' in DEMO.shop("en", "C-9999")


def test_every_sample_customer_can_be_chosen_on_the_first_page() -> None:
    html = DEMO.first("en")
    assert all(f"as={number}&lang=" in html for number in PEOPLE)


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))
