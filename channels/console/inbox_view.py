"""The left column: queues, and a page of conversations in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from sqlmodel import Session

from assistant.conversations import models, queues
from assistant.conversations.models import Author, Mode, Status
from assistant.customers import repository as customers
from assistant.operators import repository as operators
from channels.console.contexts import Inbox, Queue, Row
from channels.console.wording import Wording, excerpt

PAGE = 30
# What an operator must not overlook, before what asked for a person last.
URGENT = ("emergency", "sensitive", "complaint")


def inbox(
    session: Session, wording: Wording, operator_id: int, queue: str, page: int,
    selected: int | None,
) -> Inbox:
    """The queues and this page of one of them; an unknown queue is the waiting one."""
    queue = queue if queue in queues.QUEUES else "waiting"
    page = max(1, page)
    found = queues.page(session, queue, operator_id, limit=PAGE + 1, offset=(page - 1) * PAGE)
    return Inbox(
        queue=queue,
        queues=_queues(session, wording, operator_id, queue),
        rows=_rows(session, wording, found[:PAGE], queue, page, selected),
        empty=wording.t(f"empty.{queue}"),
        previous=address("/console", queue, page - 1) if page > 1 else "",
        next=address("/console", queue, page + 1) if len(found) > PAGE else "",
    )


def address(path: str, queue: str, page: int = 1) -> str:
    """The address of a page that keeps the queue beside it."""
    query = {"queue": queue} | ({"page": str(page)} if page > 1 else {})
    return f"{path}?{urlencode(query)}"


def customer_name(wording: Wording, conversation: models.Conversation, name: str) -> str:
    """How a customer is called who may have given no name."""
    if name:
        return name
    if conversation.channel in ("email", "phone"):
        return conversation.address
    return wording.t("customer.guest", id=conversation.customer_id)


def badge(codes: Sequence[str]) -> tuple[str, str]:
    """(code, kind of badge) of why a person is asked for: the most urgent, else the newest."""
    code = next((urgent for urgent in URGENT if urgent in codes), codes[-1] if codes else "")
    return code, {"emergency": "danger", "complaint": "warn", "sensitive": "warn"}.get(code, "")


def _queues(
    session: Session, wording: Wording, operator_id: int, chosen: str
) -> tuple[Queue, ...]:
    counted = queues.counts(session, operator_id)
    return tuple(
        Queue(
            key=key, name=wording.t(f"queue.{key}"), href=address("/console", key),
            count=f"{counted[key]}" if counted[key] < queues.MOST_COUNTED
            else f"{queues.MOST_COUNTED - 1}+",
            selected=key == chosen,
        )
        for key in queues.QUEUES
    )


def _rows(
    session: Session, wording: Wording, found: Sequence[models.Conversation], queue: str,
    page: int, selected: int | None,
) -> tuple[Row, ...]:
    ids = [one.id or 0 for one in found]
    names = customers.names(session, {one.customer_id for one in found})
    assignees = operators.names(session, {one.assignee_id for one in found if one.assignee_id})
    last = queues.last_messages(session, ids)
    waiting = queues.waiting(session, ids)
    codes = queues.reason_codes(session, ids)
    return tuple(
        _row(
            wording, one, names.get(one.customer_id, ""), assignees.get(one.assignee_id or 0, ""),
            last.get(one.id or 0), waiting.get(one.id or 0), codes,
            address(f"/console/conversations/{one.id}", queue, page), one.id == selected,
        )
        for one in found
    )


def _row(
    wording: Wording, one: models.Conversation, name: str, assignee: str,
    last: models.Message | None, waiting: queues.Waiting | None,
    codes: Mapping[int, Sequence[tuple[int, str]]], href: str, selected: bool,
) -> Row:
    # The badge is about what is still unanswered; an emergency that was answered is none now.
    since = waiting.sequence if waiting else one.incoming_sequence
    by_person = one.mode == Mode.MANUAL and one.status == Status.OPEN
    open_codes = [code for sequence, code in codes.get(one.id or 0, ()) if sequence >= since]
    code, kind = badge(open_codes if by_person and waiting else ())
    by_customer = last is None or last.author == Author.CUSTOMER
    return Row(
        id=one.id or 0,
        href=href,
        name=customer_name(wording, one, name),
        channel=one.channel,
        channel_name=wording.named("channel", one.channel),
        excerpt=excerpt(last.text) if last else one.subject,
        speaker="" if by_customer or last is None else wording.t(f"author.{last.author}"),
        at=wording.stamp(one.updated_at),
        moment=one.updated_at.isoformat(),
        waiting=wording.ago(waiting.since) if waiting and one.status == Status.OPEN else "",
        language=one.language,
        badge=wording.t(f"code.{code}") if code else "",
        badge_kind=kind,
        assignee=assignee,
        selected=selected,
    )
