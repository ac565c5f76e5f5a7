"""Customers, their addresses, what is theirs, and what happened."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from knowledge.columns import UtcDateTime


class Customer(SQLModel, table=True):
    """A person. `external_id` is the company's own number, None until it is known."""

    id: int | None = Field(default=None, primary_key=True)
    external_id: str | None = Field(default=None, unique=True, index=True)
    name: str = ""
    language: str = "ja"
    status: str = "prospect"
    attributes: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    consents: dict[str, bool] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False)
    )
    created_at: datetime = Field(sa_type=UtcDateTime)


class ContactPoint(SQLModel, table=True):
    """An address of a customer in one channel; verified once it is proven to be theirs.

    Its health: `bounces` counts refusals that may pass (a full mailbox, a busy server) as of
    `last_bounce_at`; once `suppressed_at` is set, nothing is sent there.
    """

    __tablename__ = "contact_point"
    __table_args__ = (UniqueConstraint("channel", "address"),)
    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    channel: str
    address: str
    verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    suppressed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    bounces: int = 0
    bounce_kind: str = ""
    bounce_reason: str = ""
    last_bounce_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Asset(SQLModel, table=True):
    """Something of the customer's: a pet, a device, a contract."""

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    external_id: str | None = Field(default=None, unique=True)
    kind: str
    name: str = ""
    attributes: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Event(SQLModel, table=True):
    """What happened or is booked: an appointment, a visit, a purchase, a page view."""

    __table_args__ = (Index("ix_event_customer_kind_at", "customer_id", "kind", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    asset_id: int | None = Field(default=None, foreign_key="asset.id")
    external_id: str | None = Field(default=None, unique=True)
    kind: str
    at: datetime = Field(sa_type=UtcDateTime)
    attributes: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class HistoryEntry(SQLModel, table=True):
    """A remembered text of one customer with its vector; searched for that customer alone."""

    __tablename__ = "history_entry"
    __table_args__ = (
        UniqueConstraint("customer_id", "source"),
        Index("ix_history_entry_customer_at", "customer_id", "at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    source: str
    kind: str
    text: str
    at: datetime = Field(sa_type=UtcDateTime)
    vector: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    embedding: str
