"""Our own addresses, and how addresses are counted and shown."""

import re

from assistant.company import Company
from assistant.settings import Settings
from channels.email.headers import domain_of
from channels.email.screening import Ourselves


def ourselves(settings: Settings, company: Company) -> Ourselves:
    """The address that customers write to: the setting, else the company's support address."""
    address = settings.mail_address or str(company.fields.get("support_email", ""))
    address = address.strip().lower()
    return Ourselves(address, domain_of(address) or "localhost")


def same_mailbox(address: str) -> str:
    """The address without what its owner may vary at will: upper case, and +anything."""
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain}"


def organisation_of(address: str) -> str:
    """The domain by which mails are counted: that of the organisation, not of one machine in it.

    Without a list of public suffixes: the last two labels, three where the second of them is as
    short as in co.jp or com.au. Too wide a domain makes a cap narrower, never a fact known.
    """
    labels = domain_of(address).split(".")
    short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3:] if short else labels[-2:])


def redacted(address: str) -> str:
    """An address for logs: enough to find a case, too little to write to somebody."""
    local, at, domain = address.partition("@")
    return f"{local[:2]}…{at}{domain}" if address else "<>"


def one_line(value: str) -> str:
    """A header value: a line break in it would begin a field of somebody else's choice."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", value).strip()
