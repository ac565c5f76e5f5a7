"""Which part of a set something belongs to: decided by its own key, for ever."""

import hashlib


def for_fitting(key: str) -> bool:
    """Whether what has this id may be fitted on; the other half is only ever judged."""
    return hashlib.sha256(key.encode()).digest()[0] % 2 == 0


def part_of(key: str, parts: int) -> int:
    """Which of so many parts this key belongs to."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % parts
