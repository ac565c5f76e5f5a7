"""The sample company's questions with and without a small language model on this machine.

    python benchmarks/local_model.py --cache FOLDER [--questions 40] [--seconds 60] [--json]
    python benchmarks/local_model.py --model-url http://127.0.0.1:8080/v1

With `--cache` the model (1.1 GB) is fetched into that folder and served from there; needs the
packages of [model] and xllamacpp. The questions are of the half that nothing was fitted on, as many
Japanese as English, asked by mail, where a draft is written for operators, too. Each is answered
without the model and with it; then the server is killed in the middle of an answer. Without either
option nothing is done.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from assistant.customers.tier import Tier  # noqa: E402
from assistant.database import session_scope  # noqa: E402
from assistant.engine.turn import Reply  # noqa: E402
from assistant.engine.writing.chat import ChatModel, Piece, Prompt  # noqa: E402
from assistant.language_model import load_model  # noqa: E402
from assistant.settings import Settings, load_settings  # noqa: E402
from benchmarks.local.server import NAME, LocalServer, fetch  # noqa: E402
from channels.cli.ask import answer  # noqa: E402
from channels.services import Services, open_services  # noqa: E402
from knowledge.articles.ingest import ingest  # noqa: E402
from knowledge.evaluation.questions import Question, read_questions  # noqa: E402

PET_CARE = ROOT / "examples" / "pet_care"


class Watched:
    """A model that tells when its first words come."""

    def __init__(self, model: ChatModel, at_first: Callable[[], None]) -> None:
        self.name = model.name
        self._model = model
        self._at_first = at_first

    def stream(self, prompt: Prompt) -> Iterator[Piece]:
        """The pieces of the model."""
        told = False
        for piece in self._model.stream(prompt):
            yield piece
            if piece.text and not told:
                told = True
                self._at_first()


def opened(settings: Settings) -> Services:
    (settings.home / "company").mkdir(parents=True)
    for path in PET_CARE.glob("*.yaml"):
        shutil.copy(path, settings.home / "company")
    services = open_services(settings.model_copy(update={"model": "", "model_url": ""}))
    with session_scope(services.engine) as session:
        ingest(session, [PET_CARE / "articles"], services.library.embedder, services.check)
    with session_scope(services.engine) as session:
        services.library.refresh(session)
    return services


def chosen(most: int) -> list[Question]:
    """Questions of the half that nothing was fitted on, spread over all of them."""
    files = sorted((PET_CARE / "evaluation" / "retrieval").glob("*.jsonl"))
    held_out = [question for file in files for question in read_questions(file)
                if not question.for_fitting and not question.articles_in]
    found: list[Question] = []
    for language in ("ja", "en"):
        own = [question for question in held_out if question.language == language]
        count = min(most // 2, len(own))
        found += [own[place * len(own) // count] for place in range(count)]
    return found


def asked(services: Services, question: str) -> tuple[Reply, float]:
    start = time.perf_counter()
    reply = answer(services, question, "", "email", Tier.ANONYMOUS)
    return reply, (time.perf_counter() - start) * 1000


def row(question: Question, plain: Services, with_model: Services) -> dict[str, Any]:
    without, spent = asked(plain, question.text)
    reply, spent_with = asked(with_model, question.text)
    return {
        "question": question.text, "language": question.language,
        "without": without.disposition.value, "with": reply.disposition.value,
        "ms_without": round(spent, 1), "ms_with": round(spent_with, 1),
        "call": reply.model.as_data() if reply.model else None,
        "draft": reply.draft, "draft_without": without.draft,
    }


def killed(settings: Settings, server: LocalServer, question: Question, plain: Services
           ) -> dict[str, Any]:
    """One question whose answer is cut: the server is killed at its first words."""
    model = load_model(settings)
    assert model is not None
    services = open_services(settings, model=Watched(model, server.kill))
    reply, spent = asked(services, question.text)
    without, _ = asked(plain, question.text)
    call = reply.model.as_data() if reply.model else {}
    return {"question": question.text, "call": call, "ms": round(spent, 1),
            "answered_as_without": reply.text == without.text, "text": reply.text}


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    calls = [one["call"] for one in rows if one["call"]]
    kinds = Counter(
        call["outcome"] + (f": {call['why']}" if call["why"] else "") for call in calls)
    first = [call["first_ms"] for call in calls if call["first_ms"] is not None]
    return {
        "questions": len(rows), "asked_of_the_model": len(calls),
        "used": sum(call["outcome"] == "used" for call in calls) / max(1, len(calls)),
        "outcomes": dict(kinds.most_common()),
        "lowered": sum(one["without"] != one["with"] for one in rows),
        "first_ms": statistics.median(first) if first else None,
        "last_ms": statistics.median([call["last_ms"] for call in calls]) if calls else None,
        "ms_without": statistics.median([one["ms_without"] for one in rows]),
        "tokens_in": statistics.median([call["tokens_in"] or 0 for call in calls] or [0]),
        "tokens_out": statistics.median([call["tokens_out"] or 0 for call in calls] or [0]),
    }


def run(options: argparse.Namespace) -> dict[str, Any]:
    server = None
    url = options.model_url
    if not url:
        server = LocalServer(fetch(options.cache), options.threads)
        url = server.url
    home = Path(tempfile.mkdtemp(prefix="yorisoi-model-"))
    try:
        settings = load_settings(
            home, model=f"openai:{options.model}", model_url=url,
            model_seconds=options.seconds, claim_seconds=options.seconds + 30)
        plain = opened(settings)
        with_model = open_services(settings)
        questions = chosen(options.questions)
        rows = []
        for number, question in enumerate(questions, 1):
            rows.append(row(question, plain, with_model))
            call = rows[-1]["call"] or {"outcome": "not asked", "why": "", "last_ms": 0}
            print(f"{number}/{len(questions)} {call['outcome']} {call['why']} "
                  f"{call['last_ms'] / 1000:.1f} s", file=sys.stderr, flush=True)
        report: dict[str, Any] = {
            "model": options.model, "all": summary(rows),
            **{language: summary([one for one in rows if one["language"] == language])
               for language in ("ja", "en")}, "rows": rows,
        }
        reached = [question for question, one in zip(questions, rows, strict=True) if one["call"]]
        if server is not None and reached:
            report["killed"] = killed(settings, server, reached[0], plain)
        return report
    finally:
        if server is not None:
            server.kill()
        shutil.rmtree(home, ignore_errors=True)


def show(report: dict[str, Any]) -> None:
    print(f"{report['model']}\n{'':22}{'all':>10}{'ja':>10}{'en':>10}")
    for name in ("questions", "asked_of_the_model", "used", "lowered", "first_ms", "last_ms",
                 "ms_without", "tokens_in", "tokens_out"):
        values = [report[part][name] for part in ("all", "ja", "en")]
        shown = ["–" if v is None else f"{v:.2f}" if name == "used" else f"{v:.0f}"
                 for v in values]
        print(f"{name:22}" + "".join(f"{value:>10}" for value in shown))
    kinds = sorted({kind for part in ("ja", "en") for kind in report[part]["outcomes"]})
    for kind in kinds:
        counts = [report[part]["outcomes"].get(kind, 0) for part in ("all", "ja", "en")]
        print(f"  {kind:20}" + "".join(f"{count:>10}" for count in counts))
    if "killed" in report:
        cut = report["killed"]
        same = "the extractive answer" if cut["answered_as_without"] else "ANOTHER ANSWER"
        print(f"server killed in mid-answer ({cut['call'].get('why')}): the customer got {same} "
              f"after {cut['ms']:.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, help="a folder outside the repository")
    parser.add_argument("--model-url", default="", help="a server that runs already")
    parser.add_argument("--model", default=NAME)
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.cache is None and not options.model_url:
        print("Passed over: name a folder for the model with --cache, or a server with "
              "--model-url.")
        return
    if options.cache is not None:
        options.cache.mkdir(parents=True, exist_ok=True)
    report = run(options)
    if options.json:
        print(json.dumps(report, ensure_ascii=False))
        return
    show(report)


if __name__ == "__main__":
    main()
