"""`yorisoi serve` as a process between real servers, for benchmarks/mail_servers.py."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from sqlmodel import func, select

from assistant.company import load_company
from assistant.conversations.inbox import Inbox
from assistant.conversations.mailboxes import MailboxStates
from assistant.conversations.models import Conversation, Message, Mode
from assistant.database import migrate, open_database, read_scope
from assistant.events import Hub
from assistant.settings import load_settings
from channels.email.fetching import MailFetcher, mailboxes
from channels.email.receiving import MailReceiver
from tests.channels.email.cutting_proxy import CuttingProxy
from tests.channels.email.dovecot import LOGIN, PASSWORD, Dovecot

ROOT = Path(__file__).resolve().parents[3]
PET_CARE = ROOT / "examples" / "pet_care"
SUPPORT = "support@harunowa.example"
YORISOI = [sys.executable, "-c", "from channels.cli import main; main()"]


def mail(name: str) -> tuple[bytes, str]:
    """A person's question with an id of this name, and that id without its brackets."""
    message, message_id = EmailMessage(), f"{name}@people.example"
    message["From"] = f"{name}@{name}.people-{name}.example"
    message["To"] = SUPPORT
    message["Subject"] = "First visit"
    message["Message-ID"] = f"<{message_id}>"
    # Letters of its own: the same text from many people would be held by a cap.
    word = "".join(chr(ord("a") + int(one)) if one.isdigit() else one for one in name)
    message.set_content(f"How much is the first visit?\n\n{word}")
    return message.as_bytes(), message_id


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


class Postbox:
    """The SMTP server that takes the answers; it can be stopped and started again."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self._taken: dict[str, list[str]] = defaultdict(list)
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        taken = message_from_bytes(envelope.original_content)
        self._taken[str(taken["In-Reply-To"]).strip("<>")].append(str(taken["Message-ID"]))
        return "250 OK"

    def answers(self, message_id: str) -> list[str]:
        """The ids of all answers to this mail, one that came twice twice."""
        return list(self._taken.get(message_id, ()))

    def answered(self) -> set[str]:
        return set(self._taken)


class LiveProxy(CuttingProxy):
    """A proxy whose open connections can be dropped, so that the next one begins anew."""

    def drop(self) -> None:
        for one in tuple(self._open):
            with_shutdown(one)


def with_shutdown(one: socket.socket) -> None:
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


class Desk:
    """`yorisoi serve` between the two servers, each behind a proxy."""

    def __init__(self, home: Path, dovecot: Dovecot, postbox: Postbox) -> None:
        self.home, self.dovecot, self.postbox = home, dovecot, postbox
        postbox.start()
        self.imap_proxy, self.smtp_proxy = LiveProxy(dovecot.port), LiveProxy(postbox.port)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = int(probe.getsockname()[1])
        (home / "company").mkdir(parents=True)
        for path in PET_CARE.glob("*.yaml"):
            shutil.copy(path, home / "company")
        imap = f"imap://{LOGIN}:{PASSWORD}@127.0.0.1:{self.imap_proxy.port}"
        (home / "settings.env").write_text("\n".join([
            f"YORISOI_PORT={self._port}", f"YORISOI_MAIL_ADDRESS={SUPPORT}",
            f"YORISOI_IMAP_URL={imap}", "YORISOI_CLAIM_SECONDS=5",
            f"YORISOI_SMTP_URL=smtp://127.0.0.1:{self.smtp_proxy.port}",
            "YORISOI_MAIL_CAP_DOMAIN=100000/1h", "YORISOI_MAIL_CAP_BODY=100000/1h", "",
        ]))
        subprocess.run([*YORISOI, "ingest", str(PET_CARE / "articles"), "--home", str(home),
                        "--json"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        self._database = open_database(load_settings(home).database)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Desk":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.postbox.stop()
        self.imap_proxy.close()
        self.smtp_proxy.close()
        self._database.dispose()
        shutil.rmtree(self.home, ignore_errors=True)

    def start(self) -> None:
        """Starts it and waits until it answers."""
        with (self.home / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*YORISOI, "serve", "--home", str(self.home)], cwd=ROOT, stdout=log, stderr=log,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )
        self.wait_for(self._answers)

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def to_a_person(self) -> set[str]:
        """The ids of mails whose conversation waits for a person."""
        with read_scope(self._database) as session:
            rows = session.exec(
                select(Message.external_id)
                .join(Conversation, Message.conversation_id == Conversation.id)  # type: ignore[arg-type]
                .where(Message.direction == "incoming", Conversation.mode == Mode.MANUAL)
            )
            return set(rows.all())

    def wait_for(
        self, look: Callable[[], Any], seconds: float = 120.0, *, must: bool = True
    ) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if look():
                return
            time.sleep(0.02)
        if must:
            log = (self.home / "serve.log").read_text(errors="replace")[-2000:]
            raise SystemExit(f"It never came. The log ends with:\n{log}")

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self._port}/health", timeout=1).read()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
        return True


def store(
    url: str, proxy: CuttingProxy, count: int, renumber: Callable[[], None]
) -> dict[str, Any]:
    """Reads a whole mailbox with one fetcher, the line cut five times; then all of it again after
    its mails have new numbers."""
    home = Path(os.environ.get("TMPDIR", "/tmp")) / f"yorisoi-mailbox-{os.getpid()}"
    (home / "company").mkdir(parents=True)
    for path in PET_CARE.glob("*.yaml"):
        shutil.copy(path, home / "company")
    settings = load_settings(home, imap_url=url, mail_address=SUPPORT)
    database = open_database(settings.database)
    migrate(database)

    def now() -> datetime:
        return datetime.now(UTC)

    inbox = Inbox(database, Hub(), now, burst_seconds=0.0, language="ja")
    receiver = MailReceiver(inbox, settings, load_company(settings.company_folder), now)
    [(address, folder)] = mailboxes(settings)
    fetcher = MailFetcher(address, folder, settings, receiver, MailboxStates(database, now), now)
    began = time.monotonic()
    for cut in range(5):
        proxy.cut(20 + cut * count // 8, "answer" if cut % 2 else "command")
        _read(fetcher)
    proxy.forget()
    while _read(fetcher) != 0:
        pass
    first = time.monotonic() - began
    stored = _count(database)
    renumber()
    began = time.monotonic()
    while _read(fetcher) != 0 and time.monotonic() - began < first * 4 + 60:
        pass
    report = {
        "mails": count, "line_cut": proxy.cuts, "stored": stored, "seconds": round(first, 1),
        "mails_a_second": round(count / first, 1), "seconds_after_new_numbers":
        round(time.monotonic() - began, 1), "stored_after_new_numbers": _count(database),
        "lost": max(0, count - stored), "answered_twice": max(0, _count(database) - count),
    }
    database.dispose()
    shutil.rmtree(home, ignore_errors=True)
    return report


def _read(fetcher: MailFetcher) -> int:
    try:
        return fetcher.fetch_once()
    except Exception:  # the line was cut: as the fetcher's own loop, look again
        return -1


def _count(database: Any) -> int:
    with read_scope(database) as session:
        return session.exec(select(func.count()).select_from(Message)).one()
