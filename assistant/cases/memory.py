"""The memory of cases: similar ones for an operator, and for nobody else."""

import threading
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlmodel import Session

from assistant.cases import repository
from assistant.errors import Refused
from assistant.operators.models import Operator
from knowledge.embedding import Embedder
from knowledge.retrieval.history import unpack
from knowledge.retrieval.vectors import VectorIndex

LEAST_SIMILARITY = 0.45
_AT_ONCE = 5_000
# Of these, those that may be shown are taken: the own conversation and what is gone are not.
_LOOKED_AT = 20


@dataclass(frozen=True)
class SimilarCase:
    """What another customer asked and an operator answered, redacted."""

    asked: str
    answered: str
    language: str
    resolved_at: datetime
    similarity: float


class CaseMemory:
    """Searches the cases; safe to share among threads.

    With an index of this process (`shared` False) a search takes in first what came since; into a
    shared one the upkeep does.
    """

    def __init__(self, embedder: Embedder, index: VectorIndex, *, shared: bool = False) -> None:
        self._embedder = embedder
        self._index = index
        self.shared = shared
        self._last = -1
        self._taking_in = threading.Lock()

    def similar(
        self, session: Session, operator: Operator, question: str, *,
        except_conversation: int = 0, limit: int = 3,
    ) -> list[SimilarCase]:
        """The cases that are most like the question; raises Refused unless an active operator
        asks. A case tells nothing of who had it, but no customer is to hear of it all the same."""
        if operator.id is None or not operator.active:
            raise Refused("Only an operator may look at cases; sign in first.")
        if not self.shared:
            self.take_in(session)
        vector = self._embedder.embed([question])[0]
        if not vector.any():
            return []
        ids, similarities = self._index.search(vector, _LOOKED_AT)
        near = {
            int(one): float(similarity)
            for one, similarity in zip(ids, similarities, strict=True)
            if similarity >= LEAST_SIMILARITY
        }
        found = repository.some(session, list(near), except_conversation)
        found = sorted(found, key=lambda case: -near[case.id or 0])[:limit]
        return [
            SimilarCase(case.asked, case.answered, case.language, case.resolved_at,
                        near[case.id or 0])
            for case in found
        ]

    def take_in(self, session: Session) -> int:
        """Takes what came since into the index; returns how many cases that were."""
        taken = 0
        with self._taking_in:
            if self._last < 0:
                self._last = int(self._index.ids().max(initial=0))
            while rows := repository.since(session, self._last, self._embedder.name, _AT_ONCE):
                vectors = [unpack(packed, self._embedder.dimensions) for _, packed in rows]
                try:
                    self._index.add([number for number, _ in rows], np.concatenate(vectors))
                except ValueError:  # another process has taken some of them in
                    self._last = max(self._last, int(self._index.ids().max(initial=0)))
                    continue
                self._last = rows[-1][0]
                taken += len(rows)
        return taken
