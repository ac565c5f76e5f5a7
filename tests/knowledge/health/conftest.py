from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from knowledge.articles.passages import sections
from knowledge.health.shelf import Place, Shelved, ShelvedArticle

Shelve = Callable[..., ShelvedArticle]


@pytest.fixture
def shelve() -> Shelve:
    """An article on the shelf: shelve("fees", "料金", "## 初診\\n1,650円です。", language="ja")."""

    def article(
        article_id: str, title: str, body: str, language: str = "ja", *, version: int = 1,
        published: date = date(2026, 1, 1), questions: tuple[str, ...] = (), **more: object,
    ) -> ShelvedArticle:  # fmt: skip
        own = tuple(
            Shelved(Place(article_id, language, title, one.heading, one.position),
                    one.template, one.questions)
            for one in sections(body)
        )  # fmt: skip
        fields: dict[str, object] = dict.fromkeys(
            ("translation_of", "valid_from", "valid_until", "review_by")
        )
        at = datetime(published.year, published.month, published.day, tzinfo=UTC)
        return ShelvedArticle(
            article_id=article_id, language=language, title=title, version=version,
            published_at=at, questions=questions, sections=own, **(fields | more),
        )  # type: ignore[arg-type]  # fmt: skip

    return article
