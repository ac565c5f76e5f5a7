"""Every query on articles, passages and their revision."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlalchemy.orm import selectinload
from sqlmodel import Session, col, select, update

from knowledge.articles.models import (
    Article,
    EmbeddingSet,
    KnowledgeRevision,
    Passage,
    PassageVectors,
)


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
    """Return every current article with its passages, in their order, and their vectors."""
    records = {article.id: (article, list[Passage]()) for article in current_articles(session)}
    statement = (
        select(Passage)
        .options(selectinload(Passage.embedded))  # type: ignore[arg-type]
        .join(Article)
        .where(col(Article.current))
        .order_by(col(Passage.article_pk), col(Passage.position))
    )
    for passage in session.exec(statement):
        records[passage.article_pk][1].append(passage)
    return list(records.values())


def current_keys(session: Session) -> list[tuple[str, str, int]]:
    """Return id, language and key of every current article, sorted."""
    statement = select(Article.article_id, Article.language, Article.id).where(
        col(Article.current)
    )
    return sorted((one, language, key or 0) for one, language, key in session.exec(statement))


def some(session: Session, numbers: Sequence[int]) -> list[tuple[Article, Sequence[Passage]]]:
    """Return the articles of these keys, each with its passages in their order."""
    articles = session.exec(
        select(Article).where(col(Article.id).in_(numbers)).order_by(col(Article.id))
    )
    return [(article, passages_of(session, article.id or 0)) for article in articles]


def embeddings_in_use(session: Session) -> set[str]:
    """Return the names of the embeddings that current passages have vectors of."""
    statement = (
        select(PassageVectors.embedding)
        .join(Passage, col(Passage.id) == PassageVectors.passage_id)
        .join(Article, col(Article.id) == Passage.article_pk)
        .where(col(Article.current))
        .distinct()
    )
    return set(session.exec(statement))


def revision(session: Session) -> int:
    """Return the number of changes so far; 0 before the first."""
    return state(session)[0]


def state(session: Session) -> tuple[int, str]:
    """Return the number of changes so far, and the embedding whose vectors are searched.

    (0, "") before the first article.
    """
    statement = select(KnowledgeRevision.number, KnowledgeRevision.embedding)
    return session.exec(statement.where(KnowledgeRevision.id == 1)).one_or_none() or (0, "")


def bump_revision(session: Session, embedding: str = "") -> int:
    """Count one change; other processes see it once the caller has committed.

    `embedding` becomes the one that is searched if there has been none.
    """
    counted = {"number": KnowledgeRevision.number + 1}
    changed = session.exec(
        update(KnowledgeRevision).where(col(KnowledgeRevision.id) == 1).values(**counted)
    )
    if changed.rowcount == 0:
        session.add(KnowledgeRevision(id=1, number=1, embedding=embedding))
        session.flush()
    elif embedding:
        session.exec(
            update(KnowledgeRevision)
            .where(col(KnowledgeRevision.id) == 1, col(KnowledgeRevision.embedding) == "")
            .values(embedding=embedding)
        )
    return revision(session)


def source_of(session: Session, embedding: str) -> str:
    """Return what loads this embedding: a name or folder, empty for the bundled one."""
    found = session.get(EmbeddingSet, embedding)
    return found.source if found is not None else ""
