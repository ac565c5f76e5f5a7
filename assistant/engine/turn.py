"""What goes into the engine and what comes out: plain frozen data, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from assistant.customers.facts import Profile
from assistant.customers.recalled import Offered, Owed, Recalled
from assistant.customers.tier import Tier
from assistant.engine.writing.trace import ModelCall


class Disposition(StrEnum):
    """What happens to a reply: it goes out, waits for an operator, or a person takes over."""

    SEND = "send"
    SUGGEST = "suggest"
    HAND_OFF = "hand_off"


@dataclass(frozen=True)
class Utterance:
    """One message of the conversation so far, by `customer`, `operator` or `assistant`."""

    author: str
    text: str


@dataclass(frozen=True)
class Turn:
    """All that the engine may know when it answers: the new messages and who speaks, as seen
    at this identity tier.

    `held` says why nothing may go out by itself now (`paused` or `schedule`), `confirm_link` where
    an unproven customer can confirm who they are; both are empty where that does not apply.
    """

    messages: Sequence[str]
    channel: str
    language: str
    profile: Profile
    now: datetime
    before: Sequence[Utterance] = ()
    subject: str = ""
    owed: Sequence[Owed] = ()
    offered: Sequence[Offered] = ()
    held: str = ""
    confirm_link: str = ""

    @property
    def tier(self) -> Tier:
        """How surely we know who speaks."""
        return self.profile.tier

    @property
    def text(self) -> str:
        """The new messages as one: a burst is one turn."""
        return "\n".join(self.messages)


@dataclass(frozen=True)
class Citation:
    """Where an answer stands: data, never parsed out of text. `quote` is the part of the section,
    as this customer may read it, that answers the question."""

    article_id: str
    version: int
    language: str
    passage: int
    title: str
    heading: str
    link: str
    quote: str = ""


@dataclass(frozen=True)
class FactUse:
    """A fact and what it did. `value` is how it is said, empty where the fact was withheld;
    `forms` are all the ways in which a text may say it."""

    name: str
    label: str
    reason: str
    value: str = ""
    forms: tuple[str, ...] = ()

    def as_data(self) -> dict[str, str]:
        """The fact as JSON-ready data."""
        return {"name": self.name, "label": self.label, "reason": self.reason, "value": self.value}


@dataclass(frozen=True)
class Reply:
    """The engine's answer to a turn, with everything that an operator needs to trust it.

    `text` is what the customer is told now. Where that is not the answer itself, `draft` is the
    answer that an operator may send. `model` is the call of a language model, if there was one.
    """

    text: str
    language: str
    disposition: Disposition
    confidence: float
    reason: str
    reason_code: str
    query: str = ""
    draft: str = ""
    citations: tuple[Citation, ...] = ()
    facts_used: tuple[FactUse, ...] = ()
    facts_withheld: tuple[FactUse, ...] = ()
    recalled: tuple[Recalled, ...] = ()
    summary: str = ""
    topic: str = ""
    suggestion: str = ""
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    model: ModelCall | None = None

    def as_data(self) -> dict[str, Any]:
        """The reply as JSON-ready data, as it is stored beside the message."""
        return {
            "language": self.language,
            "disposition": self.disposition.value,
            "confidence": round(self.confidence, 4),
            "reason": self.reason,
            "reason_code": self.reason_code,
            "query": self.query,
            "draft": self.draft,
            "citations": [vars(citation) for citation in self.citations],
            "facts_used": [fact.as_data() for fact in self.facts_used],
            "facts_withheld": [fact.as_data() for fact in self.facts_withheld],
            "recalled": [
                {"text": entry.text, "kind": entry.kind, "at": entry.at.isoformat(),
                 "similarity": round(entry.similarity, 3)}
                for entry in self.recalled
            ],
            "summary": self.summary,
            "topic": self.topic,
            "suggestion": self.suggestion,
            "milliseconds": {step: round(ms, 2) for step, ms in self.milliseconds.items()},
            **({"model": self.model.as_data()} if self.model else {}),
        }
