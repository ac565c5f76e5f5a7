"""Which half of a set may be fitted on: decided by each item's id, for ever."""

import hashlib


def for_fitting(key: str) -> bool:
    """Whether what has this id may be fitted on; the other half is only ever judged."""
    return hashlib.sha256(key.encode()).digest()[0] % 2 == 0
