"""Articles: how long it takes to publish, load, search and change a library of some size."""

import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from assistant.database import migrate, open_database, read_scope, session_scope
from knowledge.articles.ingest import publish
from knowledge.embedding import load_embedder
from knowledge.retrieval.library import Library
from speed.corpus import Corpus, Question
from speed.process import memory, spread

BATCH = 200
UPDATES = 9
WARM = 30
TODAY = datetime(2026, 11, 23, tzinfo=UTC)


def build(folder: str, passages: int) -> dict[str, Any]:
    """Publish every article into a new database, as `yorisoi ingest` does."""
    corpus, embedder = Corpus(passages), load_embedder()
    engine = open_database(f"sqlite:///{Path(folder) / 'library.db'}")
    migrate(engine)
    started = time.perf_counter()
    for start in range(0, corpus.articles, BATCH):
        with session_scope(engine) as session:
            for number in range(start, min(start + BATCH, corpus.articles)):
                publish(session, corpus.article(number), embedder, TODAY)
    seconds = time.perf_counter() - started
    engine.dispose()
    return {"publish_seconds": round(seconds, 1)}


def search(folder: str, passages: int, queries: int) -> dict[str, Any]:
    """Load the library, ask, change one article at a time, and ask again."""
    corpus, embedder = Corpus(passages), load_embedder()
    engine = open_database(f"sqlite:///{Path(folder) / 'library.db'}")
    library = Library(embedder)
    library.search("温める", language="ja", today=TODAY.date())
    before = memory()
    started = time.perf_counter()
    with read_scope(engine) as session:
        library.load(session)
    loaded = time.perf_counter() - started
    after = memory()
    asked = list(corpus.questions(queries + WARM))
    spent: list[float] = []
    steps: dict[str, list[float]] = defaultdict(list)
    right = 0
    for number, question in enumerate(asked):
        started = time.perf_counter()
        result = library.search(question.text, language=question.language, today=TODAY.date())
        if number >= WARM:
            spent.append((time.perf_counter() - started) * 1_000)
            right += any(_is(question, hit.passage) for hit in result.hits[:5])
            for step, milliseconds in result.milliseconds.items():
                steps[step].append(milliseconds)
    return {
        "passages": len(library.passages()),
        "vectors": len(library._loaded.snapshot.vectors.ids),
        "load_seconds": round(loaded, 1),
        "memory_before_mb": before["memory_mb"], **after,
        "query": spread(spent),
        "query_steps": {step: round(median(own), 2) for step, own in steps.items()},
        "found_among_five": round(right / queries, 3),
        "update": _updates(corpus, library, engine),
    }


def _updates(corpus: Corpus, library: Library, engine: Any) -> dict[str, float]:
    """Seconds from a published article to its being found, in the median."""
    published, refreshed = [], []
    for number in range(UPDATES):
        draft = corpus.article(number, version=2)
        started = time.perf_counter()
        with session_scope(engine) as session:
            publish(session, draft, library.embedder, TODAY)
        middle = time.perf_counter()
        with read_scope(engine) as session:
            library.refresh(session)
        refreshed.append(time.perf_counter() - middle)
        published.append(middle - started)
        found = library.search(draft.title, language=draft.language, today=TODAY.date()).hits
        if draft.article_id not in {hit.passage.article_id for hit in found}:
            raise SystemExit(f"{draft.article_id} was published and is not found.")
    return {"publish": round(median(published), 3), "refresh": round(median(refreshed), 3),
            "slowest_refresh": round(max(refreshed), 3)}


def _is(question: Question, passage: Any) -> bool:
    return (passage.article_id, passage.position) == (question.article, question.position)
