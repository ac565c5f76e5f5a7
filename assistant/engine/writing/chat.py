"""What a model writer needs of a language model; LangChain stands behind it in
assistant/language_model.py, a script in the tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Prompt:
    """What is sent: `system` is the same for every call, `task` holds all that is quoted."""

    system: str
    task: str
    version: str


@dataclass(frozen=True)
class Piece:
    """A piece of what the model writes; the counts of tokens come when they are known."""

    text: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None


class ModelFailed(Exception):
    """There is no answer: `why` is timeout, connection or error, `detail` its name in code."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(f"{why} {detail}".strip())
        self.why = why
        self.detail = detail


class ChatModel(Protocol):
    """A language model that answers one prompt, piece by piece."""

    @property
    def name(self) -> str:
        """Provider and model, for the trace."""
        ...

    def stream(self, prompt: Prompt) -> Iterator[Piece]:
        """The answer as it is written; raises ModelFailed, and may hang or end at any piece."""
        ...
