"""Fetching mail from an IMAP mailbox: waits with IDLE, else looks now and then.

At least once, without duplicates: a mail is fetched again unless it is known to be stored
(UIDVALIDITY and UID in our database), and stored once whatever is fetched (Message-ID and a digest
of what was written). The mailbox is changed only after the mail is stored.
"""

import logging
import random
import re
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from assistant.conversations.mailboxes import MailboxStates
from assistant.conversations.models import MailboxState
from assistant.errors import BadConfiguration, YorisoiError
from assistant.settings import Settings
from channels.email.mailbox import OpenFolder, open_folder
from channels.email.receiving import MailReceiver
from channels.email.server_address import ServerAddress, server_address

log = logging.getLogger(__name__)
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
# A server may hang up on a client that has idled for half an hour (RFC 2177).
LONGEST_IDLE = 25 * 60.0
# At the first look at a mailbox, older mail stays unanswered: nobody waits for it any more.
FIRST_LOOK_BACK = timedelta(days=2)
# When the server has numbered its mails anew: what came since our last look, with a day's overlap,
# for IMAP searches by whole days. What is stored already is known by its id.
OVERLAP = timedelta(days=1)
SLICE = 1.0
# Mails between two notes of how far we are; after a crash so many are looked at again.
BATCH = 50
# A mail that cannot be stored so often is put aside, so that it does not hold up the others.
MOST_FAILURES = 3
STATE_EVERY = timedelta(minutes=5)


def mailboxes(settings: Settings) -> list[tuple[ServerAddress, str]]:
    """The mailboxes of `imap_url` (one or more, separated by spaces or commas) with their folders;
    raises BadConfiguration."""
    urls = re.split(r"[\s,]+(?=imaps?://)", settings.imap_url.strip())
    found = [server_address(url, "imap", "YORISOI_IMAP_URL") for url in urls if url]
    if any(not address.login for address in found):
        raise BadConfiguration("YORISOI_IMAP_URL must name a login: imaps://LOGIN:PASSWORD@HOST.")
    return [(address, address.path or settings.imap_folder) for address in found]


class MailFetcher:
    """Fetches new mail of one folder in a thread of its own, until it is stopped."""

    def __init__(
        self, address: ServerAddress, folder: str, settings: Settings, receiver: MailReceiver,
        states: MailboxStates, clock: Callable[[], datetime],
    ) -> None:
        self.name = f"{address!r}/{folder}"
        self._address = address
        self._folder = folder
        self._settings = settings
        self._receiver = receiver
        self._states = states
        self._clock = clock
        self._failures: dict[int, int] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"imap {self.name}", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the mail that is being stored, and waits for it."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(15)

    def fetch_once(self) -> int:
        """Signs in, stores every new mail, and leaves; returns how many were stored."""
        with open_folder(self._address, self._folder, self._settings) as folder:
            return self.fetch_new(folder)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            try:
                with open_folder(self._address, self._folder, self._settings) as folder:
                    while not self._stop.is_set():
                        self.fetch_new(folder)
                        pause = FIRST_PAUSE
                        # What came while we stored is told only once, and not to IDLE again.
                        if not folder.has_news():
                            self._wait(folder)
            except Exception as error:  # the network or the database: try again, ever later
                self._failed(error, pause)
                # Not all processes of a company at the same moment.
                self._stop.wait(pause * random.uniform(0.75, 1.25))  # noqa: S311
                pause = min(pause * 2, LONGEST_PAUSE)

    def _failed(self, error: Exception, pause: float) -> None:
        said = error.sentence if isinstance(error, YorisoiError) else \
            f"{type(error).__name__}: {error}"
        log.warning("mailbox %s: %s; again in about %.0f s", self.name, said[:200], pause)
        try:
            self._states.failing(self.name, said)
        except Exception:  # the database is what is away
            log.warning("mailbox %s: its state cannot be kept", self.name)

    def fetch_new(self, folder: OpenFolder) -> int:
        """Stores every mail that has not been fetched before; returns how many.

        A mail is marked, and its number remembered, only after it is stored. If storing fails,
        that is raised and the mail is fetched again at the next look.
        """
        state = self._states.get(self.name)
        is_known = state.validity == folder.validity
        if is_known and state.unmarked:
            # We died between storing and marking.
            self._marked(folder, state)
        uids = self._new(folder, state)
        stored = 0
        for start in range(0, len(uids), BATCH):
            if self._stop.is_set():
                return stored
            stored += self._batch(folder, state, uids[start:start + BATCH])
        if not is_known:
            # Only now is everything stored that was there; what comes later has a higher number.
            state.validity = folder.validity
            state.stored_uid = max(folder.next_uid - 1, *uids, 0)
        if uids or not is_known or state.error or self._is_old(state):
            self._states.reached(state)
        return stored

    def _new(self, folder: OpenFolder, state: MailboxState) -> Sequence[int]:
        if state.validity == folder.validity:
            return folder.after(state.stored_uid)
        if not state.validity or state.looked_at is None:
            return folder.since(self._clock() - FIRST_LOOK_BACK, unseen=True)
        log.warning("mailbox %s has been numbered anew; looking at recent mail again", self.name)
        return folder.since(state.looked_at - OVERLAP, unseen=False)

    def _batch(self, folder: OpenFolder, state: MailboxState, uids: Sequence[int]) -> int:
        """Stores these mails, then notes it, then marks them, then notes that, too."""
        sizes = folder.sizes(uids)
        done: list[int] = []
        try:
            for uid in uids:
                if self._stop.is_set():
                    break
                if uid in sizes and self._stored(folder, uid, sizes[uid]):
                    done.append(uid)
                state.stored_uid = uid
        finally:
            # Also where a later mail of the batch has failed.
            state.unmarked = done
            if done:
                self._states.reached(state)
        self._marked(folder, state)
        return len(done)

    def _marked(self, folder: OpenFolder, state: MailboxState) -> None:
        if state.unmarked:
            folder.mark(state.unmarked, self._settings.imap_after)
            state.unmarked = []
            self._states.reached(state)

    def _stored(self, folder: OpenFolder, uid: int, size: int) -> bool:
        """Whether the mail is stored now; False for one that is gone, or too large to be read."""
        if size > self._settings.mail_max_bytes:
            self._receiver.refuse_size(f"imap-{uid}", size)
            return False
        raw = folder.raw(uid)
        if raw is None:
            return False
        try:
            self._receiver.receive(raw)
        except Exception as error:
            self._failures[uid] = self._failures.get(uid, 0) + 1
            if self._failures[uid] < MOST_FAILURES:
                raise
            log.exception("mailbox %s: mail %s is put aside", self.name, uid)
            self._receiver.put_aside(
                raw, f"{type(error).__name__} ×{MOST_FAILURES}"
            )
        self._failures.pop(uid, None)
        return True

    def _is_old(self, state: MailboxState) -> bool:
        return state.looked_at is None or self._clock() - state.looked_at > STATE_EVERY

    def _wait(self, folder: OpenFolder) -> None:
        left = min(self._settings.imap_poll_seconds, LONGEST_IDLE)
        if not folder.can_idle:
            self._stop.wait(left)
            return
        with folder.idling() as idle:
            # In slices, so that stopping need not wait for a mail.
            while idle and left > 0 and not self._stop.is_set() and not idle.poll(timeout=SLICE):
                left -= SLICE
