"""What people have said about the findings on the articles."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from knowledge.columns import UtcDateTime


class SettledFinding(SQLModel, table=True):
    """A finding that somebody looked at and found to be right as it is.

    `key` changes with what the articles say, so a finding comes back when they do.
    """

    __tablename__ = "settled_finding"

    key: str = Field(primary_key=True, max_length=32)
    kind: str
    operator_id: int | None = Field(default=None, foreign_key="operator.id")
    at: datetime = Field(sa_type=UtcDateTime)
