"""A company's own words: terms that mean the same, within a language and across."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from knowledge.text import analyze

SYNONYM_WEIGHT = 0.4

Phrase = tuple[str, ...]


class GlossaryError(ValueError):
    """The glossary file cannot be used; says where and how to mend it."""


class Glossary:
    """Groups of phrases of one meaning; safe to share among threads."""

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        self._groups: dict[str, list[Phrase]] = {}
        self._names: dict[Phrase, set[str]] = {}
        for name, spellings in groups.items():
            phrases = list(dict.fromkeys(p for text in spellings if (p := tuple(analyze(text)))))
            self._groups[name] = phrases
            for phrase in phrases:
                self._names.setdefault(phrase, set()).add(name)
        self._longest = max(map(len, self._names), default=0)

    @classmethod
    def load(cls, path: Path) -> "Glossary":
        """Read `terms: [{id, ja: […], en: […]}]` and `species: {dog: {ja: […], en: […]}}`.

        Raises GlossaryError with the file and what is wrong with it.
        """
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            groups = {str(term["id"]): _spellings(term) for term in content.get("terms") or []}
            for name, words in (content.get("species") or {}).items():
                groups.setdefault(str(name), []).extend(_spellings(words))
        except (yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
            reason = f"{path}: terms need an id and lists under ja and en ({error})."
            raise GlossaryError(reason) from error
        return cls(groups)

    def expand(self, terms: Sequence[str]) -> dict[str, float]:
        """Return the query's terms at weight 1 and their synonyms' terms at a lower one.

        The terms of a synonym phrase share one weight, so that a long phrase says no more.
        """
        weights: dict[str, float] = {}
        for phrase in self._phrases(terms):
            for name in self._names[phrase]:
                for other in self._groups[name]:
                    for term in other:
                        share = SYNONYM_WEIGHT / len(other)
                        weights[term] = max(share, weights.get(term, 0.0))
        return {**weights, **dict.fromkeys(terms, 1.0)}

    def alternatives(self, terms: Sequence[str]) -> dict[str, list[Phrase]]:
        """Return, for each term that is part of a known phrase, the phrases that mean the same."""
        found: dict[str, list[Phrase]] = {}
        for phrase in self._phrases(terms):
            others = [other for name in self._names[phrase] for other in self._groups[name]]
            for term in phrase:
                found.setdefault(term, []).extend(others)
        return found

    def _phrases(self, terms: Sequence[str]) -> Iterator[Phrase]:
        """Yield the known phrases in the terms, the longest at each place."""
        at = 0
        while at < len(terms):
            lengths = range(min(self._longest, len(terms) - at), 0, -1)
            known = (p for n in lengths if (p := tuple(terms[at : at + n])) in self._names)
            phrase = next(known, None)
            if phrase is not None:
                yield phrase
            at += len(phrase) if phrase else 1


def _spellings(words: Mapping[str, object]) -> list[str]:
    found: list[str] = []
    for language, values in words.items():
        if language != "id":
            found.extend(map(str, values if isinstance(values, list) else [values]))
    return found
