"""The catalogue of facts: what may be known of a customer, from where, and who may hear it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.company import read_yaml
from assistant.customers.tier import Tier
from assistant.errors import BadConfiguration

TYPES = {"text", "number", "flag", "date", "datetime", "choice", "list"}
DERIVATIONS = {"months_since", "years_since", "days_since", "days_until", "exists"}
_SOURCE = re.compile(
    r"^(today|assets|assets\.count|(customer|asset|shop|company)\.\w+|(next|last)\(\w+\)\.\w+)$"
)


@dataclass(frozen=True)
class FactDefinition:
    """One fact: `source` says where its value is read, `derive` how it is worked out."""

    name: str
    type: str
    source: str
    derive: str | None
    tier: Tier
    sensitive: bool
    asked: bool
    labels: Mapping[str, str]

    @property
    def of_asset(self) -> bool:
        """Whether each asset has a value of its own."""
        return self.source.startswith("asset.")

    @property
    def of_event(self) -> tuple[str, str, str] | None:
        """(next or last, event kind, field), or None if it is read from elsewhere."""
        match = re.match(r"^(next|last)\((\w+)\)\.(\w+)$", self.source)
        return (match[1], match[2], match[3]) if match else None


@dataclass(frozen=True)
class Catalogue:
    """All facts of one company by name, in the order of its file."""

    facts: Mapping[str, FactDefinition]
    asset_kind: str
    alive_while: str

    @property
    def asset_facts(self) -> tuple[FactDefinition, ...]:
        """The facts that each asset has for itself."""
        return tuple(fact for fact in self.facts.values() if fact.of_asset)

    @property
    def asset_word(self) -> str:
        """The name under which templates know the asset in question (pet.name: `pet`)."""
        return next((fact.name.split(".")[0] for fact in self.asset_facts), "asset")

    @property
    def assets_word(self) -> str:
        """The name of the list of assets (`pets`)."""
        return next((f.name for f in self.facts.values() if f.source == "assets"), "assets")

    def label(self, name: str, language: str) -> str:
        """How the fact is called in this language."""
        fact = self.facts[name]
        return fact.labels.get(language, name)


def load_catalogue(folder: Path) -> Catalogue:
    """The catalogue in facts.yaml; raises BadConfiguration naming the fact and the mend."""
    path = folder / "facts.yaml"
    data = read_yaml(path)
    facts = {
        name: _definition(path, str(name), entry) for name, entry in data.get("facts", {}).items()
    }
    assets = data.get("assets", {})
    return Catalogue(facts, assets.get("kind", "asset"), assets.get("alive_while", "ended_on"))


def _definition(path: Path, name: str, entry: Mapping[str, Any]) -> FactDefinition:
    where = f"{path}: the fact {name}"
    if not re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", name):
        raise BadConfiguration(f"{where} must be named like pet.name, in lower-case letters.")
    if entry.get("type") not in TYPES:
        raise BadConfiguration(f"{where} needs a type, one of {', '.join(sorted(TYPES))}.")
    if not _SOURCE.match(str(entry.get("from", ""))):
        raise BadConfiguration(
            f"{where} has no usable 'from' ({entry.get('from')!r}); write customer.x, asset.x, "
            "shop.x, company.x, next(kind).x, last(kind).x, assets or today."
        )
    if entry.get("as") not in DERIVATIONS | {None}:
        raise BadConfiguration(
            f"{where} cannot be derived as {entry['as']!r}; use one of "
            f"{', '.join(sorted(DERIVATIONS))}."
        )
    if entry.get("tier") not in set(Tier):
        raise BadConfiguration(f"{where} needs a tier: anonymous, claimed or verified.")
    return FactDefinition(
        name=name,
        type=entry["type"],
        source=entry["from"],
        derive=entry.get("as"),
        tier=Tier(entry["tier"]),
        sensitive=entry.get("sensitivity") == "sensitive",
        asked=bool(entry.get("asked")),
        labels={language: str(entry.get(language, name)) for language in ("ja", "en")},
    )
