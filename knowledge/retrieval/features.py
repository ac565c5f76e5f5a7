"""What tells an answered question from one that the library cannot answer."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from knowledge.retrieval.candidates import OF_SECTION
from knowledge.retrieval.query import Query
from knowledge.retrieval.results import Hit
from knowledge.retrieval.search import Found
from knowledge.retrieval.snapshot import Snapshot
from knowledge.text import analyze

FEATURES = (
    "cosine",
    "lexical",
    "coverage",
    "unknown",
    "rarest",
    "asked",
    "asked_nearly_so",
    "margin",
    "section_margin",
    "tie",
    "cosine_margin",
    "lexical_margin",
    "cosine_rise",
    "agreement",
    "foreign",
    "length",
    "question_covered",
    "question_excess",
    "entropy",
    "lead",
    "overlap",
    "lexical_share",
    "chance",
    "chance_logit",
    "second_chance",
    "article_chance",
    "other_article_chance",
    "doubt",
    *(f"first_{name}" for name in OF_SECTION),
)


# Two sections whose scores differ by this much are nearly as doubtful as two with the same.
TIE = 0.05
_LEAST = 1e-4
_NEARLY = 0.8
_FIRST_ARTICLES = 8
_FIRST_PASSAGES = 8
_TEMPERATURE = 0.05


def features_of(snapshot: Snapshot, query: Query, found: Found) -> dict[str, float]:
    """Return the value of every name in FEATURES for the first hit; zeros without a hit.

    cosine, lexical: the first hit's scores. coverage: share of the query's idf that its terms, or
    synonyms of them, have in the hit. unknown: share of terms that the library never writes and
    that nothing in the hit sounds like. rarest: idf share of the heaviest term that the hit lacks.
    asked: cosine of the nearest question of any candidate. asked_nearly_so: how far that is on the
    way from _NEARLY to the very same words. *margin: ahead of the best of another
    article. section_margin: ahead of the next hit, whosever it is. tie: 1 where that is nothing,
    near 0 where it is plain. cosine_rise: above the mean of the candidates, in deviations.
    agreement: words and vectors put the same article first. foreign: the hit is not in the
    query's own language. length: log of the number of terms. question_covered, question_excess:
    of the title, heading or question of the hit that is nearest in words, the share of the query's
    idf that it has, and the share of its own idf that the query has not. entropy: how evenly the
    scores of the first articles lie, 0 (one stands alone) to 1. lead: the first score above the
    mean of the next articles'. overlap: share of the first articles by words that are also first
    by vectors. lexical_share: the first hit's lexical score, of the best that the words alone
    would give. chance, second_chance, article_chance, other_article_chance: of the ranking
    (ranking.py), for the first and the second section, the first article and the best other one;
    chance_logit the first as log odds; doubt the entropy of the sections. first_*: what the ranking
    saw of the first.
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
        "asked_nearly_so": max(0.0, (_asked(found) - _NEARLY) / (1.0 - _NEARLY)),
        "section_margin": _section_margin(found.hits),
        "tie": math.exp(-_section_margin(found.hits) / TIE),
        "margin": _margin(found.hits, [hit.score for hit in found.hits]),
        "cosine_margin": _margin(found.hits, [hit.dense for hit in found.hits]),
        "lexical_margin": _margin(found.hits, [hit.lexical for hit in found.hits]),
        "cosine_rise": _rise(first, found),
        "agreement": _agreement(snapshot, found),
        "foreign": float(first.passage.language != query.written_in),
        "length": math.log1p(len(query.terms)),
        **_nearest_question(snapshot, first, query),
        **_spread(found.hits),
        **_both_sides(snapshot, found),
        **_of_ranking(snapshot, found),
    }


def _of_ranking(snapshot: Snapshot, found: Found) -> dict[str, float]:
    """Return what the ranking says of the first section, its rivals, and how plain it is."""
    ranked = found.ranked
    names = [f"first_{name}" for name in OF_SECTION]
    if not len(ranked.rows):
        return dict.fromkeys(names, 0.0)
    passages = [snapshot.passages[int(at)] for at in found.scores.places[ranked.rows]]
    sections: dict[tuple[str, int], float] = {}
    for passage, own in zip(passages, ranked.chances.tolist(), strict=True):
        sections.setdefault((passage.article_id, passage.position), own)
    chances = list(sections.values())
    articles: dict[str, float] = {}
    for (article, _), own in sections.items():
        articles[article] = articles.get(article, 0.0) + own
    first = passages[0].article_id
    return {
        "chance": chances[0],
        "chance_logit": math.log((chances[0] + _LEAST) / (1 - chances[0] + _LEAST)),
        "second_chance": chances[1] if len(chances) > 1 else 0.0,
        "article_chance": articles[first],
        "other_article_chance": max(
            (own for article, own in articles.items() if article != first), default=0.0
        ),
        "doubt": -sum(own * math.log(own) for own in chances if own > 0),
        **dict(zip(names, ranked.features[0].tolist(), strict=True)),
    }


def _has(hit: Hit, query: Query, term: str) -> bool:
    """Return whether the hit has the term, or all of a phrase that means the same."""
    matched = set(hit.matched_terms)
    return term in matched or any(
        matched.issuperset(phrase) for phrase in query.alternatives.get(term, ())
    )


def _nearest_question(snapshot: Snapshot, first: Hit, query: Query) -> dict[str, float]:
    """Return the coverage both ways of the hit's title, heading or question with the best F1."""
    passage, idf = first.passage, snapshot.words.idf
    wanted = {term: idf(term) for term in query.terms}
    meant = {term: term for term in query.terms}
    for term, others in query.translated.items():
        meant.update((other, term) for other, _ in others if other not in meant)
    mass, best, covered, excess = sum(wanted.values()) or 1.0, -1.0, 0.0, 1.0
    for text in (f"{passage.title} {passage.heading}", *passage.questions, *passage.asked):
        own = set(_terms(text))
        weights = {term: idf(term) for term in own}
        shared = {meant[term] for term in own if term in meant}
        whole = sum(weights.values()) or 1.0
        recall = sum(wanted[term] for term in shared) / mass
        precision = sum(weights[term] for term in own if term in meant) / whole
        both = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
        if both > best:
            best, covered, excess = both, recall, 1.0 - precision
    return {"question_covered": covered, "question_excess": excess}


@lru_cache(maxsize=20_000)
def _terms(text: str) -> tuple[str, ...]:
    return tuple(analyze(text))


def _spread(hits: Sequence[Hit]) -> dict[str, float]:
    """Return entropy and lead over the best score of each of the first articles."""
    best: dict[str, float] = {}
    for hit in hits:
        best.setdefault(hit.passage.article_id, hit.score)
    scores = list(best.values())[:_FIRST_ARTICLES]
    others = scores[1:] or [0.0]
    weights = [math.exp((score - scores[0]) / _TEMPERATURE) for score in scores]
    total = sum(weights)
    entropy = -sum(w / total * math.log(w / total) for w in weights if w > 0)
    return {
        "entropy": entropy / math.log(_FIRST_ARTICLES),
        "lead": scores[0] - sum(others) / len(others),
    }


def _both_sides(snapshot: Snapshot, found: Found) -> dict[str, float]:
    """Return the overlap of both sides' first articles, and the first hit's lexical share."""
    scores = found.scores
    sides = [
        {int(snapshot.article_of[place]) for place in scores.places[order[:_FIRST_PASSAGES]]}
        for order in (np.argsort(-scores.lexical), np.argsort(-scores.dense))
    ]
    best = float(scores.lexical.max(initial=0.0))
    mass = best and found.hits[0].lexical / best
    return {
        "overlap": len(sides[0] & sides[1]) / max(1, len(sides[0] | sides[1])),
        "lexical_share": mass * found.mass,
    }


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
