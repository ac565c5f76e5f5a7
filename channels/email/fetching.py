"""Fetching mail from an IMAP mailbox: waits with IDLE, else looks now and then."""

import contextlib
import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxUnencrypted

from assistant.errors import BadConfiguration
from assistant.settings import Settings
from channels.email.receiving import MailReceiver, write_whole

log = logging.getLogger(__name__)
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 120.0
# A server may hang up on a client that has idled for half an hour (RFC 2177).
LONGEST_IDLE = 25 * 60.0
# At the first look at a mailbox, older mail stays unanswered: nobody waits for it any more.
FIRST_LOOK_BACK = timedelta(days=2)
SLICE = 1.0


@dataclass(frozen=True)
class MailboxAddress:
    """Where a mailbox is and how to sign in; shown without the password."""

    host: str
    port: int
    login: str
    password: str
    encrypted: bool

    def __repr__(self) -> str:
        return f"{self.login}@{self.host}:{self.port}"


def mailbox_address(url: str) -> MailboxAddress:
    """What imap://login:password@host:port or imaps://… says; raises BadConfiguration."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username \
            or port == -1:
        raise BadConfiguration(
            "YORISOI_IMAP_URL must be imaps://LOGIN:PASSWORD@HOST:PORT (with @ in the login "
            "written as %40)."
        )
    encrypted = parts.scheme == "imaps"
    return MailboxAddress(parts.hostname, port or (993 if encrypted else 143),
                          unquote(parts.username), unquote(parts.password or ""), encrypted)


class MailFetcher:
    """Fetches new mail of one folder in a thread of its own, until it is stopped."""

    def __init__(
        self, settings: Settings, receiver: MailReceiver, clock: Callable[[], datetime]
    ) -> None:
        self._address = mailbox_address(settings.imap_url)
        self._folder = settings.imap_folder
        self._poll_seconds = settings.imap_poll_seconds
        self._max_bytes = settings.mail_max_bytes
        self._receiver = receiver
        self._clock = clock
        self._seen = SeenMails(settings.home / "imap-state.json",
                               f"{self._address!r}/{self._folder}")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="imap", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the mail that is being stored, and waits for it."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(15)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            try:
                with self._open() as mailbox:
                    while not self._stop.is_set():
                        self.fetch_new(mailbox)
                        pause = FIRST_PAUSE
                        self._wait(mailbox)
            except Exception as error:  # the network or the database: try again, ever later
                log.warning("mailbox %r: %s; again in %.0f s", self._address,
                            type(error).__name__, pause)
                self._stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _open(self) -> "contextlib.AbstractContextManager[BaseMailBox]":
        kind = MailBox if self._address.encrypted else MailBoxUnencrypted
        mailbox = kind(self._address.host, self._address.port, timeout=60)
        return mailbox.login(self._address.login, self._address.password, self._folder)

    def fetch_new(self, mailbox: BaseMailBox) -> int:
        """Stores every mail that has not been fetched before; returns how many.

        A mail becomes \\Seen, and its number is remembered, only after it is stored. If storing
        fails, that is raised and the mail is fetched again at the next look.
        """
        validity = str(mailbox.folder.status(self._folder, ["UIDVALIDITY"])["UIDVALIDITY"])
        last = self._seen.last(validity)
        fetched = 0
        for uid in self._new_uids(mailbox, last):
            if self._stop.is_set():
                break
            raw = self._raw(mailbox, uid)
            if raw is not None:
                self._receiver.receive(raw)
                mailbox.flag(str(uid), "\\Seen", True)
                fetched += 1
            self._seen.remember(validity, uid)
        return fetched

    def _new_uids(self, mailbox: BaseMailBox, last: int | None) -> list[int]:
        if last is None:
            since = (self._clock() - FIRST_LOOK_BACK).strftime("%d-%b-%Y")
            found = mailbox.uids(f"UNSEEN SINCE {since}")
        else:
            found = mailbox.uids(f"UID {last + 1}:*")
        # "7:*" names the last mail even if its number is 5.
        return sorted(uid for uid in map(int, found) if uid > (last or 0))

    def _raw(self, mailbox: BaseMailBox, uid: int) -> bytes | None:
        """The mail's bytes; None if it is gone, or too large to be read."""
        size = _number_after(b"RFC822.SIZE", _fetched(mailbox, uid, "(RFC822.SIZE)"))
        if size is not None and size > self._max_bytes:
            self._receiver.refuse_size(f"imap-{uid}", size)
            return None
        for item in _fetched(mailbox, uid, "(BODY.PEEK[])"):
            if isinstance(item, tuple):
                return bytes(item[1])
        return None

    def _wait(self, mailbox: BaseMailBox) -> None:
        if "IDLE" not in mailbox.client.capabilities:
            self._stop.wait(self._poll_seconds)
            return
        left = min(self._poll_seconds, LONGEST_IDLE)
        with mailbox.idle as idle:
            # In slices, so that stopping need not wait for a mail.
            while left > 0 and not self._stop.is_set() and not idle.poll(timeout=SLICE):
                left -= SLICE


class SeenMails:
    """The last fetched number of a folder, kept in a file; numbers hold while UIDVALIDITY does."""

    def __init__(self, path: Path, folder: str) -> None:
        self._path = path
        self._folder = folder

    def last(self, validity: str) -> int | None:
        """The last number that was fetched, or None if this folder is new to us."""
        kept = self._read().get(self._folder, {})
        return int(kept["uid"]) if kept.get("uidvalidity") == validity else None

    def remember(self, validity: str, uid: int) -> None:
        """Everything up to this number has been fetched."""
        everything = self._read()
        everything[self._folder] = {"uidvalidity": validity, "uid": uid}
        write_whole(self._path, json.dumps(everything, indent=1).encode())

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            kept = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            # A damaged file costs a second look at recent mail; ids keep it from counting twice.
            return {}
        return kept if isinstance(kept, dict) else {}


def _fetched(mailbox: BaseMailBox, uid: int, what: str) -> list[Any]:
    state, data = mailbox.client.uid("FETCH", str(uid), what)
    if state != "OK":
        raise ImapToolsError(f"FETCH {what} was refused")
    return list(data or [])


def _number_after(name: bytes, data: list[Any]) -> int | None:
    for item in data:
        line = item[0] if isinstance(item, tuple) else item
        if isinstance(line, bytes) and name in line:
            digits = line.partition(name)[2].split()[0].strip(b")")
            return int(digits) if digits.isdigit() else None
    return None
