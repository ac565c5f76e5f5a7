"""What is kept of one call of a language model."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What became of a draft."""

    USED = "used"
    NOT_ANSWERED = "not_answered"  # The model says that the passages do not answer.
    REFUSED = "refused"  # A rule refused what it wrote.
    FAILED = "failed"  # There was no whole draft.


@dataclass(frozen=True)
class ModelCall:
    """One call: which prompt went to which model, how long it took, and what became of it.

    `why` is the rule that refused the draft or the kind of failure, `span` the part of the draft
    that broke it. Tokens are None where the model does not count them, `first_ms` where nothing
    came.
    """

    model: str
    prompt: str
    outcome: Outcome
    why: str = ""
    span: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    first_ms: float | None = None
    last_ms: float = 0.0

    def as_data(self) -> dict[str, Any]:
        """The call as JSON-ready data."""
        first = None if self.first_ms is None else round(self.first_ms, 1)
        return {**vars(self), "outcome": self.outcome.value, "first_ms": first,
                "last_ms": round(self.last_ms, 1)}
