"""A resolved conversation, redacted; for operators only."""

from datetime import datetime

from sqlalchemy import Column, LargeBinary, Text
from sqlmodel import Field, SQLModel

from knowledge.columns import UtcDateTime


class Case(SQLModel, table=True):
    """What was asked and how it was settled, with nothing that tells who asked.

    The conversation is named so that none becomes a case twice; it is never shown with the case.
    """

    __tablename__ = "resolved_case"
    __table_args__ = {"sqlite_autoincrement": True}  # no id is given twice
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id", unique=True)
    language: str
    asked: str = Field(sa_column=Column(Text, nullable=False))
    answered: str = Field(sa_column=Column(Text, nullable=False))
    resolved_at: datetime = Field(sa_type=UtcDateTime)
    vector: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    embedding: str
