"""The articles that a setting is measured on, embedded by whichever embedding it names."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlmodel import Session

from knowledge.articles import repository
from knowledge.articles.draft import ArticleDraft
from knowledge.articles.ingest import build_record
from knowledge.articles.models import Article
from knowledge.embedding import Embedder
from knowledge.retrieval.entries import Record


def published(session: Session) -> list[ArticleDraft]:
    """Return the current articles as drafts: what a setting is tried on changes nothing."""
    return [draft_of(article) for article in repository.current_articles(session)]


def draft_of(article: Article) -> ArticleDraft:
    """Return the draft that this version of an article was published from."""
    return ArticleDraft(
        article_id=article.article_id,
        language=article.language,
        title=article.title,
        body=article.body,
        questions=tuple(article.questions),
        audience=article.audience,
        valid_from=article.valid_from,
        valid_until=article.valid_until,
        review_by=article.review_by,
        sensitivity=article.sensitivity,
        tags=tuple(article.tags),
        translation_of=article.translation_of,
        is_template=article.is_template,
        source=article.source,
    )


def embedded(drafts: Iterable[ArticleDraft], embedder: Embedder) -> Sequence[Record]:
    """Return the rows of these drafts; nothing is stored."""
    now = datetime.now(UTC)
    return [build_record(draft, embedder, 1, now) for draft in drafts]
