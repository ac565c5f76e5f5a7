"""Inspecting: how a mail is read and screened, for people who wonder."""

from typing import Any

from channels.email.bounces import delivery_reports
from channels.email.parsing import CannotParse, parse
from channels.email.screening import Kind, Ourselves, screen


def inspect(raw: bytes, ourselves: Ourselves | None = None) -> dict[str, Any]:
    """What we see in the mail, ready for JSON; nothing is stored.

    Without `ourselves`, our own mail is known only by its mark.
    """
    mail = parse(raw)
    if isinstance(mail, CannotParse):
        return {"readable": False, "reason": mail.reason}
    screening = screen(mail, None, ourselves or Ourselves("", ""))
    reports = delivery_reports(raw) if screening.kind is Kind.BOUNCE else ()
    return {
        "readable": True,
        "from": mail.from_address,
        "from_name": mail.from_name,
        "senders": list(mail.senders),
        "to": list(mail.to),
        "cc": list(mail.cc),
        "reply_to": mail.reply_to,
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else "",
        "message_id": mail.message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "language": mail.language,
        "new_text": mail.new_text,
        "whole_text": mail.text,
        "attachments": [vars(attachment) for attachment in mail.attachments],
        "forwarded": [vars(one) for one in mail.forwarded],
        "invitations": [vars(one) for one in mail.invitations],
        "charset_notes": list(mail.charset_notes),
        "kind": screening.kind.value,
        "reasons": list(screening.reasons),
        "values": dict(screening.values),
        "reports": [
            {"address": one.address, "kind": one.kind.value, "action": one.action,
             "reason": one.reason, "status": one.status, "diagnostic": one.diagnostic}
            for one in reports
        ],
    }
