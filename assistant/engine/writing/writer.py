"""The port: a writer makes the body of an answer from what was found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from assistant.engine.checking import Unproven
from assistant.engine.turn import FactUse, Turn
from assistant.engine.writing.trace import ModelCall

# What of a text the evidence does not bear out.
Prove = Callable[[str], tuple[Unproven, ...]]


@dataclass(frozen=True)
class Quoted:
    """A section as this customer may read it, and the question that it was found for."""

    question: str
    title: str
    heading: str
    text: str


@dataclass(frozen=True)
class Material:
    """All that a writer may use for one reply, and the check that its words must pass."""

    turn: Turn
    language: str
    passages: tuple[Quoted, ...]
    facts: tuple[FactUse, ...]
    prove: Prove


@dataclass(frozen=True)
class Written:
    """The body of an answer, without greeting, sources and signature, which the channel adds.

    `parts` is empty where there is none. `rests_on` are the places, in the material, of the
    passages that it was written from. `call` is there where a language model was asked.
    """

    parts: tuple[str, ...] = ()
    rests_on: tuple[int, ...] = ()
    call: ModelCall | None = None


class Writer(Protocol):
    """Writes the body of an answer."""

    def write(self, material: Material) -> Written:
        """The body in the material's language, from its passages alone; it never raises for
        what stands in them or for a failure of its own."""
        ...
