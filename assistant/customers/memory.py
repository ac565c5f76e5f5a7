"""The history of one customer: what they said and we wrote, searched for them alone."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, time

import numpy as np
from sqlalchemy import Engine
from sqlmodel import Session

from assistant.customers import repository
from assistant.customers.models import HistoryEntry
from assistant.customers.recalled import Recall, Recalled
from assistant.database import read_scope
from knowledge.embedding import Embedder
from knowledge.periods import period_in
from knowledge.retrieval.history import in_time, pack, search_history

LEAST_SIMILARITY = 0.35
# What lies in the time that the question names may be less like it.
LEAST_IN_NAMED_TIME = 0.2
MOST_NEAR = 30


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
            inside = _in_named_time(session, customer_id, question, now)
            similarities: dict[int, float] = {}
            for embedder in embedders:
                rows = repository.history(session, customer_id, embedder.name,
                                          except_source=except_source)
                if rows:
                    vector = embedder.embed([question])[0]
                    similarities |= dict(search_history(vector, rows, len(rows)))
            near = _near(similarities, inside)
            texts = repository.history_texts(session, customer_id, near)
        found = [Recalled(text, kind, at, similarities[one]) for one, text, kind, at in texts]
        worth = in_time(
            np.array([one.similarity for one in found], np.float32),
            np.array([(now - one.at).total_seconds() / 86_400 for one in found], np.float64),
            np.array([one in inside for one, *_ in texts], np.bool_),
        )
        return [found[at] for at in np.argsort(-worth, kind="stable")[:limit].tolist()]

    return recall


def _in_named_time(
    session: Session, customer_id: int, question: str, now: datetime
) -> set[int]:
    """The customer's entries of the time that the question names; none if it names none."""
    named = period_in(question, now.date())
    if named is None:
        return set()
    first = datetime.combine(named.first, time.min, now.tzinfo)
    last = datetime.combine(named.last, time.max, now.tzinfo)
    return repository.history_between(session, customer_id, first, last)


def _near(similarities: Mapping[int, float], inside: Set[int]) -> list[int]:
    """The entries that are close enough, the most similar of all and of the time that is named;
    which of them are worth most is seen when their times are known."""
    ordered = sorted(similarities, key=lambda one: -similarities[one])
    near = [one for one in ordered[:MOST_NEAR] if similarities[one] >= LEAST_SIMILARITY]
    named = [one for one in ordered if one in inside][:MOST_NEAR]
    near += [one for one in named if similarities[one] >= LEAST_IN_NAMED_TIME]
    return list(dict.fromkeys(near))
