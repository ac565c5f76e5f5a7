"""Histories: how long the search of one customer's takes, among how many customers ever."""

import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from assistant.customers.memory import Memory, recall_for, remember
from assistant.database import migrate, open_database, session_scope
from knowledge.embedding import load_embedder
from speed.corpus import Corpus
from speed.process import memory, spread

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LARGE = 1_000  # entries of the customers whose histories are searched
MEASURED = 8
WARM = 10
FULL_BYTES = 4_000_000_000  # more than that of vectors of the others is not worth the disk
CHUNKS = 20


def build(folder: str, customers: int, entries: int) -> dict[str, Any]:
    """Store so many customers with so many entries each, and among them the measured ones.

    The others' entries are written by SQL alone. The measured customers' come in between, so that
    they lie scattered over the table, as they would after years.
    """
    engine = open_database(f"sqlite:///{Path(folder) / 'histories.db'}")
    migrate(engine)
    embedder, corpus = load_embedder(), Corpus(4_000)
    wide = customers * entries * embedder.dimensions * 2 <= FULL_BYTES
    vector_bytes = embedder.dimensions * 2 if wide else 16
    started = time.perf_counter()
    chance = random.Random(7)
    _people(engine, customers + MEASURED)
    per_chunk = -(-customers // CHUNKS)
    for chunk in range(CHUNKS):
        first = MEASURED + chunk * per_chunk
        last = min(MEASURED + customers, first + per_chunk)
        _others(engine, first, last, entries, vector_bytes, embedder.name)
        with session_scope(engine) as session:
            for customer in range(MEASURED):
                own = [_memory(corpus, chance, chunk, at) for at in range(LARGE // CHUNKS)]
                remember(session, customer + 1, own, embedder)
    engine.dispose()
    size = (Path(folder) / "histories.db").stat().st_size
    return {"build_seconds": round(time.perf_counter() - started, 1),
            "rows": customers * entries + MEASURED * LARGE, "database_mb": size // 2**20,
            "vector_bytes_of_others": vector_bytes}


def search(folder: str, customers: int, queries: int) -> dict[str, Any]:
    """Search the histories of the measured customers, and of as many of the others' size."""
    engine = open_database(f"sqlite:///{Path(folder) / 'histories.db'}")
    embedder, corpus = load_embedder(), Corpus(4_000)
    spent = []
    for number, question in enumerate(corpus.questions(queries + WARM)):
        recall = recall_for(engine, number % MEASURED + 1, (embedder,), NOW)
        started = time.perf_counter()
        found = recall(question.text)
        if number >= WARM:
            spent.append((time.perf_counter() - started) * 1_000)
        if len(found) > 3:
            raise SystemExit("More was found than asked for.")
    before = time.perf_counter()
    with session_scope(engine) as session:
        remember(session, 1, [Memory("conversation:new:1", "said", "新しいこと", NOW)], embedder)
    return {"entries_of_one": LARGE, "query": spread(spent), **memory(),
            "remember_ms": round((time.perf_counter() - before) * 1_000, 2)}


def _memory(corpus: Corpus, chance: random.Random, chunk: int, at: int) -> Memory:
    draft = corpus.article(chance.randrange(corpus.articles))
    said = chance.choice(draft.body.splitlines()).lstrip("#? ") or draft.title
    days = timedelta(days=chance.random() * 1_500)
    return Memory(f"conversation:{chunk * 1_000 + at}:1", "said", said, NOW - days)


def _people(engine: Any, count: int) -> None:
    with engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO customer (id, name, language, status, attributes, consents, created_at) "
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
            "SELECT i, '', 'ja', 'member', '{}', '{}', '2026-01-01 00:00:00.000000' FROM n"
        ), {"count": count})


def _others(
    engine: Any, first: int, last: int, entries: int, vector_bytes: int, embedding: str
) -> None:
    """Store the entries of customers first+1 … last."""
    if first >= last:
        return
    with engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO history_entry (customer_id, source, kind, text, at, vector, embedding) "
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :rows) "
            "SELECT :first + 1 + i / :entries, 'conversation:' || (i % :entries) || '\\:1', "
            "'said', '先日の件、ありがとうございました。次回もお願いします。', "
            "'2026-01-01 00:00:00.000000', randomblob(:bytes), :embedding FROM n"
        ), {"rows": (last - first) * entries, "first": first, "entries": entries,
            "bytes": vector_bytes, "embedding": embedding})
