"""Identify: whose message is this? Never by what a text says, only by address or signature."""

from datetime import datetime

from sqlmodel import Session

from assistant.customers import repository
from assistant.customers.models import ContactPoint, Customer
from assistant.errors import NotFound


def identify(
    session: Session, channel: str, address: str, now: datetime, *,
    external_id: str | None = None, name: str = "", language: str = "ja",
) -> Customer:
    """The customer of this address; a new prospect if nobody has it.

    With `external_id` (the company's signature names the customer) it is that customer, and
    NotFound is raised if the company does not know the number.
    """
    if external_id is not None:
        signed = repository.by_external_id(session, external_id)
        if signed is None:
            raise NotFound(f"There is no customer with the number {external_id}.")
        return signed
    known = repository.by_contact_point(session, channel, address)
    if known is not None:
        return known
    customer = Customer(name=name, language=language, status="prospect", created_at=now)
    session.add(customer)
    session.flush()
    session.add(ContactPoint(
        customer_id=repository.identity(customer), channel=channel, address=address
    ))
    session.flush()
    return customer
