"""The history of one customer: what they said and we wrote, searched for them alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Engine, Row
from sqlmodel import Session

from assistant.customers import repository
from assistant.customers.models import HistoryEntry
from assistant.customers.recalled import Recall, Recalled
from assistant.database import read_scope
from knowledge.embedding import Embedder
from knowledge.periods import Period, period_in
from knowledge.retrieval.history import in_time, pack, search_history

LEAST_SIMILARITY = 0.35
# What lies in the time that the question names may be less like it.
LEAST_IN_NAMED_TIME = 0.2


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


def recall_for(
    engine: Engine, customer_id: int, embedders: Sequence[Embedder], now: datetime, *,
    except_source: str = "", limit: int = 3,
) -> Recall:
    """A search over the history of exactly this customer; `now` is in the company's time zone.

    Only this customer's rows are loaded, so another's vectors are never in what is searched.
    Entries whose source begins with `except_source` (the conversation of now) are left out. What is
    old counts a little less, and what lies in the time that the question names counts more.
    `embedders` are all by whose vectors an entry may be found: while one takes the place of
    another, both.
    """

    def recall(question: str) -> Sequence[Recalled]:
        with read_scope(engine) as session:
            rows = repository.history(session, customer_id, except_source=except_source)
            nearest = _nearest(question, rows, embedders, now)[:limit]
            texts = {
                entry.id: entry for entry in
                repository.history_entries(session, customer_id, [one for one, _ in nearest])
            }
        return [
            Recalled(texts[one].text, texts[one].kind, texts[one].at, similarity)
            for one, similarity in nearest if one in texts
        ]

    return recall


def _nearest(
    question: str, rows: Sequence[Row[int, datetime, bytes, str]],
    embedders: Sequence[Embedder], now: datetime,
) -> list[tuple[int, float]]:
    """Id and similarity of the entries that are close enough, the worthiest first."""
    named = period_in(question, now.date())
    found: list[tuple[int, float]] = []
    for embedder in embedders:
        own = [(at, row[2]) for at, row in enumerate(rows) if row[3] == embedder.name]
        if own:
            found += search_history(embedder.embed([question])[0], own, len(own))
    near = [
        (rows[at][0], similarity, rows[at][1], is_in)
        for at, similarity in found
        if similarity >= LEAST_IN_NAMED_TIME
        and ((is_in := _in(named, rows[at][1], now)) or similarity >= LEAST_SIMILARITY)
    ]
    worth = in_time(
        np.array([similarity for _, similarity, _, _ in near], np.float32),
        np.array([(now - at).total_seconds() / 86_400 for _, _, at, _ in near], np.float64),
        np.array([is_in for _, _, _, is_in in near], np.bool_),
    )
    return [near[at][:2] for at in np.argsort(-worth, kind="stable").tolist()]


def _in(named: Period | None, at: datetime, now: datetime) -> bool:
    return named is not None and at.astimezone(now.tzinfo).date() in named
