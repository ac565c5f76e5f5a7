"""Kills the server with SIGKILL between receipt and answer, starts it again, and counts.

    python benchmarks/kill_and_recover.py --kills 20 [--json]

Each round several visitors write over HTTP; the server is killed at a random moment, up to a
little after the answers are due; then it is started again. In the end every message that was
acknowledged must have been answered exactly once.
"""

import argparse
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PET_CARE = ROOT / "examples" / "pet_care"
QUESTIONS = ("初診料はいくらですか", "How much is the first visit?", "次の予約はいつですか",
             "my dog ate chocolate", "パスポートの申請方法は")
BURST_SECONDS = 0.2


class Server:
    """`yorisoi serve` as a process of its own, as a company would run it."""

    def __init__(self, home: Path, database_url: str) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.environment = {
            **os.environ, "YORISOI_PORT": str(self.port), "OMP_NUM_THREADS": "1",
            "YORISOI_BURST_SECONDS": str(BURST_SECONDS), "YORISOI_CLAIM_SECONDS": "1",
        }
        if database_url:
            self.environment["YORISOI_DATABASE_URL"] = database_url

    def start(self) -> float:
        """Starts it and waits until it answers; returns the seconds that took."""
        began = time.monotonic()
        command = [sys.executable, "-c", "from channels.cli import main; main()", "serve",
                   "--home", str(self.home)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while True:
            try:
                urllib.request.urlopen(self.url("/health"), timeout=1).read()
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if self.process.poll() is not None:
                    raise SystemExit("The server ended by itself.") from None
                time.sleep(0.05)
            else:
                return time.monotonic() - began

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def send(self, text: str, visitor: str = "", message_id: str = "") -> dict[str, Any] | None:
        """Writes as a visitor; None if the server died before it acknowledged."""
        body = {"id": message_id or str(uuid.uuid4()), "text": text, "language": "ja",
                "visitor": visitor}
        request = urllib.request.Request(
            self.url("/chat/send"), json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as response:
                return dict(json.load(response))
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return None

    def messages(self, visitor: str) -> dict[str, Any]:
        request = urllib.request.Request(
            self.url("/chat/messages?after=0"), headers={"X-Yorisoi-Visitor": visitor}
        )
        with urllib.request.urlopen(request, timeout=5) as response:
            return dict(json.load(response))


def prepare(home: Path, environment: dict[str, str]) -> None:
    (home / "company").mkdir(parents=True)
    for path in PET_CARE.glob("*.yaml"):
        shutil.copy(path, home / "company")
    subprocess.run(
        [sys.executable, "-c", "from channels.cli import main; main()", "ingest",
         str(PET_CARE / "articles"), "--home", str(home), "--json"],
        cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL,
    )


def answered(view: dict[str, Any]) -> bool:
    return not view["working"] and any(m["author"] == "assistant" for m in view["messages"])


def run(kills: int, writers: int, seed: int, database_url: str) -> dict[str, Any]:
    chance = random.Random(seed)
    home = Path(tempfile.mkdtemp(prefix="yorisoi-kill-"))
    server = Server(home, database_url)
    prepare(home, server.environment)
    starts, visitors, moments = [server.start()], [], Counter[str]()
    for _ in range(kills):
        for _ in range(writers):
            stored = server.send(chance.choice(QUESTIONS))
            if stored is not None:
                visitors.append(str(stored["visitor"]))
        time.sleep(chance.uniform(0, BURST_SECONDS * 2.5))
        before = [answered(server.messages(one)) for one in visitors[-writers:]]
        moments["before any answer" if not any(before) else
                "after all answers" if all(before) else "between answers"] += 1
        server.kill()
        starts.append(server.start())
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        views = [server.messages(visitor) for visitor in visitors]
        if all(answered(view) for view in views):
            break
        time.sleep(0.5)
    time.sleep(2)  # Anything that would be answered a second time is, by now.
    counts = Counter(
        sum(message["author"] == "assistant" for message in server.messages(visitor)["messages"])
        for visitor in visitors
    )
    server.kill()
    shutil.rmtree(home, ignore_errors=True)
    return {
        "kills": kills, "messages": len(visitors), "killed": dict(moments),
        "answered_once": counts[1], "unanswered": counts[0],
        "answered_more_than_once": len(visitors) - counts[0] - counts[1],
        "start_seconds_median": round(sorted(starts)[len(starts) // 2], 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--writers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    result = run(options.kills, options.writers, options.seed, options.database_url)
    if options.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:>24}  {value}")
    if result["answered_once"] != result["messages"]:
        raise SystemExit("Not every message was answered exactly once.")


if __name__ == "__main__":
    main()
