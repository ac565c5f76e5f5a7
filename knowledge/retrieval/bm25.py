"""BM25F over numpy postings: what each term gives each document is computed when it is built.

Field weights and lengths enter the term frequency before saturation (Robertson, Zaragoza and
Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004; Robertson and Zaragoza,
"The Probabilistic Relevance Framework: BM25 and Beyond", 2009). The inverse document frequency is
Lucene's, never negative (Kamphuis et al., "Which BM25 do you mean?", ECIR 2020).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.splicing import Moves, Splice

K1 = 1.2
# A mean length keeps this many binary digits: one document more does not change every score.
_DIGITS = 10

Vocabulary = dict[str, int]  # term → number; shared by indexes, only ever grows


@dataclass(frozen=True)
class Documents:
    """Documents as numbers of terms: all of them in one row, and how many are each one's."""

    terms: NDArray[np.int32]
    lengths: NDArray[np.int32]

    @classmethod
    def of(cls, documents: Iterable[Sequence[str]], vocabulary: Vocabulary) -> "Documents":
        """Number the terms of each document; terms that are new enter the vocabulary."""
        flat: list[int] = []
        lengths: list[int] = []
        for document in documents:
            flat.extend(vocabulary.setdefault(term, len(vocabulary)) for term in document)
            lengths.append(len(document))
        return cls(np.array(flat, np.int32), np.array(lengths, np.int32))

    def grouped(self, sizes: NDArray[np.int64]) -> "Documents":
        """Return documents made of so many of these each, in their order."""
        ends = np.concatenate([[0], np.cumsum(self.lengths)])[np.cumsum(sizes)]
        return Documents(self.terms, np.diff(ends, prepend=0).astype(np.int32))

    def joined(self, *others: "Documents") -> "Documents":
        """Return as many documents, each with the terms of all of them at its place."""
        parts = (self, *others)
        owners = [np.repeat(np.arange(len(part.lengths)), part.lengths) for part in parts]
        order = np.argsort(np.concatenate(owners), kind="stable")
        terms = np.concatenate([part.terms for part in parts])[order]
        return Documents(terms, np.sum([part.lengths for part in parts], axis=0, dtype=np.int32))

Weighted = Sequence[tuple[str, float]]


@dataclass(frozen=True)
class TextField:
    """One field of every document: its terms, its weight, and how much its length counts."""

    documents: Documents | Sequence[Sequence[str]]
    weight: float = 1.0
    b: float = 0.75


class Bm25Index:
    """An immutable index of documents 0 … n-1; safe to share among threads."""

    def __init__(
        self, fields: Sequence[TextField], k1: float = K1, vocabulary: Vocabulary | None = None
    ) -> None:
        self._vocabulary = {} if vocabulary is None else vocabulary
        self._k1 = k1
        self._weights = [field.weight for field in fields]
        self._bs = [field.b for field in fields]
        documents = [self._numbered(field.documents) for field in fields]
        self.size = len(documents[0].lengths)
        self._lengths = [own.lengths for own in documents]
        self._means = [mean_length(own.lengths) for own in documents]
        terms, self._documents, self._counts = _postings(documents, np.arange(self.size))
        self._starts = np.searchsorted(terms, np.arange(len(self._vocabulary) + 1))
        self._saturated = self._saturate(self._documents, self._counts)
        self._idf = self._rarities()

    def replaced(self, moves: Moves, fields: Sequence[Documents]) -> "Bm25Index":
        """Return the index of the documents that stay, at their new places, and of the new ones.

        It is the index that would be built of all of them; only what changed is counted anew.
        """
        new = object.__new__(Bm25Index)
        new._vocabulary, new._k1 = self._vocabulary, self._k1
        new._weights, new._bs = self._weights, self._bs
        new.size = moves.size
        new._lengths = [
            moves.merged(old, added.lengths)
            for old, added in zip(self._lengths, fields, strict=True)
        ]
        new._means = [mean_length(lengths) for lengths in new._lengths]
        terms, documents, counts = _postings(fields, moves.of_new)
        places = moves.of_old[self._documents]
        starts = _extended(self._starts, len(self._vocabulary))
        splice = Splice.sorted_in(places, starts, terms, documents)
        new._starts = splice.shifted(starts, terms)
        new._documents = splice(places, documents)
        new._counts = [splice(old, added) for old, added in zip(self._counts, counts, strict=True)]
        if new._means == self._means:
            new._saturated = splice(self._saturated, new._saturate(documents, counts))
        else:
            new._saturated = new._saturate(new._documents, new._counts)
        new._idf = new._rarities()
        return new

    def scores(
        self, weights: Mapping[str, float], instead: Mapping[str, Weighted] | None = None
    ) -> NDArray[np.float32]:
        """Return (n,) scores for a query of weighted terms; 0 where no term occurs.

        `instead` has, for a term, others that may stand in its place, each with the share of the
        term's weight that it gets; in a document the best of them counts, and only that.
        """
        scores = np.zeros(self.size, dtype=np.float32)
        best = np.zeros(self.size, dtype=np.float32) if instead else scores
        for term, weight in weights.items():
            own = self._impacts(term, weight)
            others = [
                found
                for other, share in (instead.get(term, ()) if instead else ())
                if (found := self._impacts(other, weight * share))
            ]
            if not others:
                if own:
                    # A term names a document once, so that += on the selection adds every impact.
                    scores[own[0]] += own[1]
                continue
            for documents, impacts in [own, *others] if own else others:
                best[documents] = np.maximum(best[documents], impacts)
            scores += best
            best.fill(0)
        return scores

    def _impacts(
        self, term: str, weight: float
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]] | None:
        """Return the documents of a term and what it adds to each; None if it has none."""
        at = self._number(term)
        if at is None:
            return None
        postings = slice(*self._starts[at : at + 2].tolist())
        impact = np.float32(weight) * self._idf[at]
        return self._documents[postings], impact * self._saturated[postings]

    def idf(self, term: str) -> float:
        """Return the weight of a term; an unknown one weighs as much as the rarest could."""
        at = self._number(term)
        return float(np.log1p((self.size + 0.5) / 0.5)) if at is None else float(self._idf[at])

    def knows(self, term: str) -> bool:
        return self._number(term) is not None

    def contains(self, term: str, documents: NDArray[Any]) -> NDArray[np.bool_]:
        """Return whether each of these documents has the term."""
        at = self._number(term)
        if at is None:
            return np.zeros(len(documents), np.bool_)
        postings = self._documents[slice(*self._starts[at : at + 2].tolist())]
        places = np.minimum(postings.searchsorted(documents), len(postings) - 1)
        found: NDArray[np.bool_] = postings[places] == documents
        return found

    def _number(self, term: str) -> int | None:
        """Return the number of a term that occurs; the vocabulary may know many that do not."""
        at = self._vocabulary.get(term)
        if at is None or at >= len(self._idf) or self._starts[at] == self._starts[at + 1]:
            return None
        return at

    def _numbered(self, documents: Documents | Sequence[Sequence[str]]) -> Documents:
        if isinstance(documents, Documents):
            return documents
        return Documents.of(documents, self._vocabulary)

    def _saturate(
        self, documents: NDArray[np.int32], counts: Sequence[NDArray[np.uint16]]
    ) -> NDArray[np.float32]:
        """Return f / (k1 + f) of each posting, f weighted and normalized by the fields' lengths."""
        frequencies = np.zeros(len(documents), np.float32)
        fields = zip(self._weights, self._bs, self._lengths, self._means, counts, strict=True)
        for weight, b, lengths, mean, count in fields:
            shares = (weight / (1.0 - b + b * lengths / mean)).astype(np.float32)
            frequencies += count * shares[documents]
        frequencies /= np.float32(self._k1) + frequencies
        return frequencies

    def _rarities(self) -> NDArray[np.float32]:
        found_in = np.diff(self._starts)
        return np.log1p((self.size - found_in + 0.5) / (found_in + 0.5)).astype(np.float32)


def mean_length(lengths: NDArray[np.int32]) -> float:
    """Return the mean length of the documents that are not empty, to three decimal digits."""
    counted = int(np.count_nonzero(lengths))
    if not counted:
        return 1.0
    fraction, power = np.frexp(int(lengths.sum(dtype=np.int64)) / counted)
    return float(np.ldexp(np.round(fraction * 2**_DIGITS), power - _DIGITS))


def _postings(
    fields: Sequence[Documents], places: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], list[NDArray[np.uint16]]]:
    """Return term and place of each posting, sorted by both, and its count in each field."""
    size = int(places.max(initial=-1)) + 1
    found = []
    for field in fields:
        owners = np.repeat(places, field.lengths)
        found.append(np.unique(field.terms * np.int64(size) + owners, return_counts=True))
    keys = np.unique(np.concatenate([own for own, _ in found]))
    counts = []
    for own, count in found:
        column = np.zeros(len(keys), np.uint16)
        column[np.searchsorted(keys, own)] = np.minimum(count, np.iinfo(np.uint16).max)
        counts.append(column)
    terms, documents = np.divmod(keys, max(1, size))
    return terms.astype(np.int32), documents.astype(np.int32), counts


def _extended(starts: NDArray[np.int64], terms: int) -> NDArray[np.int64]:
    """Return the starts with an empty range for each term that is new to the vocabulary."""
    return np.concatenate([starts, np.full(terms + 1 - len(starts), starts[-1])])
