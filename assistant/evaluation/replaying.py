"""What would be answered otherwise: one turn, two replies."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.engine.turn import Disposition, Reply


@dataclass(frozen=True)
class Outcome:
    """What matters of a reply when two are compared; `text` is the answer, sent or drafted."""

    disposition: str
    articles: tuple[str, ...]
    text: str
    confidence: float
    reason_code: str

    @classmethod
    def of(cls, reply: Reply) -> "Outcome":
        """That of a reply of now."""
        sent = reply.disposition is Disposition.SEND
        return cls(reply.disposition.value, tuple(c.article_id for c in reply.citations),
                   reply.text if sent else reply.draft, reply.confidence, reply.reason_code)

    @classmethod
    def stored(cls, data: dict[str, Any], text: str) -> "Outcome":
        """That of a reply which was stored; `text` is what was said, if it was."""
        disposition = str(data.get("disposition", ""))
        said = text if disposition == Disposition.SEND.value else str(data.get("draft", ""))
        articles = tuple(str(one["article_id"]) for one in data.get("citations", ()))
        return cls(disposition, articles, said, float(data.get("confidence", 0.0)),
                   str(data.get("reason_code", "")))


@dataclass(frozen=True)
class Difference:
    """A turn that would be answered otherwise. `change` names the weightiest difference:
    disposition, article or text."""

    conversation_id: int
    asked: str
    before: Outcome
    after: Outcome
    change: str


def difference(
    conversation_id: int, asked: str, before: Outcome, after: Outcome
) -> Difference | None:
    """The difference, or None if the same would be said."""
    if before.disposition != after.disposition:
        change = "disposition"
    elif before.articles != after.articles and _answers(before, after):
        change = "article"
    elif _words(before.text) != _words(after.text) and _answers(before, after):
        change = "text"
    else:
        return None
    return Difference(conversation_id, asked, before, after, change)


def moves(found: Iterable[Difference]) -> Sequence[tuple[str, str, int]]:
    """How often a disposition became another one, the most frequent first."""
    counts = Counter((one.before.disposition, one.after.disposition) for one in found
                     if one.change == "disposition")
    return [(old, new, count) for (old, new), count in counts.most_common()]


def _answers(*outcomes: Outcome) -> bool:
    """Whether there is an answer at all: what is handed off cites only what was closest."""
    return any(one.disposition != Disposition.HAND_OFF.value for one in outcomes)


def _words(text: str) -> str:
    return " ".join(text.split())
