"""From a text to the numbers of the table's rows: Japanese words and English word pieces."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from knowledge.text import segments

PIECES_FILE = "pieces.json"
WORDS_FILE = "words.txt"
_LONGEST_REMEMBERED = 64


class Vocabulary:
    """Knows the rows of Japanese words (several may share one) and of English word pieces."""

    def __init__(self, pieces: Tokenizer, rows_of_words: Mapping[str, int]) -> None:
        """`pieces` numbers its rows from 0; its unknown token is no row and is left out."""
        self._pieces = pieces
        self._rows_of_words = rows_of_words
        self._unknown = pieces.token_to_id("[UNK]")
        self._rows_of_run = lru_cache(maxsize=20_000)(self._encode)

    @classmethod
    def load(cls, folder: Path, rows_of_words: NDArray[np.int32]) -> "Vocabulary":
        """Return the vocabulary of a model folder; the rows are in the order of its word list."""
        words = (folder / WORDS_FILE).read_text(encoding="utf-8").splitlines()
        rows = dict(zip(words, rows_of_words.tolist(), strict=True))
        return cls(Tokenizer.from_file(str(folder / PIECES_FILE)), rows)

    def save(self, folder: Path) -> NDArray[np.int32]:
        """Write the word list and the pieces; return the rows in the order of the word list."""
        self._pieces.save(str(folder / PIECES_FILE), pretty=False)
        words = sorted(self._rows_of_words)
        (folder / WORDS_FILE).write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
        return np.array([self._rows_of_words[word] for word in words], dtype=np.int32)

    def rows(self, text: str) -> list[int]:
        """Return the rows of a text, repetitions kept; [] if nothing in it is known."""
        found: list[int] = []
        for segment in segments(text):
            if segment.japanese:
                found.extend(self._rows_of_word(segment.text))
            elif len(segment.text) <= _LONGEST_REMEMBERED:
                found.extend(self._rows_of_run(segment.text))
            else:
                found.extend(self._encode(segment.text))
        return found

    def _rows_of_word(self, word: str) -> Iterator[int]:
        row = self._rows_of_words.get(word)
        if row is not None:
            yield row
            return
        for character in word:  # an unknown compound still tells something: 課 is a department
            row = self._rows_of_words.get(character)
            if row is not None:
                yield row

    def _encode(self, run: str) -> tuple[int, ...]:
        rows = self._pieces.encode(run, add_special_tokens=False).ids
        return tuple(row for row in rows if row != self._unknown)
