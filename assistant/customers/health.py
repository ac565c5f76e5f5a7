"""The health of a contact point: what delivery reports say of an address, and what follows.

1. A hard report (the address is not there) suppresses it: nothing is sent there any more.
2. A soft or full one is counted, and the count fades: one less for every week without another.
3. An operator who knows better lifts a suppression; the count begins anew.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from assistant.customers.models import ContactPoint

FADES_IN = timedelta(days=7)
# From this count on, operators are told that mail has trouble in reaching the address.
TROUBLED = 3
LONGEST_REASON = 500
HARD = "hard"


def bounced(
    session: Session, point: ContactPoint, kind: str, reason: str, now: datetime
) -> None:
    """A mail to this address came back; `kind` is hard, soft or full."""
    point.bounces = count(point, now) + 1
    point.bounce_kind, point.bounce_reason = kind, reason[:LONGEST_REASON]
    point.last_bounce_at = now
    if kind == HARD and point.suppressed_at is None:
        point.suppressed_at = now
    session.add(point)


def lift(session: Session, point: ContactPoint) -> None:
    """Mail may be sent there again, as if nothing had come back."""
    point.suppressed_at = point.last_bounce_at = None
    point.bounces, point.bounce_kind, point.bounce_reason = 0, "", ""
    session.add(point)


def count(point: ContactPoint, now: datetime) -> int:
    """How many reports count against the address now."""
    if point.last_bounce_at is None:
        return 0
    return max(0, point.bounces - (now - point.last_bounce_at) // FADES_IN)


def is_troubled(point: ContactPoint, now: datetime) -> bool:
    """Whether operators should know that mail hardly reaches the address."""
    return point.suppressed_at is not None or count(point, now) >= TROUBLED
