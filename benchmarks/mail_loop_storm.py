"""A storm of programs that answer what we answer: how many replies leave, and which cap stops them.

    python benchmarks/mail_loop_storm.py --mails 10000 [--json]

Autoresponders that say so and that hide it, an out-of-office without any header, ping-pong with
changing bodies, senders that vary by a tag, a machine or a domain, a mailing list, bounces; and
people in the midst of them. Time is simulated, a mail a second; everything else is the real thing:
receiver, engine with the sample company's articles, outbox, caps and an SMTP relay on the loopback.
Exits with 1 if more went out than a cap allows, counted anew from what was sent.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from assistant.database import session_scope  # noqa: E402
from assistant.settings import load_settings  # noqa: E402
from channels.services import Services, open_services  # noqa: E402
from knowledge.articles.ingest import ingest  # noqa: E402
from tests.channels.email.storm import SUPPORT, Storm, sink  # noqa: E402

PET_CARE = ROOT / "examples" / "pet_care"


class Clock:
    """Simulated time, from a Monday noon in Tokyo on."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def forward(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def house(home: Path, clock: Clock, database_url: str) -> Services:
    """The sample company with all its articles and no customer."""
    (home / "company").mkdir(parents=True)
    for path in PET_CARE.glob("*.yaml"):
        shutil.copy(path, home / "company")
    services = open_services(
        load_settings(home, database_url=database_url, mail_address=SUPPORT), clock)
    with session_scope(services.engine) as session:
        ingest(session, [PET_CARE / "articles"], services.library.embedder, services.check)
    with session_scope(services.engine) as session:
        services.library.refresh(session)
    return services


def run(mails: int, seed: int, database_url: str) -> dict[str, Any]:
    clock, home = Clock(), Path(tempfile.mkdtemp(prefix="yorisoi-storm-"))
    services = house(home, clock, database_url)
    began = time.monotonic()
    with sink() as (kept, port):
        report = Storm(services, port, kept, clock.forward, seed).run(mails)
    seconds = time.monotonic() - began
    services.engine.dispose()
    shutil.rmtree(home, ignore_errors=True)
    return report | {"seconds": round(seconds, 1), "mails_a_second": round(mails / seconds, 1)}


def table(report: dict[str, Any]) -> None:
    columns = ("in", "ignored", "sent", "cap_of_conversation", "cap_of_address", "cap_of_body",
               "cap_of_domain", "to a person")
    heads = ("in", "ignored", "sent", "conversation", "address", "body", "domain", "person")
    print(f"{'program':<34}" + "".join(f"{head:>13}" for head in heads))
    totals = dict.fromkeys(columns, 0)
    for name, counts in report["programs"].items():
        print(f"{name:<34}" + "".join(f"{counts.get(one, 0):>13}" for one in columns))
        for one in columns:
            totals[one] += counts.get(one, 0)
    print(f"{'together':<34}" + "".join(f"{totals[one]:>13}" for one in columns) + "\n")
    for one in report["most"]:
        print(f"{one['rule']:<22}{one['span']:>16}   allowed {one['cap']:>5}   "
              f"most in any such time {one['most']:>5}")
    print(f"\n{report['mails']} mails in {report['seconds']} s "
          f"({report['mails_a_second']} a second); {report['sent']} replies left")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = run(options.mails, options.seed, options.database_url)
    if options.json:
        print(json.dumps(report))
    else:
        table(report)
    if any(one["most"] > one["cap"] for one in report["most"]):
        raise SystemExit("More went out than a cap allows.")


if __name__ == "__main__":
    main()
