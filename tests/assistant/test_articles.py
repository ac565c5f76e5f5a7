"""An article that could fail a customer is refused, with line and reason."""

from pathlib import Path

import pytest

from channels.services import Services
from knowledge.articles.draft import ArticleDraft, parse_article
from knowledge.articles.readers import read_articles
from tests.conftest import PET_CARE

HEAD = "---\nid: a\nlanguage: ja\ntitle: 題\n{more}---\n"


def draft(body: str, more: str = "") -> ArticleDraft:
    return parse_article(HEAD.format(more=more) + body, "a.md")


@pytest.mark.parametrize(
    ("body", "line", "reason"),
    [("## 一\n\n本文\n{{ pet.nmae }}", 9, "no fact pet.nmae"),
     ("## 一\n\n{{ pet.name }}ちゃん", 8, "pet.name is printed where it may be missing"),
     ("## 一\n\n{% if pet.name %}やあ{% endif %}", 8, "no general body"),
     ("## 一\n\n{% if pet.name %}やあ", 8, "cannot be read"),
     ("## 一\n\n{% for p in pets %}{{ p.color }}{% endfor %}x", 8, "no fact pet.color"),
     ("## 一\n\n{{ 1 / 0 }}", 8, "cannot be rendered")],
)
def test_a_body_that_could_fail_is_refused(
    house: Services, body: str, line: int, reason: str
) -> None:
    problems = house.check(draft(body))
    assert [problem.line for problem in problems if reason in problem.reason] == [line], problems


def test_an_audience_with_an_unknown_fact_is_refused(house: Services) -> None:
    [problem] = house.check(draft("## 一\n\n本文", 'audience: customer.colour == "red"\n'))
    assert "customer.colour" in problem.reason


def test_a_good_article_passes(house: Services) -> None:
    body = "## 一\n\n{% if pet.name %}{{ pet.name }}ちゃん{% else %}皆さま{% endif %}"
    assert house.check(draft(body, 'audience: customer.status == "member"\n')) == []


def test_every_article_of_the_sample_company_passes_in_both_languages(house: Services) -> None:
    drafts = read_articles(PET_CARE / "articles")
    assert [str(p) for one in drafts for p in house.check(one)] == []
    by_language = {
        language: {one.article_id for one in drafts if one.language == language}
        for language in ("ja", "en")
    }
    assert by_language["ja"] == by_language["en"]
    assert len(by_language["ja"]) >= 60


def test_at_least_twenty_articles_answer_differently_by_profile() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in
             Path(PET_CARE / "articles" / "ja").glob("*.md")}
    assert sum("{% if" in text for text in texts.values()) >= 20
