"""What is found again in one customer's own history, what we owe them, what we offered them."""

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


@dataclass(frozen=True)
class Offered:
    """A suggestion that this customer was given, when, and whether they said no to it."""

    id: str
    at: datetime
    declined: bool


# Searches the history of one customer, fixed before, for what is close to a question.
Recall = Callable[[str], Sequence[Recalled]]
