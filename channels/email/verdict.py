"""The words of screening: what sort of mail it is, and what speaks against an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What sort of mail it is; only human mail becomes a message."""

    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    OUT_OF_OFFICE = "out_of_office"
    BOUNCE = "bounce"
    BULK = "bulk"
    OWN = "own"
    SPAM = "spam"


@dataclass(frozen=True)
class Objection:
    """What one rule found: the kind it takes the mail for, and the value that says so."""

    kind: Kind
    value: str


@dataclass(frozen=True)
class Screening:
    """The kind of a mail, and the rules that object to an answer, the decisive ones first.

    `values` holds by rule what it saw, for the ledger.
    """

    kind: Kind
    reasons: tuple[str, ...]
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ourselves:
    """How our own mail is known: our address, and the domain of our Message-IDs."""

    address: str
    domain: str


@dataclass(frozen=True)
class Policy:
    """What a company has set: the mail server whose verdicts count, and further header fields,
    each with the text in it that means spam."""

    trusted_server: str = ""
    spam_fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Circumstances:
    """What a rule knows beside the mail. `envelope_from` is the sender in the SMTP envelope,
    empty for <>, None where it is unknown."""

    envelope_from: str | None
    ourselves: Ourselves
    policy: Policy
