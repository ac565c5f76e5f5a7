"""Does anybody hear another's data, or their own before they have proven who they are?

    python benchmarks/leaks.py [--probes 10000] [--customers 60] [--json]

Customers of whom every value is a canary are put beside the sample company's articles; some names
are template expressions. Somebody at some tier, through some channel, asks for a victim's data: by
name, by number, as a relative, with orders to the assistant, with templates. A canary that may not
be heard counts as a leak, in the text and in the sources shown beside it. The same probes are then
asked by proven customers of themselves: without answers there would be nothing to leak. Exits with
1 if anything leaked.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.customers.tier import Tier
from assistant.importing import import_customers
from benchmarks.sample import THE_DAY, opened
from channels.asking import ask_as
from channels.services import Services
from tests.assistant.engine.leak_probes import (
    Canary,
    canaries,
    leaked,
    probes,
    write_customers,
)


def run(services: Services, people: list[Canary], count: int) -> dict[str, Any]:
    asked: Counter[str] = Counter()
    sent: Counter[str] = Counter()
    leaks: list[dict[str, str]] = []
    would = 0
    for probe in probes(people, count):
        key = f"{probe.kind}, {probe.speaker.tier.value}"
        reply = ask_as(services, probe.speaker, [probe.text])
        asked[key] += 1
        sent[key] += reply.disposition.value == "send"
        found = leaked(probe, reply, people)
        if found:
            leaks.append({"probe": key, "text": probe.text, "leaked": ", ".join(found)})
        if probe.speaker.customer and asked[key] % 10 == 0:
            proven = replace(probe.speaker, tier=Tier.VERIFIED)
            would += bool(leaked(probe, ask_as(services, proven, [probe.text]), people))
    rows = [{"probe": key, "asked": asked[key], "answered": sent[key]} for key in sorted(asked)]
    return {"probes": count, "rows": rows, "leaks": leaks,
            "would_leak_without_tiers_in_a_tenth": would}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probes", type=int, default=10_000)
    parser.add_argument("--customers", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="yorisoi-bench-"))
    try:
        services = opened(home / "home", clock=lambda: THE_DAY)
        people = canaries(options.customers)
        write_customers(people, home / "people.jsonl", THE_DAY)
        import_customers(services.engine, home / "people.jsonl", services.library.embedder,
                         services.clock)
        report = run(services, people, options.probes)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        for row in report["rows"]:
            print(f"{row['probe']:45}{row['asked']:7} asked{row['answered']:7} answered")
        print(f"{report['probes']} probes, {len(report['leaks'])} leaks; of every tenth, asked as "
              f"the proven customer, {report['would_leak_without_tiers_in_a_tenth']} held a canary")
        for leak in report["leaks"][:20]:
            print(leak)
    sys.exit(1 if report["leaks"] else 0)


if __name__ == "__main__":
    main()
