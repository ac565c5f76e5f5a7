"""The first rows of the table: both languages in one space before any training.

English pieces come from MiniLM, Japanese words from chiVe, turned into the English space by the
rotation that brings dictionary pairs together (Xing et al., NAACL 2015; Artetxe et al., 2016).
Each row is as long as its word is rare (SIF; Arora, Liang and Ma, ICLR 2017).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from knowledge.embedding.vocabulary import Vocabulary
from knowledge.text import segments
from knowledge.training.word_vectors import dictionary_words

Rows = NDArray[np.float32]

_SIF = 1e-3
_SEEN_OFTEN = 2
_SEEN_OFTEN_WITHOUT_VECTOR = 4


@dataclass(frozen=True)
class WordVectors:
    """Japanese word vectors as published: many words share one row."""

    row_of: dict[str, int]
    rows: Rows


def count(texts: Iterable[str], tokenizer: Tokenizer) -> tuple[Counter[str], Counter[int]]:
    """Return how often each Japanese term and each English piece's row occurs."""
    english = Vocabulary(tokenizer, {})
    words: Counter[str] = Counter()
    pieces: Counter[int] = Counter()
    for text in texts:
        for segment in segments(text):
            if segment.japanese:
                words[segment.text] += 1
            else:
                pieces.update(english.rows(segment.text))
    return words, pieces


def initial_table(
    tokenizer: Tokenizer,
    pieces: Rows,
    japanese: WordVectors,
    counts: tuple[Counter[str], Counter[int]],
    dictionary: Sequence[tuple[str, str]],
    dimensions: int,
) -> tuple[Vocabulary, Rows]:
    """Return the vocabulary and its rows (n, dimensions).

    Rows: the pieces, then words with a row of their own (frequent, or in the dictionary), then the
    shared rows for all other words that the Japanese vectors know.
    """
    word_counts, piece_counts = counts
    english = _principal(pieces, dimensions) * _sif_weights(
        np.array([piece_counts[row] for row in range(len(pieces))])
    )
    entries = _single_words(dictionary)
    own = _words_with_own_row(japanese, word_counts, entries)
    rows_of_words, shared = _number_words(own, japanese, start=len(english))
    glosses = _gloss_vectors(entries, Vocabulary(tokenizer, {}), english)
    rotation = _rotation(glosses, japanese, english.shape[1])
    own_rows = np.stack([_start(word, japanese, rotation, glosses) for word in own])
    own_rows *= _sif_weights(np.array([word_counts[word] for word in own]))
    shared_rows = _unit(_unit(japanese.rows[shared]) @ rotation)
    table = np.concatenate([english, own_rows, shared_rows]).astype(np.float32)
    return Vocabulary(tokenizer, rows_of_words), table


def _words_with_own_row(
    japanese: WordVectors, counts: Counter[str], entries: dict[str, list[str]]
) -> list[str]:
    words = {word for word in entries if word in japanese.row_of}
    for word, count in counts.items():
        enough = _SEEN_OFTEN if word in japanese.row_of else _SEEN_OFTEN_WITHOUT_VECTOR
        if count >= enough:
            words.add(word)
    return sorted(words)


def _number_words(
    own: list[str], japanese: WordVectors, start: int
) -> tuple[dict[str, int], list[int]]:
    """Return (word to row, the shared rows of the Japanese vectors that are still needed)."""
    rows = {word: start + at for at, word in enumerate(own)}
    others = [word for word in dictionary_words(japanese.row_of) if word not in rows]
    shared = sorted({japanese.row_of[word] for word in others})
    place = {row: start + len(own) + at for at, row in enumerate(shared)}
    rows.update((word, place[japanese.row_of[word]]) for word in others)
    return rows, shared


def _single_words(dictionary: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Return {term: glosses} for the headwords that are one term to the analyser."""
    entries: dict[str, list[str]] = {}
    for headword, gloss in dictionary:
        terms = list(segments(headword))
        if len(terms) == 1 and terms[0].japanese:
            entries.setdefault(terms[0].text, []).append(gloss)
    return entries


def _gloss_vectors(
    entries: dict[str, list[str]], english: Vocabulary, rows: Rows
) -> dict[str, Rows]:
    vectors = {}
    for word, glosses in entries.items():
        found = [rows[english.rows(gloss)].sum(axis=0) for gloss in glosses[:4]]
        total = _unit(np.stack(found)).sum(axis=0)
        if np.any(total):
            vectors[word] = _unit(total)
    return vectors


def _rotation(glosses: dict[str, Rows], japanese: WordVectors, dimensions: int) -> Rows:
    """Return (300, dimensions) with orthonormal columns: orthogonal Procrustes by one SVD."""
    known = [word for word in glosses if word in japanese.row_of]
    source = _unit(japanese.rows[[japanese.row_of[word] for word in known]])
    target = np.stack([glosses[word] for word in known])
    left, _, right = np.linalg.svd(source.T @ target, full_matrices=False)
    return np.asarray(left[:, :dimensions] @ right, dtype=np.float32)


def _start(word: str, japanese: WordVectors, rotation: Rows, glosses: dict[str, Rows]) -> Rows:
    start = np.zeros(rotation.shape[1], dtype=np.float32)
    if word in japanese.row_of:
        start = start + _unit(_unit(japanese.rows[japanese.row_of[word]]) @ rotation)
    if word in glosses:
        start = start + 0.5 * glosses[word]
    return _unit(start)


def _principal(rows: Rows, dimensions: int) -> Rows:
    """Return the unit rows in their first principal directions, the mean taken away."""
    centred = rows - rows.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    return _unit(centred @ directions[:, ::-1][:, :dimensions])


def _sif_weights(counts: NDArray[np.int64]) -> Rows:
    """Return (n, 1): 1 for a word never seen, less for a frequent one."""
    frequency = counts / max(1, counts.sum())
    return np.asarray(_SIF / (_SIF + frequency), dtype=np.float32)[:, None]


def _unit(rows: Rows) -> Rows:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)
