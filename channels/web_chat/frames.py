"""What a browser may say over the socket, and the problems that it is told of."""

import json
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

LONGEST_TEXT = 4_000
LONGEST_FRAME = 40_000

Language = Literal["ja", "en"]


class Hello(BaseModel):
    """The first frame: who, from which message on, in which language, on which page."""

    type: Literal["hello"]
    visitor: str = Field(default="", max_length=200)
    identity: str = Field(default="", max_length=2_000)
    after: int = Field(default=0, ge=0, lt=2**31)
    language: Language = "ja"
    page: str = Field(default="", max_length=2_000)


class Send(BaseModel):
    """A message; the browser makes its id, so that a repetition is known as one."""

    type: Literal["send"]
    id: UUID
    text: str


class Person(BaseModel):
    """The customer asks for a person."""

    type: Literal["person"]
    id: UUID


class Ping(BaseModel):
    """Asks whether the line is still there."""

    type: Literal["ping"]


Frame = Hello | Send | Person | Ping
_FRAME: TypeAdapter[Frame] = TypeAdapter(Annotated[Frame, Field(discriminator="type")])


class ChatProblem(Exception):
    """Something that the customer is told of; `code` names the sentence in words/."""

    def __init__(
        self, code: str, status: int = 400, *, retry_after: int | None = None, **values: object
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.retry_after = retry_after
        self.values = values


def read_frame(raw: str | None) -> Frame:
    """The frame in this text; raises ChatProblem if it is none (None: it was binary)."""
    if raw is None:
        raise ChatProblem("malformed")
    if len(raw) > LONGEST_FRAME:
        raise ChatProblem("too_long", 413, limit=LONGEST_TEXT)
    try:
        return _FRAME.validate_python(json.loads(raw))
    except (ValueError, ValidationError, RecursionError) as error:
        raise ChatProblem("malformed") from error


def clean_text(text: str) -> str:
    """The message as it can be stored; raises ChatProblem if it is empty or too long."""
    # PostgreSQL stores no NUL, and no database a lone surrogate.
    stored = text.replace("\0", "").encode("utf-8", "replace").decode().strip()
    if not stored:
        raise ChatProblem("empty")
    if len(stored) > LONGEST_TEXT:
        raise ChatProblem("too_long", 413, limit=LONGEST_TEXT)
    return stored
