"""Mails that cannot become a message now: why, and how they are kept whole until they can."""

import hashlib
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.exc import (
    DisconnectionError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from assistant.conversations.inbox import Inbox
from assistant.quarantine.models import HeldMail
from channels.email import headers
from channels.email.mime import read
from channels.email.parsing import READER, message_key

log = logging.getLogger(__name__)
CHANNEL = "email"
SEPARATOR = "\n"
LONGEST_SHOWN = 300
# When these are raised, the mail is fine and we are not: its sender or its mailbox keeps it.
OUR_TROUBLE = (OperationalError, InterfaceError, InternalError, ProgrammingError,
               DisconnectionError, PoolTimeout, OSError, MemoryError)


class Unfit(Exception):
    """The mail cannot become a message; `reason` is unreadable, not_stored, spam or too_large."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def hold(
    inbox: Inbox, raw: bytes, envelope_from: str | None, envelope_to: Sequence[str], unfit: Unfit
) -> str:
    """Keeps the mail whole and returns its external id; the same bytes are kept once."""
    external_id = message_key(raw, "")
    sender, subject = _shown(raw)
    is_new = inbox.hold(HeldMail(
        digest=hashlib.sha256(raw).hexdigest(), reason=unfit.reason,
        detail=unfit.detail[:LONGEST_SHOWN], envelope_from=envelope_from,
        envelope_to=SEPARATOR.join(envelope_to), sender=sender, subject=subject, size=len(raw),
        raw=raw, reader=READER, at=datetime.now(UTC),
    ))
    if is_new:
        inbox.record(CHANNEL, external_id, "incoming", envelope_from or sender, "quarantined",
                     unfit.reason, {"reason": unfit.detail, "bytes": len(raw)})
    log.warning("a mail is in quarantine: %s", unfit.reason)
    return external_id


def recipients_of(mail: HeldMail) -> list[str]:
    """The envelope recipients with which the mail came."""
    return [one for one in mail.envelope_to.split(SEPARATOR) if one]


def _shown(raw: bytes) -> tuple[str, str]:
    """Sender and subject for people, as far as they can be made out."""
    try:
        root, _ = read(raw)
        found = headers.readable(root.value("From")), headers.readable(root.value("Subject"))
    except Exception:  # these bytes could not be read before, either
        return "", ""
    clean = [text.encode("utf-8", "replace").decode()[:LONGEST_SHOWN] for text in found]
    return clean[0], clean[1]
