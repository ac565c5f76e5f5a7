"""The history of one customer: what they said and we wrote, searched for them alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from assistant.customers import repository
from assistant.customers.models import HistoryEntry
from assistant.customers.recalled import Recall, Recalled
from assistant.database import read_scope
from knowledge.embedding import Embedder
from knowledge.retrieval.history import pack, search_history

LEAST_SIMILARITY = 0.35


@dataclass(frozen=True)
class Memory:
    """A text to remember; `source` makes it unique among the customer's entries."""

    source: str
    kind: str
    text: str
    at: datetime


def remember(
    session: Session, customer_id: int, memories: Sequence[Memory], embedder: Embedder
) -> int:
    """Stores what is not remembered yet with its vector; returns how many were new."""
    known = repository.remembered(session, customer_id, [m.source for m in memories])
    fresh = [memory for memory in memories if memory.source not in known and memory.text.strip()]
    if not fresh:
        return 0
    vectors = embedder.embed([memory.text for memory in fresh])
    session.add_all(
        HistoryEntry(
            customer_id=customer_id, source=memory.source, kind=memory.kind, text=memory.text,
            at=memory.at, vector=pack(vector[None, :]), embedding=embedder.name,
        )
        for memory, vector in zip(fresh, vectors, strict=True)
    )
    session.flush()
    return len(fresh)


def reembed(
    session: Session, embedder: Embedder, progress: Callable[[int, int], None] | None = None,
    batch: int = 500,
) -> int:
    """Embeds every history again that another model embedded; returns how many texts.

    Until then what another model embedded is not found, for its vectors cannot be compared.
    """
    total, done = repository.count_other_embeddings(session, embedder.name), 0
    while rows := repository.other_embeddings(session, embedder.name, batch):
        vectors = embedder.embed([row.text for row in rows])
        for row, vector in zip(rows, vectors, strict=True):
            row.vector, row.embedding = pack(vector[None, :]), embedder.name
            session.add(row)
        session.flush()
        done += len(rows)
        if progress:
            progress(done, total)
    return done


def recall_for(
    engine: Engine, customer_id: int, embedder: Embedder, *, except_source: str = "", limit: int = 3
) -> Recall:
    """A search over the history of exactly this customer.

    Only this customer's rows are loaded, so another's vectors are never in what is searched.
    Entries whose source begins with `except_source` (the conversation of now) are left out.
    """

    def recall(question: str) -> Sequence[Recalled]:
        with read_scope(engine) as session:
            rows = [
                row for row in repository.history(session, customer_id, embedder.name)
                if not (except_source and row.source.startswith(except_source))
            ]
        if not rows:
            return ()
        entries = [(number, row.vector) for number, row in enumerate(rows)]
        found = search_history(embedder.embed([question])[0], entries, limit)
        return [
            Recalled(rows[number].text, rows[number].kind, rows[number].at, similarity)
            for number, similarity in found
            if similarity >= LEAST_SIMILARITY
        ]

    return recall
