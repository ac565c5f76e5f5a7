"""All queries about ToDos."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from assistant.errors import NotFound, YorisoiError
from assistant.todos.models import ToDo

LONGEST_TITLE = 300


def open_of_customer(session: Session, customer_id: int, limit: int = 50) -> Sequence[ToDo]:
    """What is still owed to this customer: what is due first, then what has no day."""
    return session.exec(
        select(ToDo)
        .where(ToDo.customer_id == customer_id, ToDo.status == "open")
        .order_by(col(ToDo.due_on).is_(None), col(ToDo.due_on), col(ToDo.id))
        .limit(limit)
    ).all()


def add(
    session: Session, customer_id: int, title: str, now: datetime, *, due_on: date | None = None,
    assignee_id: int | None = None, conversation_id: int | None = None,
) -> ToDo:
    """Stores a new open ToDo; raises YorisoiError if its title is empty or too long."""
    title = title.strip()
    if not title:
        raise YorisoiError("The ToDo is empty; write what is to be done.")
    if len(title) > LONGEST_TITLE:
        raise YorisoiError(f"The ToDo is longer than {LONGEST_TITLE} characters; shorten it.")
    todo = ToDo(customer_id=customer_id, conversation_id=conversation_id, title=title,
                due_on=due_on, assignee_id=assignee_id, created_at=now)
    session.add(todo)
    session.flush()
    return todo


def tick(session: Session, customer_id: int, todo_id: int) -> ToDo:
    """Marks this customer's ToDo as done; raises NotFound if it is not theirs."""
    todo = session.get(ToDo, todo_id)
    if todo is None or todo.customer_id != customer_id:
        raise NotFound(f"There is no ToDo {todo_id}.")
    todo.status = "done"
    session.add(todo)
    session.flush()
    return todo
