"""Mails that are passed on: whose words are whose, when a mail holds another's."""

import re
from dataclasses import dataclass

from channels.email import headers, quoted_header
from channels.email.bodies import body_of
from channels.email.mime import read

LONGEST_TEXT = 20_000
FORWARD_SUBJECT = re.compile(
    r"(?i)^\s*(?:fwd?|fw|wg|tr|rv|enc|i|vb|vl|doorst|pd|転送|轉寄|转发)\s*(?:\[\d+\])?\s*[:：]")


@dataclass(frozen=True)
class Forwarded:
    """A mail that another passes on: who wrote it as far as it says so, and its text.

    `way` is attached (a file of its own) or inline (copied into the text). Nothing proves any of
    it: whoever passes a mail on can change it.
    """

    way: str
    from_name: str
    from_address: str
    subject: str
    date: str
    text: str


def inline_forward(text: str, subject: str) -> Forwarded | None:
    """The mail that this text passes on below a forwarding program's lines; None if there is
    none. A header of an older mail counts as a forward only if the subject says so."""
    lines = text.split("\n")
    says_forward = FORWARD_SUBJECT.match(subject) is not None
    for number, line in enumerate(lines):
        is_ruler = quoted_header.is_forward_ruler(line)
        if not is_ruler and not (says_forward and quoted_header.begins_mail(lines, number)):
            continue
        start = number + 1 if is_ruler or quoted_header.is_ruler(line) else number
        fields, length = quoted_header.header_fields(lines, start)
        if not fields:
            continue
        author = next(iter(headers.mailboxes([fields.get("from", "")])), None)
        below = "\n".join(lines[start + length:]).strip()
        return Forwarded(
            "inline", author.name if author else fields.get("from", "")[:200],
            author.address if author and "@" in author.address else "",
            fields.get("subject", "")[:500], fields.get("date", "")[:100], below[:LONGEST_TEXT],
        )
    return None


def attached_mail(raw: bytes) -> Forwarded:
    """The mail in this file, by its own header; the mails inside it stay unread."""
    root, _ = read(raw)
    author = next(iter(headers.mailboxes(root.values("From"))), None)
    return Forwarded(
        "attached", author.name if author else "", author.address if author else "",
        headers.readable(root.value("Subject"))[:500],
        headers.readable(root.value("Date"))[:100],
        body_of(root).text[:LONGEST_TEXT],
    )
