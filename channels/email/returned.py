"""Mails of ours that come back: what their reports change, and what the ledger is told."""

from typing import Any

from assistant.conversations.inbox import Inbox
from channels.email.bounce_reasons import BounceKind
from channels.email.bounces import delivery_reports
from channels.email.reply_token import ReplyTokens

CHANNEL = "email"
MOST_TOLD = 10


def take_back(inbox: Inbox, raw: bytes, tokens: ReplyTokens) -> list[dict[str, Any]]:
    """What this mail reports, one entry for each recipient, and what followed.

    Only a report that refers to a message of ours changes the health of an address.
    """
    told = []
    for report in delivery_reports(raw)[:MOST_TOLD]:
        entry = {
            "address": report.address, "kind": report.kind.value, "action": report.action,
            "reason": report.reason, "status": report.status, "outcome": "harmless",
        }
        ours = tokens.external_ids(report.message_ids)
        if report.kind is not BounceKind.NONE and report.message_ids and not ours:
            # It names a message of ours, and the name is not one that we have signed.
            entry |= {"outcome": "unrelated"}
        elif report.kind is not BounceKind.NONE:
            came_back = inbox.came_back(
                CHANNEL, ours,
                (report.address, *report.others), report.kind.value,
                _words(report.reason, report.status, report.diagnostic),
            )
            entry |= {"outcome": came_back.outcome}
        told.append(entry)
    return told


def _words(reason: str, status: str, diagnostic: str) -> str:
    line = " ".join(diagnostic.split())[:200]
    return " · ".join(part for part in (reason, status, line) if part)
