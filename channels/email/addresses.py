"""Our own addresses, ids and how addresses are shown in logs."""

from collections.abc import Iterable

from assistant.company import Company
from assistant.settings import Settings
from channels.email.headers import domain_of
from channels.email.screening import Ourselves

# The door gives each message that goes out an id of this shape (`Outgoing.external_id`).
OUTGOING = "out-"


def ourselves(settings: Settings, company: Company) -> Ourselves:
    """The address that customers write to: the setting, else the company's support address."""
    address = settings.mail_address or str(company.fields.get("support_email", ""))
    address = address.strip().lower()
    return Ourselves(address, domain_of(address) or "localhost")


def message_id_of(external_id: str, domain: str) -> str | None:
    """The Message-ID, without brackets, of a message of ours or of a customer; None if the
    customer's mail had none."""
    if external_id.startswith(OUTGOING):
        return f"{external_id}@{domain}"
    is_id = "@" in external_id and not external_id.startswith("sha256-")
    return external_id.partition("#")[0] if is_id else None


def external_ids_of(message_ids: Iterable[str], domain: str) -> tuple[str, ...]:
    """What the house calls the messages with these Message-IDs."""
    return tuple(
        local if local.startswith(OUTGOING) and host == domain else message_id
        for message_id in message_ids
        for local, _, host in [message_id.rpartition("@")]
    )


def redacted(address: str) -> str:
    """An address for logs: enough to find a case, too little to write to somebody."""
    local, at, domain = address.partition("@")
    return f"{local[:2]}…{at}{domain}" if address else "<>"
