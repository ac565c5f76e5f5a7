"""Identity tiers: how surely we know who speaks."""

from enum import StrEnum


class Tier(StrEnum):
    """How surely we know who speaks; each tier may hear all that the one before may."""

    ANONYMOUS = "anonymous"
    CLAIMED = "claimed"
    VERIFIED = "verified"

    def allows(self, needed: "Tier") -> bool:
        """Whether someone of this tier may hear what needs `needed`."""
        order = list(Tier)
        return order.index(self) >= order.index(needed)
