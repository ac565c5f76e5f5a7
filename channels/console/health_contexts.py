"""What the page of the knowledge's health shows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HealthLink:
    """A link of the health page, with how many findings lie behind it."""

    name: str
    href: str
    selected: bool = False
    count: int = 0


@dataclass(frozen=True)
class FindingShown:
    """Something to mend; `customers` is empty where none was hit."""

    key: str
    kind: str
    name: str
    urgent: bool
    settled: bool
    customers: str
    found: str
    advice: str
    examples: tuple[str, ...]
    places: tuple[HealthLink, ...]


@dataclass(frozen=True)
class HealthPage:
    """What is wrong with the articles and what is asked in vain; `checking` until that is known."""

    checking: bool
    summary: str = ""
    spans: tuple[HealthLink, ...] = ()
    kinds: tuple[HealthLink, ...] = ()
    findings: tuple[FindingShown, ...] = ()
    more: int = 0
    settled: bool = False
    settled_href: str = ""
    settled_count: int = 0
