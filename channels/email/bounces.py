"""Delivery reports: which addresses a mail did not reach, and why.

Standard ones (RFC 3464) by their fields, all others by their words. A report that a mail is
delayed, was delivered or passed on, an abuse complaint (RFC 5965), a receipt (RFC 8098) and an
absence notice say nothing against an address.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from channels.email import headers
from channels.email.bodies import body_of
from channels.email.bounce_reasons import BounceKind, Reason, means, reason_of
from channels.email.bounce_text import (
    FOUND,
    MOST_RECIPIENTS,
    alias_in,
    failures,
    report_of,
)
from channels.email.charset import decode
from channels.email.mime import Part, read

STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
RETURNED_TYPES = ("message/rfc822", "text/rfc822-headers", "message/global",
                  "message/global-headers")
COMPLAINT, RECEIPT = "message/feedback-report", "message/disposition-notification"
# Some servers refuse a mail in the form of a receipt (RFC 5429 section 2.2).
REJECTED = re.compile(r"(?im)^disposition:.{0,20}automatic-action.{0,60};\s*deleted")
HARMLESS_ACTIONS = ("delayed", "delivered", "relayed", "expanded")
SYSTEM = re.compile(r"mailer.?daemon|post.?master|mail.?delivery|mdaemon")
FIELD = re.compile(r"^([\w-]{2,40}):[ \t]*(.*)$")


@dataclass(frozen=True)
class DeliveryReport:
    """What one report says of one address.

    `action` is failed, delayed, delivered, relayed or expanded; `kind` says what follows for the
    address; `others` are further names of it in the report (an alias behind it). `message_ids`
    are the Message-IDs of the mail that came back, as far as it did.
    """

    address: str
    kind: BounceKind
    action: str
    reason: str
    status: str
    reply_code: str
    diagnostic: str
    others: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Letter:
    """The parts of a report: its fields, its words, and the mail that came back."""

    root: Part
    groups: tuple[Mapping[str, str], ...]
    text: str
    returned: Part | None
    is_harmless: bool


def delivery_reports(raw: bytes) -> tuple[DeliveryReport, ...]:
    """What these bytes report about recipients, one entry each; empty if they report nothing.
    Never raises."""
    try:
        letter = _letter(raw)
        found = [] if letter.is_harmless else _by_fields(letter) or _by_words(letter)
    except Exception:  # bytes of strangers; a report that cannot be read changes nothing
        return ()
    ids = headers.message_ids(letter.returned.value("Message-ID")) if letter.returned else ()
    ids = ids or headers.message_ids(letter.root.value("In-Reply-To"))
    unique = {report.address: report for report in reversed(found) if report.address}
    return tuple(
        DeliveryReport(**{**vars(report), "message_ids": ids})
        for report in reversed(unique.values())
    )


def _letter(raw: bytes) -> _Letter:
    root, _ = read(raw)
    leaves = list(root.leaves())
    if leaves[0].type == "message/rfc822" and not any(one.type in STATUS_TYPES for one in leaves):
        inner, _ = read(leaves[0].content())
        # Some gateways wrap a report into another mail.
        if inner.type == "multipart/report":
            root, leaves = inner, list(inner.leaves())
    types = {leaf.type for leaf in leaves}
    fields = "\n\n".join(_read(leaf) for leaf in leaves if leaf.type in STATUS_TYPES)
    text = body_of(root).text
    groups = _groups(fields) if fields else _groups(text)
    inside = next((read(leaf.content())[0] for leaf in leaves if leaf.type in RETURNED_TYPES), None)
    is_rejection = any(leaf.type == RECEIPT and REJECTED.search(_read(leaf)) for leaf in leaves)
    if is_rejection:
        groups = ()
    is_harmless = not is_rejection and (
        bool(types & {COMPLAINT, RECEIPT}) or _is_complaint(root, inside)
        or _is_away(root, groups, text))
    return _Letter(root, groups, text, inside or _returned_in(text), is_harmless)


def _read(leaf: Part) -> str:
    text = decode(leaf.content(), leaf.parameters.get("charset", "")).text
    text = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"\n[ \t]+", " ", text.replace("\r\n", "\n").replace("\r", "\n"))


def _groups(text: str) -> tuple[Mapping[str, str], ...]:
    """The fields of each recipient. Some systems separate them by no empty line, so a second
    recipient field begins another group, too."""
    groups: list[dict[str, str]] = [{}]
    for line in text.split("\n"):
        found = FIELD.match(line.strip())
        name = found[1].lower() if found else ""
        if not found:
            if groups[-1] and not line.strip():
                groups.append({})
            continue
        if name in groups[-1] and name in ("final-recipient", "action"):
            groups.append({})
        groups[-1].setdefault(name, found[2].strip())
    merged: list[dict[str, str]] = []
    for group in groups:
        is_rest = merged and not ({"final-recipient", "original-recipient"} & set(group))
        if is_rest and {"status", "action", "diagnostic-code"} & set(group) and (
                "status" not in merged[-1] or "action" not in merged[-1]):
            merged[-1] = group | merged[-1]
        else:
            merged.append(group)
    return tuple(one for one in merged if {"final-recipient", "original-recipient"} & set(one))


def _by_fields(letter: _Letter) -> list[DeliveryReport]:
    report = report_of(letter.text)
    found = []
    told = dict(failures(report, ()))
    for group in letter.groups[:MOST_RECIPIENTS]:
        names = [_address(group.get(name, "")) for name in (
            "original-recipient", "final-recipient", "x-actual-recipient")]
        known = [name for name in dict.fromkeys(names) if name]
        action = group.get("action", "failed").split()[0:1]
        said = (action[0].lower() if action else "failed").strip("();,")
        diagnostic = group.get("diagnostic-code", "")
        is_only = len(letter.groups) == 1
        words = report if is_only else next((told[name] for name in known if name in told), "")
        reason = _reason(diagnostic, group.get("status", ""), report, words)
        kind = BounceKind.NONE if said in HARMLESS_ACTIONS else reason.kind
        if not known:
            known = [address for address, _ in failures(report, _own(letter))][:1]
        found.append(DeliveryReport(
            known[0] if known else "", kind, said, reason.name, reason.status, reason.reply_code,
            (diagnostic or report).strip()[:500], tuple(known[1:])))
    return found


def _reason(diagnostic: str, status: str, report: str, words: str) -> Reason:
    """The reason in the fields; where they say nothing clear, the one in the report's words."""
    reason = reason_of(diagnostic, status, report)
    if reason.name or reason.kind is not BounceKind.SOFT:
        return reason
    told = reason_of(words, status, report)
    return told if told.name else reason


def _by_words(letter: _Letter) -> list[DeliveryReport]:
    report = report_of(letter.text)
    named = [mailbox.address for value in letter.root.values("X-Failed-Recipients")
             for mailbox in headers.mailboxes([value])]
    sender = next(iter(headers.mailboxes(letter.root.values("From"))), None)
    told = failures(report, _own(letter), headers.domain_of(sender.address) if sender else "")
    if named:
        told = [(address, dict(told).get(address, report)) for address in named]
    if not told and letter.returned is not None:
        told = [(mailbox.address, report)
                for mailbox in headers.mailboxes(letter.returned.values("To"))[:5]]
    subject = headers.readable(letter.root.value("Subject"))
    says_delay = means("delay_subjects").search(subject) or means("delay_texts").search(report)
    may_wait = bool(says_delay) and not means("given_up").search(report)
    found = []
    for address, said in told:
        reason = _told(said, report)
        is_delay = may_wait and (reason.kind is not BounceKind.HARD or bool(
            means("delay_texts").search(report)))
        kind = BounceKind.NONE if is_delay else reason.kind
        alias = alias_in(said)
        found.append(DeliveryReport(
            alias or address, kind, "delayed" if is_delay else "failed", reason.name,
            reason.status, reason.reply_code, said.strip()[:500], (address,) if alias else ()))
    return found


def _told(said: str, report: str) -> Reason:
    """The reason in what is said of one address: its own line first, then all up to the next
    address, then the whole report."""
    first, _, rest = said.partition("\n")
    own = first + "".join(re.findall(r"\A(?:[ \t]+\S.*\n?)+", rest))
    reason = reason_of(own, "", report)
    if not reason.name and not re.match(r"\s*[45]\d\d[ -]", first):
        reason = reason_of(said, "", report)
        reason = reason if reason.name else reason_of(report, reason.status, report)
    return reason


def _own(letter: _Letter) -> set[str]:
    """Addresses in a report that are no recipients of the mail that came back."""
    own = {mailbox.address for name in ("From", "To", "Reply-To", "Sender")
           for mailbox in headers.mailboxes(letter.root.values(name))}
    if letter.returned is not None:
        own |= {box.address for box in headers.mailboxes(letter.returned.values("From"))}
        own -= {box.address for box in headers.mailboxes(letter.returned.values("To"))}
    return own


def _returned_in(text: str) -> Part | None:
    """The header of the mail that came back, where it stands in the report's text."""
    below = text[len(report_of(text)):]
    start = re.search(r"(?im)^(?:received|return-path|message-id|from|to|subject|date): ?\S", below)
    return read(below[start.start():].encode("utf-8", "replace"))[0] if start else None


def _is_complaint(root: Part, inside: Part | None) -> bool:
    """An abuse complaint that follows no standard: it carries the whole mail, and its subject or
    fields say so."""
    kind = root.parameters.get("report-type", "").lower()
    subject = headers.readable(root.value("Subject")).lower()
    return kind == "feedback-report" or (
        "complaint about message" in subject or "abuse report" in subject
        or "x-loop: scomp" in subject or bool(root.value("X-HmXmrOriginalRecipient"))
        or (inside is None and root.value("X-Apple-Unsubscribe").lower() == "true"))


def _is_away(root: Part, groups: tuple[Mapping[str, str], ...], text: str) -> bool:
    """An automatic reply of a person's mailbox: it says that it is one, and reports no failure."""
    sender = next(iter(headers.mailboxes(root.values("From"))), None)
    local = sender.address.partition("@")[0] if sender else ""
    is_system = not local or SYSTEM.match(local)
    says = root.value("Auto-Submitted").lower().startswith("auto-replied") or re.search(
        r"auto.?repl", root.value("Precedence") + root.value("X-Autoreply"), re.IGNORECASE)
    failed = root.value("X-Failed-Recipients") or groups or reason_of(text).kind is BounceKind.HARD
    return bool(says and not is_system and not failed)


def _address(value: str) -> str:
    """The address in a value such as "rfc822; <a@b.example>", in lower case."""
    text = value.partition(";")[2] or value
    found = FOUND.search(text.rpartition(":")[2] if ":" in text else text)
    return found[0].lower() if found else ""
