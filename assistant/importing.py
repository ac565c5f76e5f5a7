"""Imports a company's people: operators, and customers with all that belongs to them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, select

from assistant.conversations.models import (
    Author,
    Conversation,
    Delivery,
    Direction,
    Message,
    Mode,
    Status,
)
from assistant.customers.importing import (
    ConversationRecord,
    CustomerRecord,
    MessageRecord,
    import_customer,
    read_customers,
)
from assistant.customers.memory import Memory, remember
from assistant.customers.tier import Tier
from assistant.database import session_scope
from assistant.errors import YorisoiError
from assistant.operators.models import Operator, Role
from assistant.todos.models import ToDo
from knowledge.embedding import Embedder

BATCH = 25
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ImportReport:
    """How many customers were stored, and how many texts their histories gained."""

    customers: int
    remembered: int


def import_customers(
    engine: Engine, path: Path, embedder: Embedder, now: Callable[[], datetime],
    progress: Progress | None = None,
) -> ImportReport:
    """Imports a JSON-lines file of customers. The whole file is checked before anything is
    stored; raises YorisoiError with the line that cannot be used."""
    records = list(read_customers(path))
    remembered = 0
    for start in range(0, len(records), BATCH):
        with session_scope(engine) as session:
            operators = {o.login: o for o in session.exec(select(Operator))}
            for record in records[start : start + BATCH]:
                remembered += _import_one(session, record, operators, embedder, now)
        if progress:
            progress(min(start + BATCH, len(records)), len(records))
    return ImportReport(len(records), remembered)


def import_operators(session: Session, path: Path) -> int:
    """Imports operators from JSON lines (without passwords); returns how many there were."""
    count = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            _operator(session, json.loads(line))
        except (KeyError, ValueError) as error:
            raise YorisoiError(f"{path}, line {number} is not an operator: {error}.") from error
        count += 1
    return count


def _operator(session: Session, entry: Mapping[str, Any]) -> None:
    known = session.exec(select(Operator).where(Operator.login == entry["login"])).first()
    operator = known or Operator(login=entry["login"], name=entry["name"])
    operator.name, operator.role = entry["name"], Role(entry.get("role", Role.OPERATOR))
    operator.email = entry.get("email", "")
    operator.languages = list(entry.get("languages", []))
    operator.experience = entry.get("experience", "regular")
    joined = entry.get("joined_on")
    operator.joined_on = date.fromisoformat(joined) if joined else None
    session.add(operator)


def _import_one(
    session: Session, record: CustomerRecord, operators: Mapping[str, Operator],
    embedder: Embedder, now: Callable[[], datetime],
) -> int:
    customer_id = import_customer(session, record, now)
    addresses = {point.channel: point.address for point in record.contact_points}
    memories: list[Memory] = []
    for past in record.conversations:
        address = addresses.get(past.channel, f"imported:{record.external_id}")
        memories += _conversation(session, customer_id, record, past, address, operators)
    known = set(session.exec(select(ToDo.external_id).where(ToDo.customer_id == customer_id)))
    for todo in record.todos:
        if todo.external_id not in known:
            assignee = operators.get(todo.assigned_to or "")
            session.add(ToDo(
                customer_id=customer_id, external_id=todo.external_id, title=todo.title,
                due_on=todo.due_on, status=todo.status, created_at=now(),
                assignee_id=assignee.id if assignee else None,
            ))
    return remember(session, customer_id, memories, embedder)


def _conversation(
    session: Session, customer_id: int, record: CustomerRecord, past: ConversationRecord,
    address: str, operators: Mapping[str, Operator],
) -> list[Memory]:
    """Stores a past conversation once; returns what of it is worth remembering."""
    first = f"imported-{past.external_id}-1"
    known = session.exec(
        select(Message.conversation_id).where(Message.external_id == first)
    ).first()
    begun, ended = past.messages[0].at, past.messages[-1].at
    if known is not None:
        return []
    status = Status.RESOLVED if past.status == "resolved" else Status.OPEN
    last_incoming = max(
        (n for n, m in enumerate(past.messages, start=1) if m.author == "customer"), default=0
    )
    conversation = Conversation(
        customer_id=customer_id, channel=past.channel, address=address,
        subject=past.subject or "", status=status, mode=Mode.MANUAL, tier=Tier.VERIFIED,
        language=record.language, tags=past.tags, last_sequence=len(past.messages),
        incoming_sequence=last_incoming, seen_sequence=last_incoming, created_at=begun,
        updated_at=ended, resolved_at=ended if status == Status.RESOLVED else None,
    )
    session.add(conversation)
    session.flush()
    memories = []
    for number, said in enumerate(past.messages, start=1):
        operator = operators.get(said.operator or "")
        session.add(_message(conversation, said, number, past.external_id, operator))
        kind = "said" if said.author == "customer" else "answered"
        source = f"conversation:{conversation.id}:{number}"
        memories.append(Memory(source, kind, said.text, said.at))
    return memories


def _message(
    conversation: Conversation, said: MessageRecord, number: int, external_id: str,
    operator: Operator | None,
) -> Message:
    incoming = said.author == "customer"
    return Message(
        conversation_id=conversation.id or 0, sequence=number, channel=conversation.channel,
        external_id=f"imported-{external_id}-{number}",
        direction=Direction.INCOMING if incoming else Direction.OUTGOING,
        author=Author(said.author), operator_id=operator.id if operator else None,
        text=said.text, language=conversation.language, delivery=Delivery.DELIVERED,
        details={"tier": Tier.VERIFIED.value} if incoming else {}, sent_at=said.at,
        stored_at=said.at,
    )
