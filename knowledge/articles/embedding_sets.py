"""Every query on the embeddings that vectors are made with.

Another embedding takes the place of the one that is searched in steps, any of which may be the
last before a power cut: 1. `begin` notes it. 2. The vectors of each article are stored beside those
of the embedding before (`unembedded`, `store`). 3. When none is missing, one update makes it the
one that is searched (`switch`). 4. The vectors before are removed (`forget_others`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_
from sqlmodel import Session, col, select, update

from knowledge.articles.models import (
    Article,
    EmbeddingSet,
    KnowledgeRevision,
    Passage,
    PassageVectors,
)
from knowledge.articles.repository import bump_revision, some, state
from knowledge.embedding import Embedder

CLAIM_SECONDS = 60.0


def begin(session: Session, embedder: Embedder, source: str, now: datetime) -> None:
    """Want this embedding from now on; `source` is what loads it again.

    The one that was begun last is made, so that two processes with different settings do not
    take turns in embedding everything.
    """
    if wanted(session) == embedder.name:
        return
    known = session.get(EmbeddingSet, embedder.name)
    if known is None:
        known = EmbeddingSet(
            name=embedder.name, dimensions=embedder.dimensions, source=source, begun_at=now
        )
    # Clocks of two machines differ; what is begun later must still be later.
    newest = session.exec(select(func.max(EmbeddingSet.begun_at))).one()
    known.begun_at = max(now, newest + timedelta(microseconds=1)) if newest else now
    known.completed_at, known.customers_done = None, 0
    session.add(known)
    session.flush()


def wanted(session: Session) -> str:
    """Return the embedding that everything should be embedded with; "" before the first."""
    statement = select(EmbeddingSet.name).order_by(col(EmbeddingSet.begun_at).desc()).limit(1)
    return session.exec(statement).one_or_none() or ""


def claim(session: Session, embedding: str, token: str, now: datetime) -> bool:
    """Take or keep the right to embed with it, for a minute; False if another process has it."""
    free = or_(
        col(EmbeddingSet.claim) == token,
        col(EmbeddingSet.claim_until).is_(None),
        col(EmbeddingSet.claim_until) < now,
    )
    until = now + timedelta(seconds=CLAIM_SECONDS)
    claimed = session.exec(
        update(EmbeddingSet)
        .where(col(EmbeddingSet.name) == embedding, free)
        .values(claim=token, claim_until=until)
    )
    return bool(claimed.rowcount)


def unembedded(
    session: Session, embedding: str, after: int = 0, limit: int = 20
) -> list[tuple[Article, Sequence[Passage]]]:
    """Return some current articles, numbered above `after`, that lack vectors of this embedding."""
    lacking = _lacking(embedding).where(col(Article.id) > after).order_by(col(Article.id))
    return some(session, session.exec(lacking.limit(limit)).all())


def store(session: Session, made: Sequence[PassageVectors]) -> None:
    """Store vectors of one embedding, in the place of those of the same passages.

    Where that is the embedding which is searched, it counts as a change.
    """
    for one in made:
        session.exec(
            delete(PassageVectors).where(
                col(PassageVectors.passage_id) == one.passage_id,
                col(PassageVectors.embedding) == one.embedding,
            )
        )
    session.add_all(made)
    session.flush()
    if made and made[0].embedding == state(session)[1]:
        bump_revision(session)


def switch(session: Session, embedding: str) -> bool:
    """Search this embedding's vectors from now on; False if an article has none yet.

    Other processes follow when they see the new revision. Nothing changes if it is searched
    already, but that articles which had no vectors are read again.
    """
    if session.exec(select(_lacking(embedding).exists())).one():
        return False
    bump_revision(session, embedding)
    session.exec(
        update(KnowledgeRevision)
        .where(col(KnowledgeRevision.id) == 1)
        .values(embedding=embedding)
    )
    return True


def forget_others(session: Session, embedding: str, limit: int = 1_000) -> int:
    """Remove some vectors of all embeddings but this one; returns how many there were.

    None are removed while another is searched.
    """
    if state(session)[1] != embedding:
        return 0
    others = session.exec(
        select(PassageVectors.passage_id, PassageVectors.embedding)
        .where(PassageVectors.embedding != embedding)
        .limit(limit)
    ).all()
    for passage_id, embedding in others:
        session.exec(
            delete(PassageVectors).where(
                col(PassageVectors.passage_id) == passage_id,
                col(PassageVectors.embedding) == embedding,
            )
        )
    return len(others)


def progress(session: Session, embedding: str) -> tuple[int, int]:
    """Return how many current articles have vectors of this embedding, and how many there are."""
    total = session.exec(select(func.count()).select_from(Article).where(Article.current)).one()
    lacking = session.exec(select(func.count()).select_from(_lacking(embedding).subquery())).one()
    return total - lacking, total


def _lacking(embedding: str) -> Any:
    """Select the keys of current articles that have a passage without vectors of this one."""
    own = (col(PassageVectors.passage_id) == Passage.id) & (
        col(PassageVectors.embedding) == embedding
    )
    return (
        select(Article.id)
        .join(Passage, col(Passage.article_pk) == Article.id)
        .join(PassageVectors, own, isouter=True)
        .where(col(Article.current), col(PassageVectors.passage_id).is_(None))
        .distinct()
    )
