"""Article pages for everybody."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from assistant.database import session_scope
from assistant.errors import NotFound
from channels.pages.articles import ArticlePages
from channels.pages.router import mount
from knowledge.articles.models import Article, Passage

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


@pytest.fixture
def articles(database: Engine) -> ArticlePages:
    return ArticlePages(
        database, lambda template, _language: template.replace("{{ name }}", "皆様"),
        lambda language: {"ja": "見本商店", "en": "Sample Shop"}[language],
        ZoneInfo("Asia/Tokyo"), lambda: NOW,
    )


@pytest.fixture
def client(articles: ArticlePages) -> Iterator[TestClient]:
    app = FastAPI()
    mount(app, articles)
    with TestClient(app) as client:
        yield client


def publish(database: Engine, article_id: str, language: str = "ja", **more: Any) -> None:
    with session_scope(database) as session:
        article = Article(
            article_id=article_id, language=language, title=f"{article_id} の料金", version=2,
            body="", content_hash="x", published_at=NOW, **more,
        )
        session.add(article)
        session.flush()
        session.add(Passage(article_pk=article.id, position=1, heading="基本 & 料金",
                            template="{{ name }}へ **6,600円** <script>", embedding="none"))


def test_an_article_shows_its_general_body_its_version_and_its_date(
    database: Engine, client: TestClient
) -> None:
    publish(database, "grooming")
    html = client.get("/articles/ja/grooming").text
    assert "皆様へ <strong>6,600円</strong> &lt;script&gt;" in html
    assert 'id="section-1"' in html
    assert "基本 &amp; 料金" in html
    assert "第2版" in html
    assert "2026年11月24日" in html, "the day in the company's zone"
    assert "/articles/en/grooming" not in html


def test_an_article_links_to_its_other_language(
    database: Engine, client: TestClient
) -> None:
    publish(database, "grooming")
    publish(database, "grooming", "en")
    assert 'href="/articles/en/grooming"' in client.get("/articles/ja/grooming").text


@pytest.mark.parametrize("more", [
    {"audience": 'customer.status == "member"'}, {"current": False},
    {"valid_from": date(2026, 12, 1)},
])
def test_what_is_not_for_everyone_now_is_not_there(
    database: Engine, articles: ArticlePages, more: dict[str, Any]
) -> None:
    publish(database, "secret", **more)
    with pytest.raises(NotFound):
        articles.html("secret", "ja")


def test_an_unknown_language_or_article_is_not_there(articles: ArticlePages) -> None:
    for article_id, language in (("grooming", "ja"), ("grooming", "fr")):
        with pytest.raises(NotFound):
            articles.html(article_id, language)


def test_an_article_past_its_time_says_so(
    database: Engine, articles: ArticlePages
) -> None:
    publish(database, "campaign", valid_until=date(2026, 11, 1))
    assert "2026年11月1日まででした" in articles.html("campaign", "ja")


def test_the_styles_are_served(client: TestClient) -> None:
    for name in ("tokens.css", "pages.css", "public.css", "mark.svg"):
        assert client.get(f"/static/{name}").status_code == 200
