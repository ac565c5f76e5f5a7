"""Mails that could not be read, stored or believed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from knowledge.columns import UtcDateTime


class Held(StrEnum):
    """Where a held mail stands: waiting, become a message after all, or set aside by a person."""

    WAITING = "waiting"
    RELEASED = "released"
    DISMISSED = "dismissed"


class HeldMail(SQLModel, table=True):
    """A mail with all its bytes; the same bytes are held once.

    `reason` is unreadable, not_stored, spam or too_large, `detail` says more. `reader` is the
    version of the reader that failed: a newer one tries again. `sender` and `subject` are what
    could be made out, for people only.
    """

    __tablename__ = "held_mail"
    __table_args__ = (Index("ix_held_mail_state", "state", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    reason: str
    detail: str = ""
    envelope_from: str | None = None
    envelope_to: str = ""
    sender: str = ""
    subject: str = ""
    size: int
    raw: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    reader: int = 0
    attempts: int = 1
    state: str = Held.WAITING
    at: datetime = Field(sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    operator_id: int | None = Field(default=None, foreign_key="operator.id")
