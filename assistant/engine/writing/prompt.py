"""Puts the material into a prompt: what is quoted is marked as such, and stays data."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.engine.turn import FactUse, Utterance
from assistant.engine.writing.chat import Prompt
from assistant.engine.writing.masking import Mask
from assistant.engine.writing.writer import Material, Quoted
from prompts import say, version

SYSTEM, TASK = "model_system", "model_task"
LONGEST_MESSAGE = 4_000
LONGEST_BEFORE = 500
MOST_BEFORE = 4


def new_marker() -> str:
    """A mark that nobody can guess."""
    return secrets.token_hex(8)


@dataclass(frozen=True)
class Prompting:
    """Builds prompts; `company` is the company's name by language."""

    company: Callable[[str], str]
    marker: Callable[[], str] = new_marker

    def __call__(self, material: Material, mask: Mask) -> Prompt:
        """The prompt for this material, in its language, with nothing personal in it."""
        language, turn = material.language, material.turn
        quote = _Quote(self.marker())
        task = say(
            TASK, language, channel=turn.channel, begin=quote.begin, end=quote.end,
            passages=[quote.inside(_passage(one, mask)) for one in material.passages],
            facts=[quote.inside(_fact(one, mask)) for one in material.facts],
            earlier=[quote.inside(one) for one in _before(turn.before, mask)],
            message=quote.inside(mask.said(f"{turn.subject}\n{turn.text}".strip()
                                           [:LONGEST_MESSAGE])),
        )
        system = say(SYSTEM, language, company=self.company(language))
        return Prompt(system, task, f"{language}-{version(language, SYSTEM, TASK)}")


@dataclass(frozen=True)
class _Quote:
    marker: str

    @property
    def begin(self) -> str:
        return f"<<{self.marker}"

    @property
    def end(self) -> str:
        return f"{self.marker}>>"

    def inside(self, text: str) -> str:
        """The text, which cannot end its quotation."""
        return text.replace(self.marker, "…").replace("<<", "‹‹").replace(">>", "››")


def _passage(one: Quoted, mask: Mask) -> str:
    heading = one.title if one.heading in ("", one.title) else f"{one.title} – {one.heading}"
    return f"{mask.ours(heading)}\n{mask.ours(one.text.strip())}"


def _fact(fact: FactUse, mask: Mask) -> str:
    return f"{fact.label}: {mask.said(fact.value)}"


def _before(before: Sequence[Utterance], mask: Mask) -> list[str]:
    return [f"{said.author}: {mask.said(said.text[:LONGEST_BEFORE])}"
            for said in before[-MOST_BEFORE:]]
