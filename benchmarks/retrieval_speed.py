"""How fast the three memories answer, by size, beside FAISS and bm25s called by hand.

    python benchmarks/retrieval_speed.py [--sizes 1000,10000,100000] [--customers 1000,100000]
        [--queries 300] [--json]

Each measure runs in a process of its own, on one core, on a database in a file. A query is all in:
normalize, analyse, embed, search words and vectors, fuse, filter, give reasons. The articles are
made of the sample company's sentences (benchmarks/speed/corpus.py); customers have 50 entries each,
those whose history is searched 1,000. The limit is measured if bm25s is installed (the extra
`bench`).
"""

import argparse
import importlib.util
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from speed import by_hand, histories, library
from speed.process import measured, on_one_core

ENTRIES = 50
MEASURES: dict[str, Callable[..., dict[str, Any]]] = {
    "library build": library.build, "library search": library.search, "by hand": by_hand.ask,
    "histories build": histories.build, "histories search": histories.search,
}


def structures(passages: int) -> list[str]:
    """What a person would choose by hand, and what compares everything."""
    lists = 2 ** round((passages * 6) ** 0.5).bit_length() // 2
    return ["Flat"] if passages < 10_000 else ["Flat", f"IVF{lists},SQ8"]


def of_library(passages: int, queries: int, folder: Path) -> dict[str, Any]:
    given = {"folder": str(folder), "passages": passages}
    result = {"size": passages, **measured("library build", **given),
              **measured("library search", **given, queries=queries)}
    if importlib.util.find_spec("bm25s") is not None:
        result["by_hand"] = [
            measured("by hand", **given, queries=queries, structure=structure)
            for structure in structures(passages)
        ]
    return result


def of_histories(customers: int, queries: int, folder: Path) -> dict[str, Any]:
    given = {"folder": str(folder), "customers": customers}
    return {"customers": customers, "entries_each": ENTRIES,
            **measured("histories build", **given, entries=ENTRIES),
            **measured("histories search", **given, queries=queries)}


def table(result: dict[str, Any]) -> str:
    lines = ["passages  vectors  publish  load  memory  median   p95    p99   refresh  by hand"]
    for one in result["articles"]:
        hands = ", ".join(f"{hand['structure']} {hand['query']['median']} ms"
                          for hand in one.get("by_hand", ()))
        query, update = one["query"], one["update"]
        lines.append(
            f"{one['size']:8,} {one['vectors']:8,} {one['publish_seconds']:6.0f} s "
            f"{one['load_seconds']:4.0f} s {one['memory_mb']:4} MB {query['median']:5.1f} "
            f"{query['p95']:6.1f} {query['p99']:6.1f} ms {update['refresh']:6.3f} s  {hands}"
        )
        steps = ", ".join(f"{step} {ms}" for step, ms in one["query_steps"].items())
        lines.append(f"          milliseconds by step: {steps}; the intended section among five: "
                     f"{one['found_among_five']}; highest memory {one['peak_mb']} MB")
    lines += ["", "customers       rows  database  one history of 1,000: median   p95   p99"]
    for one in result["histories"]:
        query = one["query"]
        lines.append(f"{one['customers']:9,} {one['rows']:10,} {one['database_mb']:6,} MB "
                     f"{query['median']:29.1f} {query['p95']:5.1f} {query['p99']:5.1f} ms")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000", help="numbers of passages")
    parser.add_argument("--customers", default="1000,10000")
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--given", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        on_one_core()
        print(json.dumps(MEASURES[options.measure](**json.loads(options.given))))
        return
    sizes, customers = (
        [int(size) for size in given.split(",") if size]
        for given in (options.sizes, options.customers)
    )
    result: dict[str, Any] = {"articles": [], "histories": []}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="yorisoi-speed-") as folder:
            result["articles"].append(of_library(size, options.queries, Path(folder)))
    for size in customers:
        with tempfile.TemporaryDirectory(prefix="yorisoi-speed-") as folder:
            result["histories"].append(of_histories(size, options.queries, Path(folder)))
    print(json.dumps(result) if options.json else table(result))


if __name__ == "__main__":
    main()
