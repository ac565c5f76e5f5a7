"""What the assistant does with the sample company's own questions, answerable and not.

    python benchmarks/sample_company.py [--json]

The articles are taken in fresh. A question counts as right where the section that its author
named is what was sent; the halves are split by the questions' ids: confidence and field weights
were fitted on the first half only.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.customers.tier import Tier
from assistant.engine.turn import Reply
from benchmarks.sample import EVALUATION, opened
from channels.cli.ask import answer
from knowledge.evaluation.questions import Question, read_questions


def outcome(question: Question, reply: Reply) -> str:
    if reply.disposition.value != "send":
        return "suggested" if reply.disposition.value == "suggest" else "handed off"
    cited = {(one.article_id, one.heading) for one in reply.citations}
    if any((question.article, section) in cited for section in question.sections):
        return "sent, right section"
    return "sent, right article" if question.article in {one for one, _ in cited} else "sent, other"


def run() -> dict[str, Any]:
    home = Path(tempfile.mkdtemp(prefix="yorisoi-bench-"))
    services = opened(home / "home")
    files = sorted((EVALUATION / "retrieval").glob("*.jsonl"))
    asked = [question for file in files for question in read_questions(file)]
    # Those that only one language may answer need a library without translations.
    questions = [question for question in asked if not question.articles_in]
    stray = list(read_questions(EVALUATION / "out_of_scope.jsonl"))
    halves: dict[str, Counter[str]] = {}
    for question in [*questions, *stray]:
        reply = answer(services, question.text, "", "web_chat", Tier.ANONYMOUS)
        kind = "answerable" if question.article else "out of scope"
        half = "fitted" if question.for_fitting else "held out"
        halves.setdefault(f"{kind}, {half} half", Counter())[outcome(question, reply)] += 1
    shutil.rmtree(home, ignore_errors=True)
    return {half: dict(counts.most_common()) for half, counts in sorted(halves.items())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    result = run()
    if parser.parse_args().json:
        print(json.dumps(result, ensure_ascii=False))
        return
    for half, counts in result.items():
        print(f"{half} ({sum(counts.values())})")
        for name, count in counts.items():
            print(f"  {name:<22}{count:4}  {count / sum(counts.values()):.3f}")


if __name__ == "__main__":
    main()
