"""Screening: did a person write this mail to us? Anything else is never answered (RFC 3834)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from channels.email.headers import domain_of
from channels.email.parsing import ParsedMail


class Kind(StrEnum):
    """What sort of mail it is; only human mail becomes a message."""

    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    OUT_OF_OFFICE = "out_of_office"
    BOUNCE = "bounce"
    BULK = "bulk"
    OWN = "own"


@dataclass(frozen=True)
class Screening:
    """The kind of a mail, and the rules that object to an answer, the decisive ones first."""

    kind: Kind
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Ourselves:
    """How our own mail is known: our address, and the domain of our Message-IDs."""

    address: str
    domain: str


Rule = Callable[[ParsedMail, str | None, Ourselves], Kind | None]

BOUNCE_SENDERS = re.compile(
    r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|post[-_.]?master|mail[-_.]?delivery([-_.]?\w+)?|"
    r"mdaemon|mmdf|delivery[-_.]?(?:failure|status))(?:[+=._-].*)?$")
SILENT_SENDERS = re.compile(
    r"^(?:.*[._+-])?(?:bounces?|bounced|no[-_.]?reply[a-z0-9]*|do[-_.]?not[-_.]?reply|"
    r"dont[-_.]?reply)(?:[._+-].*)?$")
BULK_SENDERS = re.compile(
    r"^(?:owner-.*|.*-request|.*-bounces(?:[+=].*)?|listserv|majordomo|mailman)$")
# Only what programs write word by word: "Delivery failed" may be a customer's lost parcel, and
# 不在通知 the slip that the carrier left.
BOUNCE_SUBJECTS = re.compile(
    r"undeliver(?:able|ed)(?: (?:mail|message))?(?::|$| returned)|undeliverable mail|"
    r"delivery status notification|delivery notification: delivery has failed|"
    r"mail delivery (?:failed: |failure$|subsystem|system|status)|mail system error|"
    r"returned (?:mail|message): |warning: could not send message|"
    r"(?:failure|delivery failure|non-?delivery) (?:notice|notification|report)$|"
    r"(?:mail|message) (?:could not be|not) delivered$|complaint about message from|"
    r"配信不能[:：]|配信不能通知$|メール配信エラー通知",
    re.IGNORECASE)
OFFICE_SUBJECTS = re.compile(
    r"(?:out[- ]of[- ](?:the )?office|automatic reply|auto[- ]?(?:reply|response)|"
    r"vacation (?:reply|notice|message|notification)|absence (?:notice|notification))"
    r"(?:\s*[:：;(\[-]|\s*$|\s+(?:re:|until|from \d|reply|message|notification|notice))|"
    r"(?:自動(?:応答|返信)|不在(?:通知|連絡|応答)|休暇(?:通知|連絡))(?:メール)?\s*[:：】\]）)」]|"
    r"(?:不在|休暇)(?:中)?のお知らせ\s*(?:[:：】\]）)」]|$)|"
    r"(?:abwesenheitsnotiz|automatische antwort|réponse automatique|absence du bureau|"
    r"respuesta automática|risposta automatica|automatisch antwoord)\s*(?:[:：]|$)",
    re.IGNORECASE)


def screen(mail: ParsedMail, envelope_from: str | None, ourselves: Ourselves) -> Screening:
    """What kind of mail this is; human only if no rule objects.

    `envelope_from` is the sender in the SMTP envelope, empty for <>, None where it is unknown.
    """
    objections = [
        (kind, rule.__name__)
        for rule in RULES
        if (kind := rule(mail, envelope_from, ourselves)) is not None
    ]
    if not objections:
        return Screening(Kind.HUMAN, ("no_rule_objects",))
    kinds = [kind for kind, _ in objections]
    # A bounce is often marked as an automatic reply too: the more telling kind names it.
    kind = next(kind for kind in MOST_TELLING if kind in kinds)
    objections.sort(key=lambda objection: objection[0] is not kind)
    return Screening(kind, tuple(name for _, name in objections))


def own_address(mail: ParsedMail, _envelope: str | None, ourselves: Ourselves) -> Kind | None:
    """We wrote it, or it says so."""
    return Kind.OWN if ourselves.address and ourselves.address in mail.senders else None


def own_message_id(mail: ParsedMail, _envelope: str | None, ourselves: Ourselves) -> Kind | None:
    """It carries an id that only we give out."""
    domain = domain_of(mail.message_id)
    is_ours = mail.message_id.startswith("out-") and domain == ourselves.domain
    return Kind.OWN if ourselves.domain and is_ours else None


def own_mark(mail: ParsedMail, _envelope: str | None, _ourselves: Ourselves) -> Kind | None:
    """It carries our own header field, so it went through us before."""
    return Kind.OWN if "x-yorisoi" in mail.fields else None


def delivery_report(mail: ParsedMail, _envelope: str | None, _own: Ourselves) -> Kind | None:
    """A report about a delivery, a reading or an abuse complaint (RFC 6522, 3464, 5965)."""
    is_report = mail.content_type == "multipart/report" or any(
        attachment.type in ("message/delivery-status", "message/feedback-report",
                            "message/global-delivery-status", "message/disposition-notification")
        for attachment in mail.attachments
    )
    return Kind.BOUNCE if is_report or "x-failed-recipients" in mail.fields else None


def bounce_sender(mail: ParsedMail, envelope: str | None, _own: Ourselves) -> Kind | None:
    """The sender is a mail system."""
    addresses = [*mail.senders, envelope or "", mail.return_path or ""]
    is_system = any(BOUNCE_SENDERS.match(address.partition("@")[0]) for address in addresses)
    return Kind.BOUNCE if is_system or mail.senders == ("",) else None


def no_address(mail: ParsedMail, _envelope: str | None, _own: Ourselves) -> Kind | None:
    """The From address is <> or has no domain: a program of some machine wrote it."""
    return Kind.AUTO_REPLY if any("@" not in sender for sender in mail.senders) else None


def null_return_path(mail: ParsedMail, envelope: str | None, _own: Ourselves) -> Kind | None:
    """The envelope sender is <>: nobody wants an answer (RFC 5321)."""
    return Kind.AUTO_REPLY if "" in (envelope, mail.return_path) else None


def bounce_subject(mail: ParsedMail, _envelope: str | None, _own: Ourselves) -> Kind | None:
    """The subject is that of a delivery report, and the mail answers nothing."""
    if mail.in_reply_to and mail.new_text != mail.text:
        return None
    return Kind.BOUNCE if BOUNCE_SUBJECTS.match(_bare(mail.subject)) else None


def auto_submitted(mail: ParsedMail, _envelope: str | None, _own: Ourselves) -> Kind | None:
    """Auto-Submitted says anything but "no" (RFC 3834)."""
    value = mail.first("Auto-Submitted").partition(";")[0].strip().lower()
    return Kind.AUTO_REPLY if value and value != "no" else None


def automatic_mark(mail: ParsedMail, _envelope: str | None, _own: Ourselves) -> Kind | None:
    """A header field that only automatic mail carries."""
    marks = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autogenerated", "x-cron-env")
    return Kind.AUTO_REPLY if any(mark in mail.fields for mark in marks) else None


def loop_mark(mail: ParsedMail, _envelope: str | None, _own: Ourselves) -> Kind | None:
    """X-Loop: a program has marked it so that it is not answered twice."""
    return Kind.AUTO_REPLY if "x-loop" in mail.fields else None


def responses_suppressed(mail: ParsedMail, _envelope: str | None, _own: Ourselves) -> Kind | None:
    """X-Auto-Response-Suppress asks not to be answered automatically."""
    asked = set(re.split(r"[,\s]+", mail.first("X-Auto-Response-Suppress").lower()))
    return Kind.AUTO_REPLY if asked & {"all", "autoreply", "oof"} else None


def out_of_office(mail: ParsedMail, _envelope: str | None, _own: Ourselves) -> Kind | None:
    """The subject begins as an absence notice does."""
    return Kind.OUT_OF_OFFICE if OFFICE_SUBJECTS.match(_bare(mail.subject)) else None


def precedence(mail: ParsedMail, _envelope: str | None, _own: Ourselves) -> Kind | None:
    """Precedence: bulk, list, junk or auto_reply."""
    value = mail.first("Precedence").strip().lower()
    if value in ("auto_reply", "auto-reply"):
        return Kind.AUTO_REPLY
    return Kind.BULK if value in ("bulk", "list", "junk") else None


def mailing_list(mail: ParsedMail, _envelope: str | None, _own: Ourselves) -> Kind | None:
    """Any List- field, a list program's own, or a Feedback-ID: it goes to many (RFC 2369, 2919)."""
    marks = ("list-", "mailing-list", "x-mailing-list", "x-ml", "feedback-id")
    return Kind.BULK if any(name.startswith(marks) for name in mail.fields) else None


def list_sender(mail: ParsedMail, envelope: str | None, _own: Ourselves) -> Kind | None:
    """The sender is a mailing list's own address."""
    addresses = [*mail.senders, envelope or ""]
    is_list = any(BULK_SENDERS.match(address.partition("@")[0]) for address in addresses)
    return Kind.BULK if is_list else None


def silent_sender(mail: ParsedMail, _envelope: str | None, _own: Ourselves) -> Kind | None:
    """The sender says in its address that nobody reads answers."""
    # Only as the author: services put such an address into the envelope of a person's mail.
    is_silent = any(SILENT_SENDERS.match(sender.partition("@")[0]) for sender in mail.senders)
    return Kind.BULK if is_silent else None


RULES: tuple[Rule, ...] = (
    own_address, own_message_id, own_mark, delivery_report, bounce_sender, bounce_subject,
    out_of_office, auto_submitted, automatic_mark, loop_mark, responses_suppressed,
    no_address, null_return_path, precedence, mailing_list, list_sender, silent_sender,
)
MOST_TELLING = (
    Kind.OWN, Kind.BOUNCE, Kind.OUT_OF_OFFICE, Kind.BULK, Kind.AUTO_REPLY,
)


def _bare(subject: str) -> str:
    """The subject without brackets and marks in front of it."""
    return re.sub(r"^(?:\s|\[[^\]]{0,30}\]|【|「|\*|!|：|:|『|（|\()+", "", subject)
