"""All queries about customers. Every one takes the customer's id: none searches across people
except by a contact point or the company's own number."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select as select_rows
from sqlmodel import Session, col, func, select, update

from assistant.customers.models import Asset, ContactPoint, Customer, Event, HistoryEntry
from assistant.errors import NotFound

_HISTORY = HistoryEntry.metadata.tables["history_entry"]


def identity(customer: Customer) -> int:
    """The id of a stored customer."""
    if customer.id is None:
        raise ValueError("The customer has not been stored yet.")
    return customer.id


def customer(session: Session, customer_id: int) -> Customer:
    """The customer; raises NotFound."""
    found = session.get(Customer, customer_id)
    if found is None:
        raise NotFound(f"There is no customer {customer_id}.")
    return found


def names(session: Session, customer_ids: Collection[int]) -> dict[int, str]:
    """The names of these customers, in one query; for operators' lists."""
    rows = session.exec(
        select(Customer.id, Customer.name).where(col(Customer.id).in_(customer_ids))
    )
    return {customer_id: name for customer_id, name in rows if customer_id is not None}


def by_external_id(session: Session, external_id: str) -> Customer | None:
    """The customer with the company's own number, or None."""
    return session.exec(select(Customer).where(Customer.external_id == external_id)).first()


def by_contact_point(session: Session, channel: str, address: str) -> Customer | None:
    """Whose address this is, or None."""
    return session.exec(
        select(Customer)
        .join(ContactPoint, col(ContactPoint.customer_id) == Customer.id)
        .where(ContactPoint.channel == channel, ContactPoint.address == address)
    ).first()


def contact_point(session: Session, channel: str, address: str) -> ContactPoint | None:
    """The contact point with this address, or None."""
    return session.exec(
        select(ContactPoint).where(
            ContactPoint.channel == channel, ContactPoint.address == address
        )
    ).first()


def contact_point_of(session: Session, customer_id: int, point_id: int) -> ContactPoint:
    """This contact point of this customer; raises NotFound."""
    found = session.get(ContactPoint, point_id)
    if found is None or found.customer_id != customer_id:
        raise NotFound(f"Customer {customer_id} has no contact point {point_id}.")
    return found


def contact_points(session: Session, customer_id: int) -> Sequence[ContactPoint]:
    """All addresses of one customer."""
    return session.exec(
        select(ContactPoint)
        .where(ContactPoint.customer_id == customer_id)
        .order_by(col(ContactPoint.id))
    ).all()


def assets(session: Session, customer_id: int) -> Sequence[Asset]:
    """What is one customer's, oldest entry first."""
    return session.exec(
        select(Asset).where(Asset.customer_id == customer_id).order_by(col(Asset.id))
    ).all()


def events(
    session: Session, customer_id: int, kinds: Collection[str] | None = None, limit: int = 500
) -> Sequence[Event]:
    """One customer's events, newest first; of these kinds only, if kinds are given."""
    query = select(Event).where(Event.customer_id == customer_id)
    if kinds is not None:
        query = query.where(col(Event.kind).in_(kinds))
    return session.exec(query.order_by(col(Event.at).desc()).limit(limit)).all()


def history(
    session: Session, customer_id: int, embedding: str, *, except_source: str = "",
) -> Sequence[tuple[int, bytes]]:
    """Id and vectors of all that this customer alone has in memory by this model, but what a
    source that begins with `except_source` gave."""
    rows = select_rows(_HISTORY.c.id, _HISTORY.c.vector).where(
        _HISTORY.c.customer_id == customer_id, _HISTORY.c.embedding == embedding
    )
    if except_source:
        rows = rows.where(~_HISTORY.c.source.startswith(except_source, autoescape=True))
    # Rows of the table and not objects: a customer may have thousands.
    return session.connection().execute(rows).all()


def history_between(
    session: Session, customer_id: int, first: datetime, last: datetime
) -> set[int]:
    """The ids of what this customer has in memory of a time, both ends included."""
    return set(session.connection().scalars(select_rows(_HISTORY.c.id).where(
        _HISTORY.c.customer_id == customer_id, _HISTORY.c.at >= first, _HISTORY.c.at <= last
    )))


def history_texts(
    session: Session, customer_id: int, ids: Sequence[int]
) -> Sequence[tuple[int, str, str, datetime]]:
    """Id, text, kind and time of these entries, as far as they are this customer's."""
    columns = select_rows(_HISTORY.c.id, _HISTORY.c.text, _HISTORY.c.kind, _HISTORY.c.at)
    return session.connection().execute(
        columns.where(_HISTORY.c.customer_id == customer_id, _HISTORY.c.id.in_(ids))
    ).all()


def other_embeddings(
    session: Session, embedding: str, after: int, customers: int
) -> Sequence[HistoryEntry]:
    """What other models embedded of the next customers above number `after`: for embedding again
    only. Empty when no customer is left."""
    next_ones = session.exec(
        select(HistoryEntry.customer_id)
        .where(HistoryEntry.customer_id > after, HistoryEntry.embedding != embedding)
        .distinct()
        .order_by(col(HistoryEntry.customer_id))
        .limit(customers)
    ).all()
    return session.exec(
        select(HistoryEntry)
        .where(
            col(HistoryEntry.customer_id).in_(next_ones), HistoryEntry.embedding != embedding
        )
        .order_by(col(HistoryEntry.customer_id))
    ).all()


def store_vectors(
    session: Session, ids: Sequence[int], vectors: Sequence[bytes], embedding: str
) -> None:
    """Gives entries their vectors by another model."""
    for entry_id, vector in zip(ids, vectors, strict=True):
        session.exec(
            update(HistoryEntry)
            .where(col(HistoryEntry.id) == entry_id)
            .values(vector=vector, embedding=embedding)
        )


def count_other_embeddings(session: Session, embedding: str) -> int:
    """How many entries another model embedded."""
    query = select(func.count()).select_from(HistoryEntry)
    return session.exec(query.where(HistoryEntry.embedding != embedding)).one()


def remembered(session: Session, customer_id: int, sources: Collection[str]) -> set[str]:
    """Which of these sources are in this customer's history already."""
    rows = session.exec(
        select(HistoryEntry.source).where(
            HistoryEntry.customer_id == customer_id, col(HistoryEntry.source).in_(sources)
        )
    )
    return set(rows.all())


def search_by_name(session: Session, text: str, limit: int = 20) -> Sequence[Customer]:
    """Customers whose name or number contains the text; for operators only."""
    pattern = f"%{text.replace('%', '').replace('_', '')}%"
    return session.exec(
        select(Customer)
        .where(col(Customer.name).ilike(pattern) | col(Customer.external_id).ilike(pattern))
        .order_by(col(Customer.name))
        .limit(limit)
    ).all()
