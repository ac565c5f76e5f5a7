"""All queries on cases. They are for operators only: see memory.py."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Row, or_
from sqlmodel import Session, col, delete, func, select

from assistant.cases.models import Case
from assistant.conversations.models import Conversation, Status


def unlearned(
    session: Session, since: datetime | None, limit: int
) -> Sequence[Conversation]:
    """Some resolved conversations, the first ones first, that are no case yet or were resolved
    again; resolved no earlier than an hour before `since`, if that is set."""
    earliest = since - timedelta(hours=1) if since else datetime.min.replace(tzinfo=UTC)
    return session.exec(
        select(Conversation)
        .join(Case, col(Case.conversation_id) == Conversation.id, isouter=True)
        .where(
            Conversation.status == Status.RESOLVED,
            col(Conversation.resolved_at) >= earliest,
            or_(
                col(Case.id).is_(None),
                col(Case.resolved_at) < col(Conversation.resolved_at),
            ),
        )
        .order_by(col(Conversation.resolved_at), col(Conversation.id))
        .limit(limit)
    ).all()


def replace(session: Session, case: Case) -> None:
    """Stores a case, in the place of an older one of the same conversation, under a new id."""
    session.exec(delete(Case).where(col(Case.conversation_id) == case.conversation_id))
    session.add(case)
    session.flush()


def since(
    session: Session, after: int, embedding: str, limit: int
) -> Sequence[Row[int, bytes]]:
    """Id and vector of the next cases above this id that this model embedded."""
    return session.exec(  # type: ignore[return-value]
        select(col(Case.id), Case.vector)
        .where(col(Case.id) > after, Case.embedding == embedding, Case.asked != "")
        .order_by(col(Case.id))
        .limit(limit)
    ).all()


def some(session: Session, ids: Sequence[int], except_conversation: int) -> Sequence[Case]:
    """These cases, but that of one conversation."""
    return session.exec(
        select(Case).where(
            col(Case.id).in_(ids), Case.conversation_id != except_conversation
        )
    ).all()


def other_embeddings(session: Session, embedding: str, limit: int) -> Sequence[Case]:
    """Some cases that another model embedded."""
    return session.exec(
        select(Case).where(Case.embedding != embedding).order_by(col(Case.id)).limit(limit)
    ).all()


def count_other_embeddings(session: Session, embedding: str) -> int:
    """How many cases another model embedded."""
    return session.exec(
        select(func.count()).select_from(Case).where(Case.embedding != embedding)
    ).one()


def store_vector(session: Session, case: Case, vector: bytes, embedding: str) -> None:
    """Gives a case its vector by another model, under a new id: an index knows what is new."""
    replace(session, Case(
        conversation_id=case.conversation_id, language=case.language, asked=case.asked,
        answered=case.answered, resolved_at=case.resolved_at, vector=vector, embedding=embedding,
    ))

