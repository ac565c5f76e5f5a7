"""What of the customer's own history is worth telling in an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.customers.recalled import Recalled
from assistant.engine.words import Words
from knowledge.text import language_of, normalize

# Below this similarity an old answer may be about something else.
ALIKE = 0.5
# Nearly the same question was asked before, though nothing in it says so.
SAME_QUESTION = 0.8
LONGEST_AGO_DAYS = 730


@dataclass(frozen=True)
class LookingBack:
    """Finds what a colleague wrote to this customer about the same thing.

    Told only where it changes something for the reader: they speak of the past themselves, or they
    ask again what they asked before. What was only said by the customer is not told back.
    """

    marks: Mapping[str, Sequence[Any]]

    def __call__(
        self, question: str, language: str, recalled: Sequence[Recalled], now: datetime
    ) -> Recalled | None:
        """The earlier answer to tell of, in the reader's language; None if there is none."""
        answers = [
            one for one in recalled
            if one.kind == "answered" and one.similarity >= ALIKE
            and (now - one.at).days <= LONGEST_AGO_DAYS
            and language_of(one.text, language) == language
        ]
        again = any(one.kind == "said" and one.similarity >= SAME_QUESTION for one in recalled)
        if not answers or not (again or self.speaks_of_the_past(question)):
            return None
        return max(answers, key=lambda one: one.similarity)

    def speaks_of_the_past(self, question: str) -> bool:
        """Whether the customer refers to what was said or done before."""
        return Words(self.marks.get("looks_back", ())).in_text(normalize(question))
