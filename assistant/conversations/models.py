"""Conversations, their messages, replies suggested to operators, and the outbox."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from assistant.customers.tier import Tier
from knowledge.columns import UtcDateTime


class Status(StrEnum):
    OPEN = "open"
    PENDING = "pending"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Mode(StrEnum):
    """Who answers: the assistant, or a person after a handoff."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


class Direction(StrEnum):
    INCOMING = "incoming"
    OUTGOING = "outgoing"


class Author(StrEnum):
    CUSTOMER = "customer"
    OPERATOR = "operator"
    ASSISTANT = "assistant"
    SYSTEM = "system"


class Delivery(StrEnum):
    """How far an outgoing message has come; `sending`: it is being handed over right now."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


class SuggestionState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"
    STALE = "stale"


class Conversation(SQLModel, table=True):
    """One thread with one customer in one channel; its row is the worker's queue.

    `due_at` is set while somebody waits for the engine; a worker claims the row by writing
    `claim` and `claim_until`. `seen_sequence` is the last message that an answer took in. One that
    an operator has joined to another holds no message any more and names the other in
    `joined_into_id`.
    """

    __table_args__ = (
        Index("ix_conversation_due", "due_at"),
        Index("ix_conversation_inbox", "status", "updated_at"),
        Index("ix_conversation_resolved", "resolved_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    channel: str
    address: str = Field(index=True)
    subject: str = ""
    status: str = Status.OPEN
    mode: str = Mode.AUTOMATIC
    tier: str = Tier.ANONYMOUS
    language: str = "ja"
    assignee_id: int | None = Field(default=None, foreign_key="operator.id")
    handoff_reason: str = ""
    handoff_summary: str = Field(default="", sa_column=Column(Text, nullable=False))
    tags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    last_sequence: int = 0
    incoming_sequence: int = 0
    seen_sequence: int = 0
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    claim: str = ""
    claim_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    joined_into_id: int | None = Field(default=None, index=True)


class Message(SQLModel, table=True):
    """One utterance. (channel, external_id) is unique, so a replay happens only once."""

    __table_args__ = (
        UniqueConstraint("conversation_id", "sequence"),
        UniqueConstraint("channel", "external_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    sequence: int
    channel: str
    external_id: str
    direction: str
    author: str
    operator_id: int | None = Field(default=None, foreign_key="operator.id")
    private: bool = False
    text: str = Field(sa_column=Column(Text, nullable=False))
    language: str = ""
    delivery: str = Delivery.DELIVERED
    reply: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    sent_at: datetime = Field(sa_type=UtcDateTime)
    stored_at: datetime = Field(sa_type=UtcDateTime)


class SuggestedReply(SQLModel, table=True):
    """A reply held for an operator; stale as soon as a newer message has come."""

    __tablename__ = "suggested_reply"
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    for_sequence: int
    text: str = Field(sa_column=Column(Text, nullable=False))
    reply: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    state: str = SuggestionState.OPEN
    edit_distance: int | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)


class OutboxEntry(SQLModel, table=True):
    """A message that a door still has to send, written in the message's own transaction."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "state", "due_at"),)
    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", unique=True)
    channel: str
    state: str = Delivery.QUEUED
    attempts: int = 0
    due_at: datetime = Field(sa_type=UtcDateTime)
    claim: str = ""
    claim_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str = ""


class Draft(SQLModel, table=True):
    """What an operator has begun to write, kept on the server."""

    __table_args__ = (UniqueConstraint("conversation_id", "operator_id"),)
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    operator_id: int = Field(foreign_key="operator.id")
    text: str = Field(sa_column=Column(Text, nullable=False))
    updated_at: datetime = Field(sa_type=UtcDateTime)


class LedgerEntry(SQLModel, table=True):
    """What was decided about a message that came in or went out by mail, by which rule."""

    __tablename__ = "ledger"
    __table_args__ = (Index("ix_ledger_external", "channel", "external_id"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    external_id: str
    direction: str
    address: str = Field(index=True)
    decision: str
    rule: str
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class AutomaticMail(SQLModel, table=True):
    """A mail that no person wrote and that was allowed to go out: what the caps count."""

    __tablename__ = "automatic_mail"
    __table_args__ = (
        Index("ix_automatic_mail_conversation", "conversation_id", "at"),
        Index("ix_automatic_mail_address", "address", "at"),
        Index("ix_automatic_mail_domain", "domain", "at"),
        Index("ix_automatic_mail_body", "body", "at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    external_id: str = Field(unique=True)
    conversation_id: int
    address: str
    domain: str
    body: str
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class MailSwitch(SQLModel, table=True):
    """The one row that every automatic mail passes: off while `paused_at` is set."""

    __tablename__ = "mail_switch"
    id: int | None = Field(default=None, primary_key=True)
    paused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paused_by: int | None = Field(default=None, foreign_key="operator.id")


class MailboxState(SQLModel, table=True):
    """How far a folder of a mailbox has been read; numbers hold while `validity` does.

    Up to `stored_uid` every mail is stored; those of `unmarked` are not yet marked in the mailbox.
    """

    __tablename__ = "mailbox_state"
    name: str = Field(primary_key=True)
    validity: str = ""
    stored_uid: int = 0
    unmarked: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    looked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str = ""
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Confirmation(SQLModel, table=True):
    """A link by which a customer confirms that they wrote some messages; good once.

    Only a hash of the link's token is kept.
    """

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    message_ids: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    address: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Regrouping(SQLModel, table=True):
    """What an operator has split off or joined, with all that is needed to undo it.

    `moved` holds [message id, sequence before, sequence after]; `before` holds, by conversation
    id, the columns that were changed.
    """

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    source_id: int = Field(foreign_key="conversation.id", index=True)
    target_id: int = Field(foreign_key="conversation.id", index=True)
    moved: list[list[int]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    before: dict[str, dict[str, Any]] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False)
    )
    operator_id: int = Field(foreign_key="operator.id")
    at: datetime = Field(sa_type=UtcDateTime)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by: int | None = Field(default=None, foreign_key="operator.id")
