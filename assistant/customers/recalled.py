"""What is found again in one customer's own history."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Recalled:
    """Something of this customer's own history that is close to the question."""

    text: str
    kind: str
    at: datetime
    similarity: float


# Searches the history of one customer, fixed before, for what is close to a question.
Recall = Callable[[str], Sequence[Recalled]]
