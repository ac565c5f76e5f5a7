"""ToDos: what we owe a customer, by when, and who does it."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from knowledge.columns import UtcDateTime


class ToDo(SQLModel, table=True):
    """A promise or task on the customer, visible to whoever answers next."""

    __tablename__ = "todo"
    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    external_id: str | None = Field(default=None, unique=True)
    title: str
    due_on: date | None = None
    status: str = "open"
    assignee_id: int | None = Field(default=None, foreign_key="operator.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
