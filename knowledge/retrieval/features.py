"""What tells an answered question from one that the library cannot answer."""

import math
from collections.abc import Sequence

import numpy as np

from knowledge.retrieval.results import Hit
from knowledge.retrieval.search import Found, Query
from knowledge.retrieval.snapshot import Snapshot

FEATURES = (
    "cosine",
    "lexical",
    "coverage",
    "unknown",
    "rarest",
    "asked",
    "margin",
    "section_margin",
    "tie",
    "cosine_margin",
    "lexical_margin",
    "cosine_rise",
    "agreement",
    "foreign",
    "length",
)


# Two sections whose scores differ by this much are nearly as doubtful as two with the same.
TIE = 0.05


def features_of(snapshot: Snapshot, query: Query, found: Found) -> dict[str, float]:
    """Return the value of every name in FEATURES for the first hit; zeros without a hit.

    cosine, lexical: the first hit's scores. coverage: share of the query's idf that its terms, or
    synonyms of them, have in the hit. unknown: share of terms that the library never writes and
    that nothing in the hit sounds like. rarest: idf share of the heaviest term that the hit lacks.
    asked: cosine of the nearest question of any candidate. *margin: ahead of the best of another
    article. section_margin: ahead of the next hit, whosever it is. tie: 1 where that is nothing,
    near 0 where it is plain. cosine_rise: above the mean of the candidates, in deviations.
    agreement: words and vectors put the same article first. foreign: the hit is not in the
    query's own language. length: log of the number of terms.
    """
    if not found.hits:
        return dict.fromkeys(FEATURES, 0.0)
    first = found.hits[0]
    idf = {term: snapshot.words.idf(term) for term in query.terms}
    mass = sum(idf.values()) or 1.0
    missing = [idf[term] for term in query.terms if not _has(first, query, term)]
    matched = set(first.matched_terms)
    unknown = [term for term in query.terms if not (term in matched or snapshot.words.knows(term))]
    return {
        "cosine": first.dense,
        "lexical": first.lexical,
        "coverage": 1.0 - sum(missing) / mass,
        "unknown": len(unknown) / max(1, len(query.terms)),
        "rarest": max(missing, default=0.0) / mass,
        "asked": _asked(found),
        "section_margin": _section_margin(found.hits),
        "tie": math.exp(-_section_margin(found.hits) / TIE),
        "margin": _margin(found.hits, [hit.score for hit in found.hits]),
        "cosine_margin": _margin(found.hits, [hit.dense for hit in found.hits]),
        "lexical_margin": _margin(found.hits, [hit.lexical for hit in found.hits]),
        "cosine_rise": _rise(first, found),
        "agreement": _agreement(snapshot, found),
        "foreign": float(first.passage.language != query.written_in),
        "length": math.log1p(len(query.terms)),
    }


def _has(hit: Hit, query: Query, term: str) -> bool:
    """Return whether the hit has the term, or all of a phrase that means the same."""
    matched = set(hit.matched_terms)
    return term in matched or any(
        matched.issuperset(phrase) for phrase in query.alternatives.get(term, ())
    )


def _margin(hits: Sequence[Hit], scores: Sequence[float]) -> float:
    """Return how far the first hit is ahead of the best hit of another article."""
    article = hits[0].passage.article_id
    others = [s for hit, s in zip(hits, scores, strict=True) if hit.passage.article_id != article]
    return scores[0] - max(others, default=0.0)


def _asked(found: Found) -> float:
    """Return the similarity of the nearest question of all candidates."""
    return float(found.scores.asked.max(initial=0.0))


def _section_margin(hits: Sequence[Hit]) -> float:
    return hits[0].score - (hits[1].score if len(hits) > 1 else 0.0)


def _rise(first: Hit, found: Found) -> float:
    dense = found.scores.dense
    deviation = float(dense.std())
    return (first.dense - float(dense.mean())) / deviation if deviation > 0 else 0.0


def _agreement(snapshot: Snapshot, found: Found) -> float:
    scores = found.scores
    if not scores.lexical.any() or not scores.dense.any():
        return 0.0
    rows = (int(np.argmax(scores.lexical)), int(np.argmax(scores.dense)))
    first, second = (snapshot.passages[int(scores.places[row])].article_id for row in rows)
    return float(first == second)
