"""What the mail ledger's page is given: frozen data, all texts ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One line of a list to choose from."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True)
class ValueShown:
    """A value that a rule looked at."""

    label: str
    value: str


@dataclass(frozen=True)
class LedgerRow:
    """One decision about a mail; `href` leads to its conversation, if it has one."""

    at: str
    moment: str
    direction: str
    address: str
    decision: str
    kind: str
    rule: str
    values: tuple[ValueShown, ...]
    href: str


@dataclass(frozen=True)
class LedgerFilter:
    """What stands in the form above the list."""

    directions: tuple[Choice, ...]
    decisions: tuple[Choice, ...]
    address: str
    since: str
    until: str
    active: bool


@dataclass(frozen=True)
class SwitchShown:
    """Whether automatic mail is on; `may_turn` if this operator may change that."""

    on: bool
    title: str
    text: str
    may_turn: bool


@dataclass(frozen=True)
class MailboxShown:
    """A mailbox that is read, and what is wrong with it."""

    name: str
    text: str
    problem: str


@dataclass(frozen=True)
class LedgerPage:
    """A page of decisions, the newest first."""

    rows: Sequence[LedgerRow]
    filter: LedgerFilter
    switch: SwitchShown
    mailboxes: tuple[MailboxShown, ...]
    older: str
    newest: str
    problem: str
