"""Limits of automatic mail: the switch and the caps, decided at the moment of sending.

The caps stop two programs that write to each other, however they disguise themselves: by
conversation, by address, by domain, and by the text that is answered.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, delete, insert, literal, true
from sqlalchemy import select as columns
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session, col, func, select

from assistant.conversations.models import AutomaticMail, MailSwitch
from assistant.settings import Settings

SPANS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
# Shorter texts ("Hello") come from many people in the same words.
LEAST_LETTERS = 12


@dataclass(frozen=True)
class Cap:
    """No more than `most` automatic mails within `span`, counted by one column."""

    rule: str
    column: str
    most: int
    span: timedelta


@dataclass(frozen=True)
class Candidate:
    """An automatic mail that wants to go out; `body` is the digest of the text it answers."""

    external_id: str
    conversation_id: int
    address: str
    domain: str
    body: str


@dataclass(frozen=True)
class Permission:
    """Whether the mail may go out, else the rule that objects; and how full each cap was."""

    rule: str
    counts: Mapping[str, str]

    @property
    def granted(self) -> bool:
        """Whether no rule objects."""
        return not self.rule


def caps(settings: Settings) -> tuple[Cap, ...]:
    """The caps of the settings, the narrowest first."""
    said = (
        ("cap_of_conversation", "conversation_id", settings.mail_cap_conversation),
        ("cap_of_address", "address", settings.mail_cap_address),
        ("cap_of_body", "body", settings.mail_cap_body),
        ("cap_of_domain", "domain", settings.mail_cap_domain),
    )
    return tuple(
        Cap(rule, column, int(most), int(count) * SPANS[unit])
        for rule, column, value in said
        for most, count, unit in re.findall(r"(\d+)/(\d+)([mhd])", value)
    )


def body_digest(text: str) -> str:
    """What two texts have in common that differ in numbers, spaces and signs alone; empty for a
    text too short to say anything."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    letters = "".join(one for one in folded if one.isalpha())
    if len(letters) < LEAST_LETTERS:
        return ""
    return hashlib.sha256(letters.encode()).hexdigest()[:32]


def permit(
    session: Session, mail: Candidate, limits: Sequence[Cap], now: datetime
) -> Permission:
    """Grants the mail and counts it, or names the rule that objects; one transaction.

    1. The switch's row is locked until the commit, so every process decides after the other.
    2. A mail that was granted before (this is another attempt) is not counted again.
    3. One statement counts and grants: INSERT … SELECT … WHERE every cap has room.
    """
    if _locked(session).paused_at is not None:
        return Permission("paused", {})
    if _is_granted(session, mail.external_id):
        return Permission("", {})
    _forget(session, limits, now)
    granted = session.execute(_grant(mail, limits, now)).first() is not None
    full = _counts(session, mail, limits, now, granted)
    if granted:
        return Permission("", {name: f"{count}/{most}" for name, _, count, most in full})
    rule = next((rule for _, rule, count, most in full if count >= most), limits[0].rule)
    return Permission(rule, {name: f"{count}/{most}" for name, _, count, most in full})


def paused(session: Session) -> bool:
    """Whether automatic mail is switched off."""
    return switch(session).paused_at is not None


def switch(session: Session) -> MailSwitch:
    """The switch as the database has it now."""
    return session.exec(select(MailSwitch).execution_options(populate_existing=True)).one()


def set_switch(session: Session, on: bool, operator_id: int | None, now: datetime) -> bool:
    """Turns automatic mail on or off for every process; False if it was so already. Without an
    operator the command line did it."""
    row = _locked(session)
    if (row.paused_at is None) == on:
        return False
    row.paused_at, row.paused_by = (None, None) if on else (now, operator_id)
    session.add(row)
    session.flush()
    return True


def _locked(session: Session) -> MailSwitch:
    query = select(MailSwitch).with_for_update().execution_options(populate_existing=True)
    return session.exec(query).one()


def _is_granted(session: Session, external_id: str) -> bool:
    query = select(AutomaticMail.id).where(AutomaticMail.external_id == external_id)
    return session.exec(query).first() is not None


def _forget(session: Session, limits: Sequence[Cap], now: datetime) -> None:
    """What no cap counts any more is removed."""
    longest = max((cap.span for cap in limits), default=timedelta())
    session.execute(delete(AutomaticMail).where(col(AutomaticMail.at) <= now - longest * 2))


def _used(mail: Candidate, cap: Cap, now: datetime) -> ColumnElement[int]:
    column = getattr(AutomaticMail, cap.column)
    return (
        columns(func.count()).select_from(AutomaticMail)
        .where(column == getattr(mail, cap.column), col(AutomaticMail.at) > now - cap.span)
        .scalar_subquery()
    )


def _applies(mail: Candidate, cap: Cap) -> bool:
    return bool(getattr(mail, cap.column))


def _grant(
    mail: Candidate, limits: Sequence[Cap], now: datetime
) -> ReturningInsert[tuple[int | None]]:
    has_room = [_used(mail, cap, now) < cap.most for cap in limits if _applies(mail, cap)]
    values = columns(
        literal(mail.external_id, String), literal(mail.conversation_id),
        literal(mail.address, String), literal(mail.domain, String), literal(mail.body, String),
        literal(now, AutomaticMail.__table__.c.at.type),  # type: ignore[attr-defined]
    ).where(and_(true(), *has_room))
    names = ["external_id", "conversation_id", "address", "domain", "body", "at"]
    granted = insert(AutomaticMail).from_select(names, values)
    return granted.returning(col(AutomaticMail.id))


def _counts(
    session: Session, mail: Candidate, limits: Sequence[Cap], now: datetime, granted: bool
) -> list[tuple[str, str, int, int]]:
    """(name, rule, how many before this mail, how many may be) of each cap."""
    applied = [cap for cap in limits if _applies(mail, cap)]
    if not applied:
        return []
    row = session.execute(columns(*(_used(mail, cap, now) for cap in applied))).one()
    return [
        (f"{cap.rule.removeprefix('cap_of_')}_{_said(cap.span)}", cap.rule,
         int(count) - granted, cap.most)
        for cap, count in zip(applied, row, strict=True)
    ]


def _said(span: timedelta) -> str:
    for unit in ("d", "h"):
        if span % SPANS[unit] == timedelta():
            return f"{span // SPANS[unit]}{unit}"
    return f"{span // SPANS['m']}m"
