"""Every query on articles, passages and their revision."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select, update

from knowledge.articles.models import Article, KnowledgeRevision, Passage


def current_article(session: Session, article_id: str, language: str) -> Article | None:
    """Return the version that is shown now; None if there is none or it was withdrawn."""
    return session.exec(
        select(Article).where(
            Article.article_id == article_id, Article.language == language, col(Article.current)
        )
    ).one_or_none()


def current_articles(session: Session) -> Sequence[Article]:
    """Return every current article, in the order of id and language."""
    return session.exec(
        select(Article).where(col(Article.current)).order_by(Article.article_id, Article.language)
    ).all()


def versions(session: Session, article_id: str, language: str) -> Sequence[Article]:
    """Return all versions, the newest first."""
    return session.exec(
        select(Article)
        .where(Article.article_id == article_id, Article.language == language)
        .order_by(col(Article.version).desc())
    ).all()


def article_version(
    session: Session, article_id: str, language: str, version: int
) -> Article | None:
    """Return one version, current or not: what a citation names stays readable."""
    return session.exec(
        select(Article).where(
            Article.article_id == article_id,
            Article.language == language,
            Article.version == version,
        )
    ).one_or_none()


def last_version(session: Session, article_id: str, language: str) -> int:
    """Return the highest version number ever given; 0 for an unknown article."""
    highest = select(func.max(Article.version)).where(
        Article.article_id == article_id, Article.language == language
    )
    return session.exec(highest).one() or 0


def retire(session: Session, article_id: str, language: str | None = None) -> int:
    """Make the current versions past ones; returns how many there were."""
    statement = update(Article).where(
        col(Article.article_id) == article_id, col(Article.current).is_(True)
    )
    if language is not None:
        statement = statement.where(col(Article.language) == language)
    return int(session.exec(statement.values(current=False)).rowcount)


def passages_of(session: Session, article_pk: int) -> Sequence[Passage]:
    """Return the passages of one version, in their order."""
    return session.exec(
        select(Passage).where(Passage.article_pk == article_pk).order_by(col(Passage.position))
    ).all()


def current_records(session: Session) -> list[tuple[Article, list[Passage]]]:
    """Return every current article with its passages in their order: two queries in all."""
    records = {article.id: (article, list[Passage]()) for article in current_articles(session)}
    statement = (
        select(Passage)
        .join(Article)
        .where(col(Article.current))
        .order_by(col(Passage.article_pk), col(Passage.position))
    )
    for passage in session.exec(statement):
        records[passage.article_pk][1].append(passage)
    return list(records.values())


def embeddings_in_use(session: Session) -> set[str]:
    """Return the names of the embeddings that current passages were made with."""
    statement = select(Passage.embedding).join(Article).where(col(Article.current)).distinct()
    return set(session.exec(statement))


def revision(session: Session) -> int:
    """Return the number of changes so far; 0 before the first."""
    statement = select(KnowledgeRevision.number).where(KnowledgeRevision.id == 1)
    return session.exec(statement).one_or_none() or 0


def bump_revision(session: Session) -> int:
    """Count one change; other processes see it once the caller has committed."""
    changed = session.exec(
        update(KnowledgeRevision)
        .where(col(KnowledgeRevision.id) == 1)
        .values(number=KnowledgeRevision.number + 1)
    )
    if changed.rowcount == 0:
        session.add(KnowledgeRevision(id=1, number=1))
        session.flush()
    return revision(session)
