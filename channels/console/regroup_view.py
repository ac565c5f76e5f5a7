"""What can be split off and joined in a conversation by mail, and what was; in words."""

from collections.abc import Sequence

from sqlmodel import Session

from assistant.conversations import models, queues, regroup, repository
from assistant.conversations.models import Direction, Message, Regrouping
from assistant.operators import repository as operators
from channels.console.contexts import Joinable, Regrouped
from channels.console.wording import Wording, excerpt

MOST_JOINABLE = 10


def splittable(row: models.Conversation, messages: Sequence[Message]) -> frozenset[int]:
    """The sequences of the messages that can be split off: a customer's, if another stays."""
    incoming = [one.sequence for one in messages if one.direction == Direction.INCOMING]
    return frozenset(incoming) if row.channel == "email" and len(incoming) > 1 else frozenset()


def joinable(
    session: Session, wording: Wording, row: models.Conversation
) -> tuple[Joinable, ...]:
    """The customer's other conversations by mail, the newest first."""
    if row.channel != "email":
        return ()
    found = [one for one in repository.of_customer(session, row.customer_id, MOST_JOINABLE + 1)
             if one.id != row.id and one.channel == row.channel]
    openings = queues.first_messages(session, [one.id or 0 for one in found])
    return tuple(
        Joinable(one.id or 0, wording.t(
            "regroup.choice", day=wording.day(one.created_at),
            what=excerpt(one.subject or openings.get(one.id or 0, ""), 40), id=one.id,
        ))
        for one in found
    )


def regrouped(
    session: Session, wording: Wording, row: models.Conversation
) -> Regrouped | None:
    """The last deed that touches this conversation and can be undone, or None."""
    number = regroup.last_of(session, [row.id or 0])
    kept = session.get(Regrouping, number) if number else None
    if kept is None:
        return None
    people = operators.names(session, {kept.operator_id})
    other = kept.source_id if kept.target_id == row.id else kept.target_id
    side = "target" if kept.target_id == row.id else "source"
    return Regrouped(
        id=kept.id or 0,
        text=wording.t(f"regroup.{kept.kind}_{side}", id=other, at=wording.stamp(kept.at),
                       name=people.get(kept.operator_id, "")),
        href="" if kept.kind == regroup.JOIN else f"/console/conversations/{other}?queue=all",
    )
