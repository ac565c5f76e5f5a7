"""The words of words.yaml, ready to look up; synonyms by shared translations."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.company import read_yaml
from knowledge.translations import load_translations

# The least probability with which both words have to be translated by the same word.
_SHARED = 0.1
_HAN = ("\u3400", "\u9fff")


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """The whole of words.yaml."""
    return read_yaml(Path(__file__).with_name("words.yaml"))


@lru_cache(maxsize=8)
def listed(name: str) -> frozenset[str]:
    """The terms under this name in both languages."""
    entry = words()[name]
    both = entry if isinstance(entry, list) else [*entry["ja"], *entry["en"]]
    return frozenset(str(word) for word in both)


@lru_cache(maxsize=1)
def _opposites() -> Mapping[str, frozenset[str]]:
    pairs = [pair for own in words()["opposites"].values() for pair in own]
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


def opposite(term: str) -> frozenset[str]:
    """The terms that mean the contrary of this one."""
    return _opposites().get(term, frozenset())


@lru_cache(maxsize=50_000)
def alike(one: str, other: str) -> bool:
    """Whether two terms of a language may stand for each other: a translation that is likely for
    both (pivoting, Bannard and Callison-Burch, "Paraphrasing with bilingual parallel corpora",
    2005), or compounds of the same characters (費用 and 費)."""
    if one == other:
        return True
    if other in opposite(one):
        return False
    if _is_han(one) and _is_han(other) and (one in other or other in one):
        return True
    if one.isascii() and len(one) > 4 and len(other) > 4 and one[:5] == other[:5]:
        return True
    if not one.isascii() and min(len(one), len(other)) > 1 and (
        one.startswith(other) or other.startswith(one)
    ):
        return True
    if one[:2] == other[:2] and _is_han(one[:1]) and "\u3041" <= one[1:2] <= "\u3096":
        return True
    return bool(_translations(one) & _translations(other))


@lru_cache(maxsize=20_000)
def _translations(term: str) -> frozenset[str]:
    found = load_translations().of(term)
    return frozenset(word for word, chance in found if chance >= _SHARED)


@lru_cache(maxsize=20_000)
def is_common(term: str) -> bool:
    """Whether the list of translations knows the term, so that it is a word and no name."""
    return bool(load_translations().of(term))


def _is_han(term: str) -> bool:
    return all(_HAN[0] <= character <= _HAN[1] for character in term)
