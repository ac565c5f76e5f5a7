"""Raw bytes of a mail into what we need of it. Nothing here trusts a label or a structure."""

import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from channels.email import headers
from channels.email.attachments import Attachment
from channels.email.bodies import body_of
from channels.email.forwarded import Forwarded, attached_mail, inline_forward
from channels.email.headers import Mailbox
from channels.email.invitations import Invitation, invitation
from channels.email.mime import MOST_PARTS, Part, read
from channels.email.reply_text import new_text
from knowledge.text import language_of

log = logging.getLogger(__name__)

# The reader's own version: what an older one could not read is tried again with a newer one.
READER = 2
LONGEST_SUBJECT = 500
MOST_ATTACHED_MAILS = 5
SYSTEM = re.compile(r"(?i)mailer.?daemon|post.?master|system administrator")
REPLY_SUBJECT = re.compile(
    r"(?i)\s*(re|aw|sv|vs|vá|odp|antw|ré|rif|res|回复|回覆|答复|返信|返)\s*(\[\d+\]|\^\d+)?\s*[:：]")


@dataclass(frozen=True)
class ParsedMail:
    """A mail in our words. Addresses are in lower case, ids without brackets.

    `text` is the whole text with quotations, `new_text` what the sender wrote now, `forwarded`
    the mails of others that it passes on. `senders` are all addresses of all From fields;
    `from_address` is the first, empty for <>. `fields` are the raw values of all header fields,
    topmost first, by lower-case name.
    """

    message_id: str
    from_address: str
    from_name: str
    senders: tuple[str, ...]
    to: tuple[str, ...]
    cc: tuple[str, ...]
    reply_to: str
    subject: str
    date: datetime | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    new_text: str
    language: str
    attachments: tuple[Attachment, ...]
    return_path: str | None
    content_type: str
    fields: Mapping[str, tuple[str, ...]]
    charset_notes: tuple[str, ...] = ()
    forwarded: tuple[Forwarded, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    size: int = 0

    def first(self, name: str) -> str:
        """The topmost value of a header field, or an empty string."""
        return next(iter(self.fields.get(name.lower(), ())), "")

    @property
    def is_reply(self) -> bool:
        """Whether its header says that it answers another mail."""
        return _is_reply(self.subject, self.in_reply_to, self.references)


@dataclass(frozen=True)
class CannotParse:
    """A mail that we cannot read, and why: no_sender, too_deep or damaged."""

    reason: str


def parse(raw: bytes) -> ParsedMail | CannotParse:
    """The mail in these bytes. Never raises, whatever the bytes are."""
    try:
        root, were_bounds_pushed = read(raw)
        return _parsed(root, raw, were_bounds_pushed=were_bounds_pushed)
    except RecursionError:
        return CannotParse("too_deep")
    except Exception as error:  # the whole world writes these bytes; the mail is kept whole
        log.warning("a mail could not be parsed: %s", type(error).__name__)
        return CannotParse("damaged")


def message_key(raw: bytes, message_id: str) -> str:
    """What makes a mail unique: its Message-ID, else the hash of all its bytes."""
    return message_id or f"sha256-{hashlib.sha256(raw).hexdigest()}"


def _parsed(root: Part, raw: bytes, *, were_bounds_pushed: bool) -> ParsedMail | CannotParse:
    senders = _senders(root)
    if not senders:
        return CannotParse("no_sender")
    body = body_of(root)
    if were_bounds_pushed:
        body.notes.append(f"only the first {MOST_PARTS} parts were read")
    subject = headers.readable(root.value("Subject"))[:LONGEST_SUBJECT]
    in_reply_to = headers.message_ids(root.value("In-Reply-To"))
    references = headers.message_ids(root.value("References"))
    new = new_text(body.text, is_reply=_is_reply(subject, in_reply_to, references))
    passed_on = inline_forward(body.text, subject)
    invitations = tuple(filter(None, map(invitation, body.calendars)))
    reply_to = headers.mailboxes(root.values("Reply-To"))
    return ParsedMail(
        message_id=next(iter(headers.message_ids(root.value("Message-ID"))), ""),
        from_address=senders[0].address,
        from_name=senders[0].name,
        senders=tuple(sender.address for sender in senders),
        to=_addresses(root, "To"),
        cc=_addresses(root, "Cc"),
        reply_to=reply_to[0].address if len(reply_to) == 1 else "",
        subject=subject,
        date=headers.sent_at(root.value("Date")),
        in_reply_to=in_reply_to,
        references=references,
        text=body.text,
        new_text=new,
        language=language_of(f"{subject}\n{new}", ""),
        attachments=tuple(body.attachments),
        return_path=_return_path(root),
        content_type=root.said_type,
        fields=_fields(root),
        charset_notes=tuple(body.notes),
        forwarded=(*((passed_on,) if passed_on else ()),
                   *map(attached_mail, body.mails[:MOST_ATTACHED_MAILS])),
        invitations=invitations,
        size=len(raw),
    )


def _senders(root: Part) -> list[Mailbox]:
    """The authors. Where From is missing it is the Sender; a mail system's report may name
    nobody at all, which is the null address."""
    found = headers.mailboxes(root.values("From")) or headers.mailboxes(root.values("Sender"))
    is_report = root.said_type == "multipart/report" or "report-type" in root.parameters
    if not found and (is_report or _return_path(root) == "" or SYSTEM.search(root.value("From"))):
        return [Mailbox("", "")]
    return found


def _is_reply(subject: str, in_reply_to: tuple[str, ...], references: tuple[str, ...]) -> bool:
    return bool(in_reply_to or references or REPLY_SUBJECT.match(subject))


def _addresses(root: Part, name: str) -> tuple[str, ...]:
    found = headers.mailboxes(root.values(name))
    return tuple(dict.fromkeys(mailbox.address for mailbox in found if mailbox.address))


def _return_path(root: Part) -> str | None:
    values = root.values("Return-Path")
    return headers.readable(values[0]).strip("<> ").lower() if values else None


def _fields(root: Part) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, value in root.fields:
        # What stands in the ledger or goes to the database must be whole characters.
        found.setdefault(name.lower(), []).append(
            value.strip().encode("ascii", "replace").decode("ascii"))
    return {name: tuple(values) for name, values in sorted(found.items())}
