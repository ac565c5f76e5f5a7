"""BM25F over numpy postings: what each term gives each document is computed when it is built.

Field weights and lengths enter the term frequency before saturation (Robertson, Zaragoza and
Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004; Robertson and Zaragoza,
"The Probabilistic Relevance Framework: BM25 and Beyond", 2009). The inverse document frequency is
Lucene's, never negative (Kamphuis et al., "Which BM25 do you mean?", ECIR 2020).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

K1 = 1.2

Weighted = Sequence[tuple[str, float]]

_NOWHERE, _NOTHING = np.empty(0, np.int32), np.empty(0, np.float32)


@dataclass(frozen=True)
class TextField:
    """One field of every document: its terms, its weight, and how much its length counts."""

    documents: Sequence[Sequence[str]]
    weight: float = 1.0
    b: float = 0.75


class Bm25Index:
    """An immutable index of documents 0 … n-1; safe to share among threads."""

    def __init__(self, fields: Sequence[TextField], k1: float = K1) -> None:
        self.size = len(fields[0].documents)
        self._ids: dict[str, int] = {}
        keys, frequencies = _merge([self._field(field) for field in fields])
        terms, documents = np.divmod(keys, max(1, self.size))
        self._starts = np.searchsorted(terms, np.arange(len(self._ids) + 1))
        self._documents = documents.astype(np.int32)
        found_in = np.diff(self._starts)
        self._idf = np.log1p((self.size - found_in + 0.5) / (found_in + 0.5)).astype(np.float32)
        self._saturated = (frequencies / (k1 + frequencies)).astype(np.float32)
        self._impacts = self._idf[terms] * self._saturated

    def scores(
        self, weights: Mapping[str, float], instead: Mapping[str, Weighted] | None = None
    ) -> NDArray[np.float32]:
        """Return (n,) scores for a query of weighted terms; 0 where no term occurs.

        `instead` has, for a term, others that may stand in its place, each with the share of the
        term's weight that it gets; in a document the best of them counts, and only that.
        """
        scores = np.zeros(self.size, dtype=np.float32)
        for term, weight in weights.items():
            others = instead.get(term, ()) if instead else ()
            documents, impacts = self._best_of(((term, 1.0), *others))
            # A document is named once, so that += on the selection adds every impact.
            scores[documents] += np.float32(weight) * impacts
        return scores

    def _best_of(self, terms: Weighted) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return each document that has one of the terms, once, and its best weighted impact."""
        found = [
            (documents, np.float32(share) * impacts)
            for term, share in terms
            for documents, impacts in (self._impacts_of(term),)
            if len(documents)
        ]
        if len(found) < 2:
            return found[0] if found else (_NOWHERE, _NOTHING)
        documents = np.concatenate([documents for documents, _ in found])
        impacts = np.concatenate([impacts for _, impacts in found])
        order = np.argsort(documents, kind="stable")
        documents = documents[order]
        firsts = np.flatnonzero(np.diff(documents, prepend=-1))
        return documents[firsts], np.maximum.reduceat(impacts[order], firsts)

    def _impacts_of(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        postings = self._postings(term)
        return self._documents[postings], self._impacts[postings]

    def idf(self, term: str) -> float:
        """Return the weight of a term; an unknown one weighs as much as the rarest could."""
        at = self._ids.get(term)
        return float(np.log1p((self.size + 0.5) / 0.5)) if at is None else float(self._idf[at])

    def knows(self, term: str) -> bool:
        return term in self._ids

    def contains(self, term: str, document: int) -> bool:
        postings = self._documents[self._postings(term)]
        at = int(postings.searchsorted(document))
        return at < len(postings) and int(postings[at]) == document

    def _postings(self, term: str) -> slice:
        at = self._ids.get(term)
        return slice(0, 0) if at is None else slice(*map(int, self._starts[at : at + 2]))

    def _field(self, field: TextField) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return sorted keys (term × n + document) and their normalized, weighted frequencies."""
        lengths = np.array([len(terms) for terms in field.documents], dtype=np.int64)
        ids = self._ids
        flat = [ids.setdefault(term, len(ids)) for terms in field.documents for term in terms]
        documents = np.repeat(np.arange(self.size, dtype=np.int64), lengths)
        terms = np.array(flat, dtype=np.int64)
        keys, counts = np.unique(terms * self.size + documents, return_counts=True)
        mean = lengths[lengths > 0].mean() if len(flat) else 1.0
        norms = 1.0 - field.b + field.b * lengths / mean
        return keys, field.weight * counts / norms[keys % max(1, self.size)]


def _merge(
    fields: Sequence[tuple[NDArray[np.int64], NDArray[np.float64]]],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    keys, places = np.unique(np.concatenate([keys for keys, _ in fields]), return_inverse=True)
    values = np.concatenate([values for _, values in fields])
    frequencies = np.bincount(places, weights=values, minlength=len(keys))
    return keys.astype(np.int64), frequencies.astype(np.float64)
