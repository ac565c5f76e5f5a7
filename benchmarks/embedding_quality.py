"""What the embedding finds alone: `python -m benchmarks.embedding_quality --data ../shared/data`.

For each BEIR-layout set the questions are compared with whole texts by cosine, nothing else.
"""

import argparse
import json
import resource
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedding import Embedder, load_embedder

SETS = [
    "amagasaki-faq",
    "jsquad-valid",
    *(f"python-faq-{pair}" for pair in ("ja2ja", "en2en", "ja2en", "en2ja")),
]


def main() -> None:
    """Print a table, or with --json one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--embedding", help="a name or folder; the bundled one if left out")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not (options.data / "beir").is_dir():
        print(f"Skipped: {options.data} has no folder beir; name the data with --data.")
        return
    start = time.perf_counter()
    embedder = load_embedder(options.embedding)
    embedder.embed(["準備 ready"])
    load_seconds = time.perf_counter() - start
    report: dict[str, Any] = {"embedding": embedder.name, "load_s": round(load_seconds, 2)}
    report["sets"] = {name: beir(embedder, options.data / "beir" / name) for name in SETS}
    report["sets"] |= sentence_retrieval(embedder, options.data / "small_parallel_enja/dev.tsv")
    report["query_ms"] = round(milliseconds_a_query(embedder, options.data), 3)
    report["peak_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(report, ensure_ascii=False) if options.json else _table(report))


def beir(embedder: Embedder, folder: Path) -> dict[str, float]:
    """Return P@1, Recall@10 and nDCG@10 over the queries with a judgment, as BEIR counts them."""
    documents = _lines(folder / "corpus.jsonl")
    queries = {row["_id"]: row["text"] for row in _lines(folder / "queries.jsonl")}
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels/test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            judged[query][document] = int(grade)
    asked = [query for query in queries if query in judged]
    texts = [f"{row.get('title', '')}\n{row['text']}" for row in documents]
    scores = embedder.embed([queries[query] for query in asked]) @ embedder.embed(texts).T
    top = np.argsort(-scores, axis=1, kind="stable")[:, :10]
    ids = [row["_id"] for row in documents]
    ranked = zip(asked, top.tolist(), strict=True)
    measures = [_measures([ids[at] for at in row], judged[query]) for query, row in ranked]
    names = ("P@1", "R@10", "nDCG@10")
    means = np.mean(measures, axis=0).tolist()
    return {name: round(value, 3) for name, value in zip(names, means, strict=True)}


def _measures(found: list[str], judged: dict[str, int]) -> tuple[float, float, float]:
    gains = [judged.get(document, 0) for document in found]
    discounts = 1 / np.log2(np.arange(2, 12))
    ideal = sorted(judged.values(), reverse=True)[:10]
    ndcg = float(np.dot(gains, discounts[: len(gains)]) / np.dot(ideal, discounts[: len(ideal)]))
    return float(gains[0] > 0), sum(gain > 0 for gain in gains) / len(judged), ndcg


def sentence_retrieval(embedder: Embedder, path: Path) -> dict[str, dict[str, float]]:
    """Return P@1 of finding each sentence's translation among all, both ways."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    english = embedder.embed([row[0] for row in rows])
    japanese = embedder.embed([row[1].replace(" ", "") for row in rows])
    scores = japanese @ english.T
    right = np.arange(len(rows))
    return {
        f"tanaka-{len(rows)}-ja2en": {"P@1": round(float((scores.argmax(1) == right).mean()), 3)},
        f"tanaka-{len(rows)}-en2ja": {"P@1": round(float((scores.argmax(0) == right).mean()), 3)},
    }


def milliseconds_a_query(embedder: Embedder, data: Path) -> float:
    """Return the median time to embed one question by itself."""
    times = []
    for row in _lines(data / "beir/amagasaki-faq/queries.jsonl")[:200]:
        start = time.perf_counter()
        embedder.embed([row["text"]])
        times.append(time.perf_counter() - start)
    return float(np.median(times)) * 1000


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _table(report: dict[str, Any]) -> str:
    head = f"{report['embedding']}: loaded in {report['load_s']} s, {report['query_ms']} ms a query"
    head += f", peak {report['peak_rss_mb']} MB"
    lines = [head, f"{'':20}{'P@1':>8}{'R@10':>8}{'nDCG@10':>8}"]
    for name, row in report["sets"].items():
        cells = "".join(f"{row.get(key, ''):>8}" for key in ("P@1", "R@10", "nDCG@10"))
        lines.append(f"{name:20}{cells}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
