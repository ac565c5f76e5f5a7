"""One folder of one mailbox over IMAP, as little of it as we need.

A mail is named by UIDVALIDITY and UID (RFC 3501 section 2.3.1.1). Nothing here changes the state of
a mail but `mark`.
"""

import imaplib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from assistant.settings import Settings
from channels.email.server_address import ServerAddress, access_token, verifying

TIMEOUT = 60
SIZES_AT_ONCE = 200
_SIZE = re.compile(rb"UID (\d+)[^)]*RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+)[^)]*UID (\d+)")


class OpenFolder:
    """A folder that is open now; any failure of the server is raised as an exception."""

    def __init__(self, mailbox: BaseMailBox) -> None:
        self._mailbox = mailbox
        self.validity = str(self._said("UIDVALIDITY") or "unnamed")
        # No mail that was there at the opening has this number or a higher one.
        self.next_uid = self._said("UIDNEXT") or max(self._search("ALL"), default=0) + 1
        self.has_news()

    def has_news(self) -> bool:
        """Whether the server has told of a new mail by the way, since this was asked last."""
        return self._said("EXISTS") is not None

    def since(self, moment: datetime, *, unseen: bool) -> list[int]:
        """The numbers of the mails that came on or after that day, in order."""
        criteria = f"SINCE {moment:%d-%b-%Y}"
        return self._search(f"UNSEEN {criteria}" if unseen else criteria)

    def after(self, uid: int) -> list[int]:
        """The numbers above this one, in order."""
        # "7:*" names the last mail even if its number is 5.
        return [one for one in self._search(f"UID {uid + 1}:*") if one > uid]

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """How many bytes each of these mails has; one that is gone is left out."""
        found: dict[int, int] = {}
        for start in range(0, len(uids), SIZES_AT_ONCE):
            names = ",".join(map(str, uids[start:start + SIZES_AT_ONCE]))
            for item in self._fetch(names, "(UID RFC822.SIZE)"):
                line = item[0] if isinstance(item, tuple) else item
                match = _SIZE.search(line) if isinstance(line, bytes) else None
                if match:
                    uid, size = match[1] or match[4], match[2] or match[3]
                    found[int(uid)] = int(size)
        return found

    def raw(self, uid: int) -> bytes | None:
        """The mail's bytes; None if it is gone."""
        for item in self._fetch(str(uid), "(BODY.PEEK[])"):
            if isinstance(item, tuple):
                return bytes(item[1])
        return None

    def mark(self, uids: Sequence[int], how: str) -> None:
        """Marks what has been stored: `seen`, `flag`, or `move:FOLDER`."""
        if not uids:
            return
        names = [str(uid) for uid in uids]
        if how.startswith("move:"):
            self._mailbox.move(names, how.removeprefix("move:"))
            return
        flag = "\\Seen" if how == "seen" else "\\Flagged"
        # The library's own `flag` would also expunge what somebody else has deleted.
        state, _ = self._mailbox.client.uid("STORE", ",".join(names), "+FLAGS.SILENT", f"({flag})")
        _well(state, "STORE")

    @property
    def can_idle(self) -> bool:
        """Whether the server tells of news by itself."""
        return "IDLE" in self._mailbox.client.capabilities

    @contextmanager
    def idling(self) -> Iterator[Any]:
        """While it lasts, `poll(seconds)` of what it yields gives the server's news; None if there
        is some already."""
        with self._mailbox.idle as idle:
            yield None if self._has_read_ahead() else idle

    def _has_read_ahead(self) -> bool:
        """Whether news came in one piece with the answer to IDLE: then they lie in our own buffer,
        and the socket, which `poll` asks, is silent."""
        client = self._mailbox.client
        before = client.sock.gettimeout()
        client.sock.settimeout(0)
        try:
            client._get_line()
        except imaplib.IMAP4.abort as error:
            if "EOF" in str(error):  # Nothing there: the library takes that for the end.
                return False
            raise
        except OSError:
            return False
        finally:
            client.sock.settimeout(before)
        return True

    def _said(self, name: str) -> int | None:
        _, said = self._mailbox.client.response(name)
        value = said[-1] if said else None
        return int(value) if isinstance(value, bytes) and value.isdigit() else None

    def _search(self, criteria: str) -> list[int]:
        return sorted(map(int, self._mailbox.uids(criteria)))

    def _fetch(self, uids: str, what: str) -> list[Any]:
        state, data = self._mailbox.client.uid("FETCH", uids, what)
        _well(state, f"FETCH {what}")
        return list(data or [])


@contextmanager
def open_folder(address: ServerAddress, folder: str, settings: Settings) -> Iterator[OpenFolder]:
    """Signs in and opens the folder; raises what the network or the server raises."""
    mailbox = _connected(address)
    try:
        token = "" if address.password else access_token(settings, address.login)
        if token:
            mailbox.xoauth2(address.login, token, None)
        else:
            mailbox.login(address.login, address.password, None)
        mailbox.folder.set(folder)
        yield OpenFolder(mailbox)
    finally:
        _leave(mailbox)


def _connected(address: ServerAddress) -> BaseMailBox:
    if address.security == "tls":
        return MailBox(address.host, address.port, timeout=TIMEOUT, ssl_context=verifying())
    if address.security == "starttls":
        return MailBoxStartTls(address.host, address.port, timeout=TIMEOUT,
                               ssl_context=verifying())
    return MailBoxUnencrypted(address.host, address.port, timeout=TIMEOUT)


def _leave(mailbox: BaseMailBox) -> None:
    try:
        mailbox.client.logout()
    except Exception:  # the line is broken already
        mailbox.client.shutdown()


def _well(state: str, command: str) -> None:
    if state != "OK":
        raise ImapToolsError(f"{command} was refused")
