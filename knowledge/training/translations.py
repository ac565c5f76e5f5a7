"""Learns which words translate each other: IBM Model 1, both ways (Brown et al., "The Mathematics
of Statistical Machine Translation", 1993).

A pair of words is kept with the geometric mean of both directions' probabilities: what one
direction alone believes is mostly chance (Liang, Taskar and Klein, NAACL 2006, on agreement).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.text import analyze
from knowledge.training.pairs import PairSet

_SENTENCES = ("sentences ja-en", "python docs", "office help")
_DICTIONARY = "dictionary"
_DICTIONARY_WEIGHT = 0.5
_LONGEST = 40
_LONGEST_GLOSS = 4
_ROUNDS = 5
_LEAST_BOTH, _LEAST_ONE, _LEAST_COUNT = 0.02, 0.03, 0.3
_MOST = 8


@dataclass(frozen=True)
class Sentence:
    """A translated text in terms, each term once."""

    japanese: Sequence[str]
    english: Sequence[str]
    weight: float


def translation_pairs(sets: Sequence[PairSet]) -> Iterator[Sentence]:
    """Yield the translated texts and the dictionary's entries that are short enough to align."""
    for one in sets:
        if one.name not in (*_SENTENCES, _DICTIONARY):
            continue
        for left, right in one.pairs:
            is_entry = one.name == _DICTIONARY
            english, japanese = (right, left) if is_entry else (left, right)
            longest = _LONGEST_GLOSS if is_entry else _LONGEST
            weight = _DICTIONARY_WEIGHT if is_entry else 1.0
            words = Sentence(_once(japanese), _once(english), weight)
            if 0 < len(words.japanese) <= _LONGEST and 0 < len(words.english) <= longest:
                yield words


def learn_translations(sentences: Iterable[Sentence]) -> dict[str, list[tuple[str, float]]]:
    """Return the English terms of each Japanese term, likeliest first, with a probability each."""
    corpus = list(sentences)
    japanese, english = _numbered(one.japanese for one in corpus), _numbered(
        one.english for one in corpus
    )
    links = _Links.of(corpus, japanese, english)
    forward, count_forward = links.train(links.source, links.english_token)
    backward, count_backward = links.train(links.target, links.japanese_token)
    both = np.sqrt(forward * backward)
    kept = (
        (both > _LEAST_BOTH)
        & (np.maximum(forward, backward) > _LEAST_ONE)
        & (np.minimum(count_forward, count_backward) > _LEAST_COUNT)
    )
    return _table(links, both, kept, list(japanese), list(english))


@dataclass(frozen=True)
class _Links:
    """Every pair of words of every sentence: its place among the different pairs, its weight, and
    which token of which sentence each of its ends is."""

    pair: NDArray[np.int64]
    weight: NDArray[np.float32]
    japanese_token: NDArray[np.int64]
    english_token: NDArray[np.int64]
    source: NDArray[np.int64]  # of each different pair
    target: NDArray[np.int64]

    @classmethod
    def of(
        cls, corpus: Sequence[Sentence], japanese: dict[str, int], english: dict[str, int]
    ) -> "_Links":
        sizes = np.array([(len(one.japanese), len(one.english)) for one in corpus], np.int64)
        starts = np.cumsum(sizes, axis=0) - sizes
        source, target, left, right = [], [], [], []
        for one, (first, second) in zip(corpus, starts, strict=True):
            own = np.array([japanese[term] for term in one.japanese])
            other = np.array([english[term] for term in one.english])
            source.append(np.repeat(own, len(other)))
            target.append(np.tile(other, len(own)))
            left.append(np.repeat(first + np.arange(len(own)), len(other)))
            right.append(np.tile(second + np.arange(len(other)), len(own)))
        keys = np.concatenate(source) * len(english) + np.concatenate(target)
        unique, pair = np.unique(keys, return_inverse=True)
        weights = np.array([one.weight for one in corpus], np.float32)
        return cls(
            pair,
            np.repeat(weights, sizes.prod(axis=1)),
            np.concatenate(left),
            np.concatenate(right),
            *np.divmod(unique, len(english)),
        )

    def train(
        self, given: NDArray[np.int64], token: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return, for each different pair, its probability given one of its ends and how often it
        was counted; `token` numbers the tokens that the other end explains."""
        chance = np.ones(len(given))
        counts: NDArray[np.float64] = chance
        for _ in range(_ROUNDS):
            shares = chance[self.pair]
            shares /= np.bincount(token, shares)[token] + 1e-12
            counted = self.weight * shares
            counts = np.bincount(self.pair, counted, minlength=len(given)).astype(float)
            chance = counts / np.maximum(np.bincount(given, counts)[given], 1e-12)
        return chance, counts


def _table(
    links: _Links,
    chances: NDArray[np.float64],
    kept: NDArray[np.bool_],
    japanese: Sequence[str],
    english: Sequence[str],
) -> dict[str, list[tuple[str, float]]]:
    found: dict[str, list[tuple[str, float]]] = {}
    rows = zip(links.source[kept], links.target[kept], chances[kept], strict=True)
    for source, target, chance in rows:
        found.setdefault(japanese[source], []).append((english[target], float(chance)))
    return {
        word: sorted(others, key=lambda other: (-other[1], other[0]))[:_MOST]
        for word, others in found.items()
    }


def _numbered(texts: Iterable[Sequence[str]]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for terms in texts:
        for term in terms:
            numbers.setdefault(term, len(numbers))
    return numbers


def _once(text: str) -> list[str]:
    return list(dict.fromkeys(analyze(text)))
