"""Real mail servers: a Dovecot and an SMTP server on the loopback, with `yorisoi serve` between.

    python benchmarks/mail_servers.py [--only idle,cuts,kills,restarts,mailbox] [--mailbox 20000]

- idle: a mail is put into the mailbox; how long until the answer has reached the SMTP server?
- cuts: the line is cut at every step of IMAP and of SMTP, before and after the server hears of it.
- kills: our process is killed with SIGKILL while mail comes in, and started again.
- restarts: Dovecot and the SMTP server are stopped and started again while mail comes in.
- mailbox: a mailbox of 20,000, read with the line cut; then again with a new UIDVALIDITY.

Counts what was lost (neither answered nor shown to a person) and what was answered twice; exits
with 1 if there is any. Needs Dovecot (Debian: dovecot-imapd) and the [test] packages.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.channels.email.cutting_proxy import CuttingProxy  # noqa: E402
from tests.channels.email.dovecot import LOGIN, PASSWORD, Dovecot, program  # noqa: E402
from tests.channels.email.serving import Desk, Postbox, mail, median, store  # noqa: E402

# The pauses of the fetcher and of the outbox grow with each cut.
PATIENCE = 420.0


def idle(desk: Desk, count: int) -> dict[str, Any]:
    """Seconds from the moment the mailbox has the mail until the answer has arrived."""
    seconds = []
    for number in range(count):
        raw, message_id = mail(f"idle-{number}")
        desk.dovecot.append(raw)
        began = time.monotonic()
        desk.wait_for(lambda wanted=message_id: desk.postbox.answers(wanted))
        seconds.append(time.monotonic() - began)
    return {"mails": count, "median_seconds": round(median(seconds), 2),
            "most_seconds": round(max(seconds), 2)}


def kills(desk: Desk, rounds: int) -> dict[str, Any]:
    """SIGKILL at moments between the arrival and the answer."""
    ids = []
    for number in range(rounds):
        for one in range(3):
            raw, message_id = mail(f"kill-{number}-{one}")
            desk.dovecot.append(raw)
            ids.append(message_id)
        time.sleep(number % 7 * 0.15)
        desk.kill()
        desk.start()
    return {"kills": rounds} | _settled(desk, ids)


def restarts(desk: Desk, rounds: int) -> dict[str, Any]:
    """The servers go away and come back while mail arrives."""
    ids = []
    for number in range(rounds):
        for one in range(3):
            raw, message_id = mail(f"restart-{number}-{one}")
            desk.dovecot.append(raw)
            ids.append(message_id)
        time.sleep(number % 5 * 0.1)
        if number % 2:
            desk.dovecot.stop()
            desk.dovecot.start()
        else:
            desk.postbox.stop()
            time.sleep(0.5)
            desk.postbox.start()
    return {"restarts": rounds} | _settled(desk, ids)


def cuts(desk: Desk) -> dict[str, Any]:
    """Each step of IMAP and of SMTP, the command lost or its answer."""
    report: dict[str, Any] = {}
    for name, proxy in (("imap", desk.imap_proxy), ("smtp", desk.smtp_proxy)):
        ids, before = [], proxy.cuts
        for lost in ("command", "answer"):
            for step in range(1, 13):
                # The step counts from the beginning of a connection; the last ones of IMAP are
                # reached only while somebody waits for news.
                made = proxy.cuts
                proxy.drop()
                proxy.cut(step, lost)
                raw, message_id = mail(f"cut-{name}-{lost}-{step}")
                desk.dovecot.append(raw)
                ids.append(message_id)
                desk.wait_for(lambda so_far=made, at=proxy: at.cuts > so_far, 8, must=False)
        proxy.forget()
        report[name] = {"cuts": proxy.cuts - before} | _settled(desk, ids)
    return report


def _settled(desk: Desk, ids: list[str]) -> dict[str, Any]:
    """Waits until each mail is answered or shown to a person, and counts."""
    desk.wait_for(lambda: not (set(ids) - desk.postbox.answered() - desk.to_a_person()),
                  PATIENCE, must=False)
    time.sleep(3)  # Whatever would go out a second time has by now.
    answers = {one: len(desk.postbox.answers(one)) for one in ids}
    person = desk.to_a_person()
    return {
        "mails": len(ids), "answered_once": sum(one == 1 for one in answers.values()),
        "answered_twice": sum(one > 1 for one in answers.values()),
        "left_to_a_person": sum(answers[one] == 0 and one in person for one in ids),
        "lost": sum(answers[one] == 0 and one not in person for one in ids),
    }


def mailbox(dovecot: Dovecot, count: int) -> dict[str, Any]:
    """Everything in it is stored once, although the line breaks and the numbers change."""
    proxy = CuttingProxy(dovecot.port)
    url = f"imap://{LOGIN}:{PASSWORD}@127.0.0.1:{proxy.port}"
    dovecot.fill([mail(f"many-{number}")[0] for number in range(count)])
    report = store(url, proxy, count, lambda: _renumber(dovecot))
    proxy.close()
    return report


def _renumber(dovecot: Dovecot) -> None:
    dovecot.stop()
    dovecot.renumber()
    dovecot.start()


def run(only: set[str], size: int, rounds: int) -> dict[str, Any]:
    report: dict[str, Any] = {}
    dovecot = Dovecot()
    dovecot.start()
    try:
        if only & {"idle", "kills", "restarts", "cuts"}:
            home = Path(tempfile.mkdtemp(prefix="yorisoi-mail-"))
            with Desk(home, dovecot, Postbox()) as desk:
                for name, measure in (
                    ("idle", lambda: idle(desk, rounds)), ("cuts", lambda: cuts(desk)),
                    ("kills", lambda: kills(desk, rounds)),
                    ("restarts", lambda: restarts(desk, max(2, rounds // 2))),
                ):
                    if name in only:
                        report[name] = measure()
                        print(f"· {name} done", file=sys.stderr)
        if "mailbox" in only:
            report["mailbox"] = mailbox(dovecot, size)
    finally:
        dovecot.remove()
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="idle,cuts,kills,restarts,mailbox")
    parser.add_argument("--mailbox", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if program() is None:
        print("Dovecot is not installed (Debian: apt-get install dovecot-imapd); nothing measured.")
        return
    report = run(set(options.only.split(",")), options.mailbox, options.rounds)
    print(json.dumps(report) if options.json else _table(report))
    if _sum(report, "lost") or _sum(report, "answered_twice"):
        raise SystemExit("Something was lost or answered twice.")


def _table(report: dict[str, Any]) -> str:
    lines = []
    for name, found in report.items():
        parts = found if all(isinstance(one, dict) for one in found.values()) else {"": found}
        for part, values in parts.items():
            lines += [f"{name} {part}".strip()] + [f"{key:>28}  {value}"
                                                   for key, value in values.items()]
    return "\n".join(lines)


def _sum(report: Any, key: str) -> int:
    if not isinstance(report, dict):
        return 0
    return sum(int(value) if name == key else _sum(value, key) for name, value in report.items())


if __name__ == "__main__":
    main()
