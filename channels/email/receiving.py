"""Receiving: raw bytes → parsed → screened → identified → the inbox, with every decision kept."""

import hashlib
import logging
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.company import Company
from assistant.conversations.inbox import Inbox
from assistant.conversations.incoming import IncomingMessage
from assistant.conversations.ledger import Decision
from assistant.settings import Settings
from channels.email.addresses import ourselves, redacted
from channels.email.identity import prove
from channels.email.parsing import CannotParse, ParsedMail, message_key, parse
from channels.email.reply_token import ReplyTokens
from channels.email.screening import Kind, Screening, screen

log = logging.getLogger(__name__)
CHANNEL = "email"
LONGEST_KEPT = 50_000


@dataclass(frozen=True)
class Receipt:
    """What became of a mail: received, duplicate, ignored (not from a person) or quarantined."""

    decision: str
    rule: str
    external_id: str
    conversation_id: int | None = None


class MailReceiver:
    """Takes mails from the servers. When `receive` returns, the mail is stored."""

    def __init__(
        self, inbox: Inbox, settings: Settings, company: Company, clock: Callable[[], datetime]
    ) -> None:
        self._inbox = inbox
        self._clock = clock
        self._trusted_server = settings.mail_trusted_server
        self._alignment = settings.mail_alignment
        self._quarantine = settings.home / "quarantine"
        self._ourselves = ourselves(settings, company)
        self._tokens = ReplyTokens(settings.secret, self._ourselves.domain,
                                   settings.mail_reply_address)

    def receive(
        self, raw: bytes, envelope_from: str | None = None, envelope_to: Sequence[str] = ()
    ) -> Receipt:
        """Stores the mail and says what became of it; whatever is raised means: not stored.

        `envelope_from` is empty for <> and None where the envelope is unknown (IMAP). Mail that
        no person wrote is written into the ledger and changes no conversation. A mail that
        cannot be read is kept whole in the quarantine folder.
        """
        mail = parse(raw)
        if isinstance(mail, CannotParse):
            return self._put_aside(raw, envelope_from, mail.reason)
        external_id = message_key(raw, mail.message_id)
        screening = screen(mail, envelope_from, self._ourselves)
        if screening.kind is not Kind.HUMAN:
            return self._ignored(mail, external_id, screening)
        return self._received(mail, external_id, envelope_to)

    def refuse_size(self, name: str, size: int) -> None:
        """Writes down that a mail was too large to be read."""
        self._inbox.record(CHANNEL, name, "incoming", "", "refused", "too_large", {"bytes": size})

    def put_aside(self, raw: bytes, reason: str) -> Receipt:
        """Keeps a mail whole that could not be stored, for a person to look at."""
        return self._put_aside(raw, None, reason)

    def _received(
        self, mail: ParsedMail, external_id: str, envelope_to: Sequence[str]
    ) -> Receipt:
        proof = prove(mail, self._trusted_server, self._is_verified, self._alignment)
        replies_to = self._tokens.external_ids(
            (*mail.in_reply_to, *reversed(mail.references)),
            (*envelope_to, *mail.to, *mail.cc),
        )
        # Answers go to the From address alone: it is the only one that can be proven.
        incoming = IncomingMessage(
            channel=CHANNEL,
            address=mail.from_address,
            external_id=external_id,
            text=mail.new_text or mail.subject,
            sent_at=self._sent_at(mail),
            tier=proof.tier,
            sender_name=mail.from_name,
            subject=mail.subject,
            language=mail.language,
            replies_to=replies_to,
            digest=_digest(mail),
            details={"mail": _details(mail, envelope_to)},
        )
        decision = Decision("received", proof.rule, {
            "subject": mail.subject, **proof.values, "answers": list(replies_to)[:5],
        })
        received = self._inbox.receive(incoming, decision)
        if not received.same:
            # Another mail with an id that is taken: programs and forgers repeat ids; no mail is
            # lost for that.
            external_id = f"{external_id}#{incoming.digest[:16]}"
            received = self._inbox.receive(replace(incoming, external_id=external_id), decision)
        became = "duplicate" if received.duplicate else "received"
        log.info("mail from %s %s", redacted(mail.from_address), became)
        return Receipt(became, proof.rule, external_id, received.conversation_id)

    def _is_verified(self, address: str) -> bool:
        return self._inbox.verified_address(CHANNEL, address)

    def _sent_at(self, mail: ParsedMail) -> datetime:
        """The sender's clock, unless it is ahead of ours."""
        now = self._clock()
        return min(mail.date, now) if mail.date else now

    def _ignored(self, mail: ParsedMail, external_id: str, screening: Screening) -> Receipt:
        self._inbox.record(
            CHANNEL, external_id, "incoming", mail.from_address, "ignored", screening.reasons[0],
            {"kind": screening.kind.value, "rules": list(screening.reasons),
             "subject": mail.subject, "answers": list(mail.in_reply_to)},
        )
        log.info("mail from %s ignored: %s", redacted(mail.from_address), screening.kind.value)
        return Receipt("ignored", screening.reasons[0], external_id)

    def _put_aside(self, raw: bytes, envelope_from: str | None, reason: str) -> Receipt:
        external_id = message_key(raw, "")
        path = self._quarantine / f"{external_id.removeprefix('sha256-')}.eml"
        is_new = not path.exists()
        write_whole(path, raw)
        if is_new:
            self._inbox.record(CHANNEL, external_id, "incoming", envelope_from or "",
                               "quarantined", "unreadable",
                               {"reason": reason, "file": path.name})
        log.warning("a mail could not be read and is in quarantine: %s", reason)
        return Receipt("quarantined", "unreadable", external_id)


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file that is either there with all its bytes or not there; its owner's alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _digest(mail: ParsedMail) -> str:
    written = "\0".join((mail.from_address, mail.subject, mail.new_text))
    return hashlib.sha256(written.encode()).hexdigest()


def _details(mail: ParsedMail, envelope_to: Sequence[str]) -> dict[str, Any]:
    same = mail.text.strip() == mail.new_text
    return {
        "subject": mail.subject,
        "to": list(mail.to),
        "cc": list(mail.cc),
        "reply_to": mail.reply_to,
        "envelope_to": list(envelope_to),
        "attachments": [vars(attachment) for attachment in mail.attachments],
        "whole_text": "" if same else mail.text[:LONGEST_KEPT],
        "charset_notes": list(mail.charset_notes),
    }
