"""All queries about held mails."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, update
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from assistant.errors import NotFound
from assistant.quarantine.models import Held, HeldMail

# What a person has set aside may have been a mistake; after this long its bytes are let go.
KEPT_AFTER = timedelta(days=30)


def keep(session: Session, mail: HeldMail) -> bool:
    """Holds the mail; False if the same bytes wait already. One that was dismissed waits again."""
    known = session.exec(select(HeldMail).where(HeldMail.digest == mail.digest)).first()
    if known is not None and known.state == Held.WAITING:
        return False
    if known is not None:
        session.delete(known)
        session.flush()
    session.add(mail)
    session.flush()
    return True


def held(session: Session, mail_id: int) -> HeldMail:
    """The mail with its bytes; raises NotFound."""
    found = session.get(HeldMail, mail_id)
    if found is None:
        raise NotFound(f"There is no held mail {mail_id}.")
    return found


def waiting(session: Session, limit: int = 200) -> Sequence[HeldMail]:
    """The mails that wait for a decision, newest first, without their bytes."""
    return session.exec(
        select(HeldMail)
        .options(defer(HeldMail.raw))  # type: ignore[arg-type]
        .where(HeldMail.state == Held.WAITING)
        .order_by(col(HeldMail.id).desc())
        .limit(limit)
    ).all()


def count_waiting(session: Session) -> int:
    """How many mails wait for a decision."""
    query = select(func.count()).select_from(HeldMail).where(HeldMail.state == Held.WAITING)
    return session.exec(query).one()


def of_older_readers(session: Session, reader: int, limit: int = 1_000) -> Sequence[int]:
    """The ids of waiting mails that an older reader could not read or store."""
    return [
        mail_id for mail_id in session.exec(
            select(HeldMail.id)
            .where(HeldMail.state == Held.WAITING, HeldMail.reader < reader,
                   col(HeldMail.reason).in_(("unreadable", "not_stored")))
            .order_by(col(HeldMail.id))
            .limit(limit)
        ) if mail_id is not None
    ]


def settle(
    session: Session, mail: HeldMail, state: Held, now: datetime, operator_id: int | None = None
) -> None:
    """The mail waits no more. What has become a message needs its bytes no longer."""
    mail.state, mail.settled_at, mail.operator_id = state, now, operator_id
    if state is Held.RELEASED:
        mail.raw = b""
    session.add(mail)


def let_go(session: Session, now: datetime) -> None:
    """Dismisses spam that nobody has looked at for long, and empties what was dismissed long ago;
    that it came stays known. What could not be read or stored waits for ever."""
    session.execute(
        update(HeldMail)
        .where(col(HeldMail.state) == Held.WAITING, col(HeldMail.reason) == "spam",
               col(HeldMail.at) < now - KEPT_AFTER)
        .values(state=Held.DISMISSED, settled_at=now)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(HeldMail)
        .where(col(HeldMail.state) == Held.DISMISSED, col(HeldMail.settled_at) < now - KEPT_AFTER,
               col(HeldMail.raw) != b"")
        .values(raw=b"")
        .execution_options(synchronize_session=False)
    )
