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
from channels.email.holding import OUR_TROUBLE, Unfit, hold, recipients_of
from channels.email.identity import prove
from channels.email.parsing import READER, CannotParse, ParsedMail, message_key, parse
from channels.email.reply_token import ReplyTokens
from channels.email.returned import take_back
from channels.email.screening import Kind, Policy, Screening, screen

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
        self._ourselves = ourselves(settings, company)
        self._policy = Policy(settings.mail_trusted_server, _spam_fields(settings))
        self._holds_spam = settings.mail_spam == "hold"
        self._max_bytes = settings.mail_max_bytes
        self._old_quarantine = settings.home / "quarantine"
        self._alignment = settings.mail_alignment
        self._tokens = ReplyTokens(settings.secret, self._ourselves.domain,
                                   settings.mail_reply_address)

    def receive(
        self, raw: bytes, envelope_from: str | None = None, envelope_to: Sequence[str] = ()
    ) -> Receipt:
        """Stores the mail and says what became of it; whatever is raised means: not stored.

        `envelope_from` is empty for <> and None where the envelope is unknown (IMAP). Mail that
        no person wrote is written into the ledger and changes no conversation. A mail that
        cannot be read or stored, or that our mail server takes for spam, is held whole.
        """
        try:
            return self._take(raw, envelope_from, envelope_to)
        except Unfit as unfit:
            external_id = hold(self._inbox, raw, envelope_from, envelope_to, unfit)
            return Receipt("quarantined", unfit.reason, external_id)

    def try_again(self, mail_id: int, *, believe: bool = False) -> Receipt:
        """Reads a held mail once more; it stays held if it still cannot become a message.

        `believe`: a person has looked, and it is no spam. Raises NotFound.
        """
        mail = self._inbox.held(mail_id)
        try:
            receipt = self._take(mail.raw, mail.envelope_from, recipients_of(mail),
                                 believe=believe)
        except Unfit as unfit:
            self._inbox.tried_again(mail_id, READER, released=False, detail=unfit.detail)
            return Receipt("quarantined", unfit.reason, message_key(mail.raw, ""))
        self._inbox.tried_again(mail_id, READER, released=True)
        return receipt

    def try_all_again(self) -> int:
        """Tries the mails that an older reader could not read or store; returns how many have
        become messages or entries of the ledger now."""
        for path in sorted(self._old_quarantine.glob("*.eml")):
            # Until version 2 of the reader, held mails were files.
            self.receive(path.read_bytes())
            path.unlink()
        held = self._inbox.held_for_older_readers(READER)
        return sum(self.try_again(mail_id).decision != "quarantined" for mail_id in held)

    def _take(
        self, raw: bytes, envelope_from: str | None, envelope_to: Sequence[str], *,
        believe: bool = False,
    ) -> Receipt:
        if len(raw) > self._max_bytes:
            raise Unfit("too_large", f"{len(raw)} > {self._max_bytes} B")
        mail = parse(raw)
        if isinstance(mail, CannotParse):
            raise Unfit("unreadable", mail.reason)
        external_id = message_key(raw, mail.message_id)
        screening = screen(mail, envelope_from, self._ourselves, self._policy)
        is_spam = screening.kind is Kind.SPAM
        if is_spam and self._holds_spam and not believe:
            raise Unfit("spam", screening.values[screening.reasons[0]])
        try:
            if screening.kind in (Kind.HUMAN, Kind.SPAM):
                return self._received(mail, external_id, envelope_to)
            reports = take_back(self._inbox, raw, self._tokens) \
                if screening.kind is Kind.BOUNCE else []
            return self._ignored(mail, external_id, screening, reports)
        except OUR_TROUBLE:
            raise
        except Exception as error:  # the mail is kept whole, and whoever mends us tries it again
            log.exception("a mail could not be stored")
            raise Unfit("not_stored", type(error).__name__) from error

    def refuse_size(self, name: str, size: int) -> None:
        """Writes down that a mail was too large to be read."""
        self._inbox.record(CHANNEL, name, "incoming", "", "refused", "too_large", {"bytes": size})

    def put_aside(self, raw: bytes, reason: str) -> Receipt:
        """Keeps a mail whole that could not be stored, for a person to look at."""
        unfit = Unfit("not_stored", reason)
        return Receipt("quarantined", unfit.reason, hold(self._inbox, raw, None, (), unfit))

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

    def _ignored(
        self, mail: ParsedMail, external_id: str, screening: Screening,
        reports: list[dict[str, Any]],
    ) -> Receipt:
        self._inbox.record(
            CHANNEL, external_id, "incoming", mail.from_address, "ignored", screening.reasons[0],
            {"kind": screening.kind.value, "rules": list(screening.reasons),
             "values": dict(screening.values), "subject": mail.subject,
             "answers": list(mail.in_reply_to), "reports": reports},
        )
        log.info("mail from %s ignored: %s", redacted(mail.from_address), screening.kind.value)
        return Receipt("ignored", screening.reasons[0], external_id)


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


def _spam_fields(settings: Settings) -> tuple[tuple[str, str], ...]:
    """The company's own spam fields: name and words, both in lower case."""
    pairs = (one.partition("=") for one in settings.mail_spam_fields.lower().split(";"))
    return tuple((name.strip(), said.strip()) for name, equals, said in pairs if equals)


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
        "forwarded": [vars(one) for one in mail.forwarded],
        "invitations": [vars(one) for one in mail.invitations],
        "whole_text": "" if same else mail.text[:LONGEST_KEPT],
        "charset_notes": list(mail.charset_notes),
    }
