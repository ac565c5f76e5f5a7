"""The dense side of a snapshot: one index for each language, and what each vector is of."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.entries import Entry
from knowledge.retrieval.splicing import Moves
from knowledge.retrieval.vectors import VectorIndex

FIELDS = ("article", "question", "section", "asked", "body")
OF_ARTICLE = 2  # the first two belong to the article, the others to a section

# The id of a vector is the number of its article and, in the last bits, its own within it.
_BITS = 20


class Indexes(dict[str, VectorIndex]):
    """The index of each language; made when the first article of a language comes."""

    def __init__(self, make: Callable[[str], VectorIndex]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, language: str) -> VectorIndex:
        self[language] = self._make(language)
        return self[language]

    def add(self, entries: Iterable[Entry], wanted: NDArray[np.int64] | None = None) -> None:
        """Add the vectors of these articles; of these ids only, if some are wanted."""
        by_language: dict[str, list[Entry]] = {}
        for entry in entries:
            if len(entry.vectors):
                by_language.setdefault(entry.key[1], []).append(entry)
        for language, own in by_language.items():
            ids = np.concatenate([ids_of(entry) for entry in own])
            vectors = np.concatenate([entry.vectors for entry in own])
            chosen = slice(None) if wanted is None else np.isin(ids, wanted)
            self[language].add(ids[chosen], vectors[chosen])

    def remove(self, ids: NDArray[np.int64]) -> None:
        """Remove these vectors, of whichever language."""
        for index in self.values():
            index.remove(ids)


def ids_of(entry: Entry) -> NDArray[np.int64]:
    """Return the ids of an article's vectors, in their order."""
    count = sum(map(len, entry.fields))
    return (entry.number << _BITS) + np.arange(count, dtype=np.int64)


def numbers_of(ids: NDArray[np.int64]) -> list[int]:
    """Return the numbers of the articles that these vectors are of."""
    numbers: list[int] = np.unique(ids >> _BITS).tolist()
    return numbers


@dataclass(frozen=True)
class Vectors:
    """Rows of vectors, sorted by id: the place of each one's article and passage (-1: it is the
    article's own), and its field. `numbers` and `languages` are those of the articles, by place.

    The indexes are shared with later snapshots, so they may hold vectors that are not known here;
    those are passed over.
    """

    indexes: Mapping[str, VectorIndex]
    numbers: NDArray[np.int64]
    languages: NDArray[np.str_]
    ids: NDArray[np.int64]
    article: NDArray[np.int32]
    passage: NDArray[np.int32]
    field: NDArray[np.int8]

    @classmethod
    def none(cls, indexes: Mapping[str, VectorIndex]) -> "Vectors":
        """Return the rows of no article."""
        whole, places = np.empty(0, np.int64), np.empty(0, np.int32)
        return cls(indexes, whole, np.empty(0, "U8"), whole, places, places, np.empty(0, np.int8))

    def replaced(
        self, articles: Moves, passages: Moves, entries: Sequence[Entry],
        indexes: Mapping[str, VectorIndex],
    ) -> "Vectors":
        """Return the rows of the articles that stay, and of these new ones, at their new places."""
        stays = articles.of_old[self.article] >= 0
        owned = self.passage >= 0
        passage = np.where(owned, np.append(passages.of_old, -1)[self.passage], -1)
        new = _Rows.of(entries, articles.of_new, passages.of_new)
        order = np.argsort(np.concatenate([self.ids[stays], new.ids]), kind="stable")

        def merged(old: NDArray[Any], came: NDArray[np.int64]) -> NDArray[Any]:
            return np.concatenate([old[stays], came], dtype=old.dtype, casting="same_kind")[order]

        return Vectors(
            indexes=indexes,
            numbers=articles.merged(self.numbers, np.array([e.number for e in entries], np.int64)),
            languages=articles.merged(self.languages, np.array([e.key[1] for e in entries], "U8")),
            ids=merged(self.ids, new.ids),
            article=merged(articles.of_old[self.article], new.article),
            passage=merged(passage.astype(np.int32), new.passage),
            field=merged(self.field, new.field),
        )

    def of_articles(self, articles: Sequence[int]) -> NDArray[np.int64]:
        """Return the rows of these articles."""
        numbers = self.numbers[list(articles)]
        first = self.ids.searchsorted(numbers << _BITS)
        last = self.ids.searchsorted((numbers + 1) << _BITS)
        ranges = [np.arange(a, b) for a, b in zip(first.tolist(), last.tolist(), strict=True)]
        return np.concatenate([np.empty(0, np.int64), *ranges])

    def lacking(self) -> set[int]:
        """Return the numbers of articles that have no vectors."""
        first = self.ids.searchsorted(self.numbers << _BITS)
        last = self.ids.searchsorted((self.numbers + 1) << _BITS)
        return set(self.numbers[first == last].tolist())

    def ids_of(self, numbers: Collection[int]) -> NDArray[np.int64]:
        """Return the ids of all vectors of the articles of these numbers."""
        return self.ids[np.isin(self.ids >> _BITS, list(numbers))]

    def nearest(self, language: str, vector: NDArray[np.float32], k: int) -> NDArray[np.int64]:
        """Return up to k rows of one language, best first."""
        asked = k
        while True:
            ids, _ = self.indexes[language].search(vector, asked)
            rows, _ = self._rows(ids)
            if len(rows) >= k or len(ids) < asked:
                return rows[:k]
            asked += k - len(rows)

    def similarities(
        self, vector: NDArray[np.float32], rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return those of the rows that the indexes still hold, and their similarities."""
        languages = self.languages[self.article[rows]]
        found = []
        for language, index in self.indexes.items():
            own = self.ids[rows[languages == language]]
            if len(own):
                found.append(index.search(vector, len(own), own))
        ids = np.concatenate([np.empty(0, np.int64), *(own for own, _ in found)])
        known, here = self._rows(ids)
        similarities = np.concatenate([np.empty(0, np.float32), *(own for _, own in found)])
        return known, similarities[here]

    def _rows(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the rows of the ids that are known here, and which of them are."""
        if not len(self.ids):
            return np.empty(0, np.int64), np.zeros(len(ids), bool)
        rows = self.ids.searchsorted(ids).clip(max=len(self.ids) - 1)
        here = self.ids[rows] == ids
        return rows[here], here


@dataclass(frozen=True)
class _Rows:
    """The rows of new articles."""

    ids: NDArray[np.int64]
    article: NDArray[np.int64]
    passage: NDArray[np.int64]
    field: NDArray[np.int64]

    @classmethod
    def of(
        cls, entries: Sequence[Entry], articles: NDArray[np.int64], passages: NDArray[np.int64]
    ) -> "_Rows":
        owners, places, fields = list[int](), list[int](), list[int]()
        at = 0
        for entry, article in zip(entries, articles.tolist(), strict=True):
            for own, passage in zip(entry.fields, passages[at:].tolist(), strict=False):
                kinds = [FIELDS.index(name) for name in own]
                owners.extend([article] * len(kinds))
                places.extend(-1 if kind < OF_ARTICLE else passage for kind in kinds)
                fields.extend(kinds)
            at += len(entry.passages)
        ids = [ids_of(entry) for entry in entries]
        return cls(
            np.concatenate([np.empty(0, np.int64), *ids]),
            np.array(owners, np.int64), np.array(places, np.int64), np.array(fields, np.int64),
        )  # fmt: skip
