"""What is found again in one customer's own history, and what we still owe them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Recalled:
    """Something of this customer's own history that is close to the question."""

    text: str
    kind: str
    at: datetime
    similarity: float


@dataclass(frozen=True)
class Owed:
    """An open ToDo on this customer. Its title is written for colleagues, not to be told."""

    title: str
    due_on: date | None


# Searches the history of one customer, fixed before, for what is close to a question.
Recall = Callable[[str], Sequence[Recalled]]
