"""Step 5: send, suggest or hand off, with the reason in words."""

from dataclasses import dataclass
from math import floor

from assistant.engine.checking import Unproven
from assistant.engine.turn import Disposition
from assistant.engine.writing.trace import ModelCall, Outcome
from assistant.settings import Settings
from prompts import say


@dataclass(frozen=True)
class Decision:
    """What happens to the reply, why, and which line the customer gets where it is not sent."""

    disposition: Disposition
    code: str
    reason: str


@dataclass(frozen=True)
class Decide:
    """The thresholds of the settings, applied to a calibrated confidence."""

    settings: Settings

    def __call__(
        self, *, confidence: float, channel: str, language: str, title: str, sensitive: bool,
        unproven: Unproven | None = None, partly: bool = False,
    ) -> Decision:
        """The decision about an answer that articles gave; `partly`: not to all that was asked."""
        needed = self.settings.send_threshold(channel)
        if unproven is not None:
            chosen, code, title = Disposition.HAND_OFF, "unproven", unproven.span
        elif not title or confidence < self.settings.suggest:
            chosen, code = Disposition.HAND_OFF, "no_answer"
        elif confidence < needed:
            chosen, code = Disposition.SUGGEST, "unsure"
        elif partly and channel == "email":
            chosen, code = Disposition.SUGGEST, "partly"
        elif sensitive and channel == "email":
            chosen, code = Disposition.SUGGEST, "sensitive_article"
        else:
            chosen, code = Disposition.SEND, "sure"
        return Decision(chosen, code, reason(
            code, language, title=title, confidence=confidence, needed=needed,
            kind=unproven.kind if unproven is not None else "",
        ))

    def after(
        self, decision: Decision, call: ModelCall | None, language: str, title: str
    ) -> Decision:
        """The decision once a model has read the evidence: it may lower it, never raise it."""
        if (call is None or call.outcome is not Outcome.NOT_ANSWERED
                or decision.disposition is not Disposition.SEND):
            return decision
        why = reason("not_answered", language, title=title)
        return Decision(Disposition.SUGGEST, "not_answered", why)


def reason(
    code: str, language: str, *, title: str = "", topic: str = "", confidence: float = 0.0,
    needed: float = 0.0, kind: str = "",
) -> str:
    """Why, in words for an operator; `kind` is what a draft states that nothing bears out."""
    return say("reason", language, code=code, title=title, topic=topic, kind=kind,
               percent=floor(confidence * 100), needed=round(needed * 100))
