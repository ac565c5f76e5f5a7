"""Operators (people of the company) and their sign-ins."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from knowledge.columns import UtcDateTime


class Role(StrEnum):
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    KNOWLEDGE_EDITOR = "knowledge_editor"
    ADMINISTRATOR = "administrator"


class Operator(SQLModel, table=True):
    """A person who answers customers, with an Argon2 password hash (empty: cannot sign in)."""

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True, index=True)
    name: str
    email: str = ""
    role: str = Role.OPERATOR
    languages: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    experience: str = "regular"
    joined_on: date | None = None
    password_hash: str = ""
    active: bool = True


class SignIn(SQLModel, table=True):
    """A browser in which an operator is signed in; only the hash of its token is kept."""

    __tablename__ = "sign_in"
    id: int | None = Field(default=None, primary_key=True)
    operator_id: int = Field(foreign_key="operator.id", index=True)
    token_hash: str = Field(unique=True, index=True)
    csrf_token: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
