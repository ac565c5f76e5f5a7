"""Facts as the engine sees them: plain data, already cut to an identity tier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.customers.tier import Tier

Values = Mapping[str, Any]


@dataclass(frozen=True)
class AssetFacts:
    """What is known of one asset: its own facts, and the events that concern it."""

    id: int
    values: Values
    events: Values


@dataclass(frozen=True)
class Profile:
    """The facts that the tier allows. What it does not allow was never loaded.

    `values` hold for the customer as a whole, `assets` are the living ones in order of age.
    `withheld` names what the tier kept back, whether or not there is a value.
    """

    tier: Tier
    values: Values = field(default_factory=dict)
    assets: Sequence[AssetFacts] = ()
    withheld: tuple[str, ...] = ()

    def without(self, name: str) -> "Profile":
        """The same customer with this fact unknown."""
        assets = tuple(
            AssetFacts(one.id, _rest(one.values, name), _rest(one.events, name))
            for one in self.assets
        )
        return replace(self, values=_rest(self.values, name), assets=assets)


def _rest(values: Values, name: str) -> Values:
    return {key: value for key, value in values.items() if key != name}
