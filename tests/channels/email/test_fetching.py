"""Fetching from a real Dovecot, where there is one, and what needs no server."""

import imaplib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import BadConfiguration
from assistant.settings import Settings
from channels.email.fetching import MailFetcher, SeenMails, mailbox_address
from channels.email.receiving import MailReceiver, Receipt

Write = Callable[..., bytes]
MAIL_UID = 1000


@dataclass(frozen=True)
class Dovecot:
    """A running IMAP server with one empty mailbox."""

    port: int

    @property
    def url(self) -> str:
        return f"imap://support:secret@127.0.0.1:{self.port}"

    def append(self, raw: bytes) -> None:
        with imaplib.IMAP4("127.0.0.1", self.port) as client:
            client.login("support", "secret")
            client.append("INBOX", None, None, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))

    def count(self, what: str) -> int:
        with imaplib.IMAP4("127.0.0.1", self.port) as client:
            client.login("support", "secret")
            client.select("INBOX", readonly=True)
            return len(client.search(None, what)[1][0].split())


def configuration(folder: Path, port: int) -> str:
    owner = MAIL_UID if os.getuid() == 0 else os.getuid()
    return f"""
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail
mail_uid = {owner}
mail_gid = {owner}
first_valid_uid = 100
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner} home={folder}/mail
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


def started(program: str, folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (folder / "mail").mkdir()
    folder.chmod(0o755)
    if os.getuid() == 0:
        os.chown(folder / "mail", MAIL_UID, MAIL_UID)
    (folder / "dovecot.conf").write_text(configuration(folder, port))
    return subprocess.Popen([program, "-F", "-c", str(folder / "dovecot.conf")]), port


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    program = shutil.which("dovecot") or shutil.which("/usr/sbin/dovecot")
    if program is None:
        pytest.skip("Dovecot is not installed (Debian: apt-get install dovecot-imapd)")
    # Its sockets' paths must be short, and its mail owner must be able to enter the folder.
    folder = Path(tempfile.mkdtemp(prefix="dc-"))
    server, port = started(program, folder)
    try:
        for _ in range(200):
            try:
                imaplib.IMAP4("127.0.0.1", port).logout()
                break
            except (OSError, imaplib.IMAP4.error):
                time.sleep(0.05)
        else:
            pytest.skip("Dovecot is installed but did not start: "
                        + (folder / "log").read_text(errors="replace")[-300:])
        yield Dovecot(port)
    finally:
        server.terminate()
        server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def now() -> Callable[[], datetime]:
    """The server's own clock: it dates the mails that are put into it."""
    return lambda: datetime.now(UTC)


@pytest.fixture
def fetcher(dovecot: Dovecot, settings: Settings, receiver: MailReceiver, now: Any) -> MailFetcher:
    given = settings.model_copy(update={"imap_url": dovecot.url, "imap_poll_seconds": 30.0})
    return MailFetcher(given, receiver, now)


def fetch_once(fetcher: MailFetcher) -> int:
    with fetcher._open() as mailbox:
        return fetcher.fetch_new(mailbox)


def test_new_mail_is_stored_and_marked_as_seen(
    fetcher: MailFetcher, dovecot: Dovecot, write: Write, stored: Any
) -> None:
    dovecot.append(write())
    dovecot.append(write("二通目です。", Message_ID="<two@mail.example>"))
    assert fetch_once(fetcher) == 2
    assert [message.text for message in stored.messages] == [
        "トリミングの料金を教えてください。", "二通目です。"
    ]
    assert dovecot.count("SEEN") == 2
    assert fetch_once(fetcher) == 0


def test_what_is_fetched_arrives_byte_for_byte(
    dovecot: Dovecot, settings: Settings, now: Any, mail_file: Callable[[str], bytes]
) -> None:
    arrived: list[bytes] = []

    class Keeping:
        def receive(self, raw: bytes) -> Receipt:
            arrived.append(raw)
            return Receipt("received", "", "")

    fetcher = MailFetcher(settings.model_copy(update={"imap_url": dovecot.url}),
                          Keeping(), now)  # type: ignore[arg-type]
    names = ("docomo", "undeclared_jis", "outlook_iso_2022_jp_ms")
    for name in names:
        dovecot.append(mail_file(name))
    fetch_once(fetcher)
    assert arrived == [mail_file(name) for name in names]


def test_a_mail_that_could_not_be_stored_stays_new(
    dovecot: Dovecot, settings: Settings, now: Any, write: Write
) -> None:
    class Failing:
        broken = True
        stored = 0

        def receive(self, raw: bytes) -> Receipt:
            if self.broken:
                raise OSError("the disk is full")
            self.stored += 1
            return Receipt("received", "", "")

    receiver = Failing()
    fetcher = MailFetcher(settings.model_copy(update={"imap_url": dovecot.url}),
                          receiver, now)  # type: ignore[arg-type]
    dovecot.append(write())
    with pytest.raises(OSError, match="disk"):
        fetch_once(fetcher)
    assert dovecot.count("UNSEEN") == 1
    receiver.broken = False
    assert (fetch_once(fetcher), receiver.stored) == (1, 1)


def test_after_a_lost_state_file_nothing_is_stored_twice(
    fetcher: MailFetcher, dovecot: Dovecot, write: Write, stored: Any, settings: Settings
) -> None:
    dovecot.append(write())
    fetch_once(fetcher)
    (settings.home / "imap-state.json").write_text("{ damaged")
    dovecot.append(write("二通目です。", Message_ID="<two@mail.example>"))
    fetch_once(fetcher)
    assert len(stored.messages) == 2


def test_a_mail_that_is_too_large_is_left_and_written_down(
    dovecot: Dovecot, settings: Settings, receiver: MailReceiver, now: Any, write: Write,
    stored: Any,
) -> None:
    fetcher = MailFetcher(settings.model_copy(
        update={"imap_url": dovecot.url, "mail_max_bytes": 500}), receiver, now)
    dovecot.append(write("長い" * 1000))
    assert fetch_once(fetcher) == 0
    assert [(entry.decision, entry.rule) for entry in stored.ledger] == [("refused", "too_large")]
    assert dovecot.count("UNSEEN") == 1


def test_a_waiting_fetcher_is_woken_by_a_new_mail_and_can_be_stopped(
    fetcher: MailFetcher, dovecot: Dovecot, write: Write, stored: Any
) -> None:
    def wait_for(count: int) -> None:
        for _ in range(1000):
            if len(stored.messages) >= count:
                return
            time.sleep(0.05)
        raise AssertionError(f"mail {count} was never fetched")

    fetcher.start()
    dovecot.append(write())
    wait_for(1)
    dovecot.append(write("二通目です。", Message_ID="<two@mail.example>"))
    wait_for(2)
    fetcher.stop()
    assert "imap" not in [thread.name for thread in threading.enumerate()]


def test_a_server_that_is_away_is_asked_again_until_stopped(
    settings: Settings, receiver: MailReceiver, now: Any
) -> None:
    fetcher = MailFetcher(settings.model_copy(
        update={"imap_url": "imap://a:b@127.0.0.1:1"}), receiver, now)
    fetcher.start()
    fetcher.stop()
    assert "imap" not in [thread.name for thread in threading.enumerate()]


def test_the_last_number_holds_only_for_its_uidvalidity(tmp_path: Path) -> None:
    seen = SeenMails(tmp_path / "state.json", "INBOX")
    assert seen.last("1") is None
    seen.remember("1", 7)
    assert SeenMails(tmp_path / "state.json", "INBOX").last("1") == 7
    assert seen.last("2") is None
    assert SeenMails(tmp_path / "state.json", "Other").last("1") is None


def test_an_address_is_read_and_its_password_not_shown() -> None:
    found = mailbox_address("imaps://support%40x.example:p%2Fw@mail.example")
    assert (found.login, found.password, found.port, found.encrypted) == (
        "support@x.example", "p/w", 993, True
    )
    assert "p/w" not in repr(found)


@pytest.mark.parametrize("url", ["http://a:b@x", "imap://x", "imap://a:b@x:port", ""])
def test_an_address_that_cannot_be_used_is_told(url: str) -> None:
    with pytest.raises(BadConfiguration, match="YORISOI_IMAP_URL"):
        mailbox_address(url)
