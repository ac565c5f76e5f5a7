"""The same questions by six customers, side by side, in both languages: to be read as that person.

    python benchmarks/six_customers.py [--question TEXT …] [--json]

A prospect, the owner of a new puppy, a member with two cats, a former member, a VIP with three pets
and somebody whose dog has died ask; each answer is shown with its reason and the facts used.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.customers.tier import Tier
from benchmarks.sample import THE_DAY, opened
from channels.asking import Speaker, ask_as
from channels.services import Services

SIX = {
    "C-0002": "prospect", "C-0005": "new puppy", "C-0003": "two cats", "C-0004": "former member",
    "C-0006": "VIP, three pets", "C-0007": "bereaved",
}
QUESTIONS = (
    ("ワクチンはいくらですか？", "How much is the vaccination?"),
    ("会員になるとどんな特典がありますか？", "What do I get as a member?"),
    ("ペットホテルの料金を教えてください", "How much is the pet hotel?"),
    ("次の予約はいつですか？", "When is my next appointment?"),
    ("健康診断は受けたほうがいいですか？", "Should we have a health check?"),
)


def asked(services: Services, questions: list[tuple[str, ...]]) -> list[dict[str, Any]]:
    rows = []
    for pair in questions:
        for question in pair:
            for number, who in SIX.items():
                reply = ask_as(services, Speaker(number, Tier.VERIFIED), [question])
                rows.append({
                    "question": question, "customer": f"{number} {who}",
                    "disposition": reply.disposition.value,
                    "confidence": round(reply.confidence, 2), "reason": reply.reason,
                    "source": ", ".join(f"{c.title} – {c.heading}" for c in reply.citations),
                    "facts": ", ".join(f"{one.name}={one.value}" for one in reply.facts_used),
                    "text": reply.text, "draft": reply.draft,
                })
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--question", action="append")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="yorisoi-bench-"))
    try:
        services = opened(home / "home", people=True, clock=lambda: THE_DAY)
        given = [(one,) for one in options.question or ()]
        rows = asked(services, given or list(QUESTIONS))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if options.json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    question = ""
    for row in rows:
        if row["question"] != question:
            question = row["question"]
            print(f"\n=== {question}")
        print(f"\n--- {row['customer']}: {row['disposition']} {row['confidence']}")
        print(f"    {row['source']}")
        print(f"    {row['reason']}" + (f" [{row['facts']}]" if row["facts"] else ""))
        print(row["text"])
        if row["disposition"] != "send":
            print(f"(draft) {row['draft']}")


if __name__ == "__main__":
    main()
