"""The limit: FAISS and bm25s called by hand on the same passages, with nothing around them.

No fields, no languages, no validity, no audience, no reasons: analyse and embed the question, ask
both libraries, add what they return. The vectors and the terms are the same as ours.
"""

import time
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from sqlmodel import select

from assistant.database import open_database, read_scope
from knowledge.articles.models import Article, Passage, PassageVectors
from knowledge.articles.passages import searchable
from knowledge.embedding import load_embedder
from knowledge.text import analyze
from speed.corpus import Corpus
from speed.process import memory, spread

BEST = 50
WARM = 30
_ASSIGNED_AT_ONCE = 50_000


def ask(folder: str, passages: int, queries: int, structure: str) -> dict[str, Any]:
    """Build both indexes and ask; `structure` is FAISS's own name of one, such as Flat."""
    import bm25s

    corpus, embedder = Corpus(passages), load_embedder()
    engine = open_database(f"sqlite:///{Path(folder) / 'library.db'}")
    with read_scope(engine) as session:
        rows = session.exec(
            select(Article.title, Passage.heading, Passage.questions, Passage.template,
                   PassageVectors.vectors)
            .join(Passage, Passage.article_pk == Article.id)
            .join(PassageVectors, PassageVectors.passage_id == Passage.id)
            .where(Article.current)
        ).all()
    matrix = np.frombuffer(b"".join(row[4] for row in rows), "<f2").reshape(-1, embedder.dimensions)
    owners = np.repeat(np.arange(len(rows)), [len(row[4]) // 2 // embedder.dimensions
                                              for row in rows])
    texts = [analyze("\n".join([row[0], row[1], *row[2], searchable(row[3])])) for row in rows]
    del rows
    started = time.perf_counter()
    words = bm25s.BM25()
    words.index(texts, show_progress=False)
    del texts
    vectors = faiss.index_factory(embedder.dimensions, structure, faiss.METRIC_INNER_PRODUCT)
    if not vectors.is_trained:
        some = np.random.default_rng(7).choice(len(matrix), min(len(matrix), _ASSIGNED_AT_ONCE),
                                               replace=False)
        vectors.train(matrix[some].astype(np.float32))
        vectors.nprobe = max(1, vectors.nlist // 50)
    for start in range(0, len(matrix), _ASSIGNED_AT_ONCE):
        vectors.add(matrix[start : start + _ASSIGNED_AT_ONCE].astype(np.float32))
    del matrix
    built = time.perf_counter() - started
    spent = []
    for number, question in enumerate(corpus.questions(queries + WARM)):
        started = time.perf_counter()
        _both(words, vectors, owners, analyze(question.text), embedder.embed([question.text]))
        if number >= WARM:
            spent.append((time.perf_counter() - started) * 1_000)
    return {"structure": structure, "index_seconds": round(built, 1), **memory(),
            "query": spread(spent)}


def _both(words: Any, vectors: Any, owners: Any, terms: list[str], query: Any) -> list[int]:
    """Return the passages that either finds, best first by the sum of their shares."""
    scores: dict[int, float] = {}
    if terms:
        found, lexical = words.retrieve([terms], k=min(BEST, len(words.scores["indptr"])),
                                        show_progress=False)
        for passage, score in zip(found[0].tolist(), lexical[0].tolist(), strict=True):
            scores[passage] = score / max(1e-9, float(lexical[0][0]))
    similarities, rows = vectors.search(query, BEST)
    for row, similarity in zip(rows[0].tolist(), similarities[0].tolist(), strict=True):
        if row >= 0:
            passage = int(owners[row])
            scores[passage] = scores.get(passage, 0.0) + similarity
    return sorted(scores, key=lambda passage: -scores[passage])[:10]
