"""The model writer: a language model's draft, if it keeps to every rule."""

import logging
import time
from dataclasses import dataclass, field, replace

from assistant.engine.writing.chat import ChatModel, ModelFailed, Piece, Prompt
from assistant.engine.writing.drafts import NOT_ANSWERED, RefusedDraft, parse, so_far
from assistant.engine.writing.masking import Mask, Recognizer
from assistant.engine.writing.prompt import Prompting
from assistant.engine.writing.rules import Rules
from assistant.engine.writing.streaming import within
from assistant.engine.writing.trace import ModelCall, Outcome
from assistant.engine.writing.writer import Material, Written

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModelWriter:
    """Asks a language model; what it writes is used whole or not at all."""

    model: ChatModel
    recognizer: Recognizer
    prompting: Prompting
    seconds: float

    def write(self, material: Material) -> Written:
        """The draft of the model, with its trace; without parts where there is none to be used.

        It takes no longer than the time allowed, and never raises.
        """
        if not material.passages:
            return Written()
        try:
            mask = Mask(self.recognizer, material.language, material.turn.profile, material.facts)
            prompt = self.prompting(material, mask)
        except Exception:
            log.exception("No prompt could be made for the language model.")
            return Written(call=ModelCall(self.model.name, "", Outcome.FAILED, "error", "prompt"))
        return self._asked(prompt, Rules(material, mask))

    def _asked(self, prompt: Prompt, rules: Rules) -> Written:
        reading = _Reading()
        outcome, why, span = Outcome.FAILED, "error", ""
        written = Written()
        try:
            for piece in within(self.seconds, lambda: self.model.stream(prompt)):
                reading.take(piece)
                if self._is_over(reading, rules):
                    break
            written = self._used(reading, rules)
            outcome, why = (Outcome.USED, "") if written.parts else (Outcome.NOT_ANSWERED, "")
        except RefusedDraft as refused:
            outcome, why, span = Outcome.REFUSED, refused.why, refused.span
        except ModelFailed as failed:
            why, span = failed.why, failed.detail
        except Exception as error:
            log.exception("A draft of the language model could not be read.")
            span = type(error).__name__
        return replace(written, call=reading.call(self.model.name, prompt, outcome, why, span))

    def _is_over(self, reading: "_Reading", rules: Rules) -> bool:
        """Whether there is no need to read on; raises RefusedDraft as soon as a rule is broken."""
        draft = so_far(reading.text)
        if draft.action == NOT_ANSWERED:
            return True
        rules.so_far(draft)
        return False

    def _used(self, reading: "_Reading", rules: Rules) -> Written:
        if so_far(reading.text).action == NOT_ANSWERED:
            return Written()
        return rules.whole(parse(reading.text))


@dataclass
class _Reading:
    """What has come so far, and when."""

    text: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    first_ms: float | None = None
    start: float = field(default_factory=time.perf_counter)

    def take(self, piece: Piece) -> None:
        if piece.text and self.first_ms is None:
            self.first_ms = self._spent
        self.text += piece.text
        self.tokens_in = piece.tokens_in or self.tokens_in
        self.tokens_out = piece.tokens_out or self.tokens_out

    def call(
        self, model: str, prompt: Prompt, outcome: Outcome, why: str, span: str
    ) -> ModelCall:
        return ModelCall(model, prompt.version, outcome, why, span, self.tokens_in,
                         self.tokens_out, self.first_ms, self._spent)

    @property
    def _spent(self) -> float:
        return (time.perf_counter() - self.start) * 1000
