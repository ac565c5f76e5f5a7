"""Composing: an outgoing message as a mail with a plain and an HTML part."""

import re
from dataclasses import dataclass
from email.generator import BytesGenerator
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from functools import cache
from io import BytesIO
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.conversations.outgoing import Outgoing
from channels.email.addresses import message_id_of
from channels.email.screening import Ourselves
from channels.pages.markdown import to_html
from channels.pages.rendering import LANGUAGES, read_words

ROOM = Path(__file__).parent
WORDS = ROOM / "words"
MOST_REFERENCES = 20
REPLY_MARK = re.compile(r"^\s*(?:(?:re|aw|sv|antw|返信)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE)
BARE_LINK = re.compile(r"(?<![<(\[\"'`])https?://[^\s<>()（）、。「」\"'`]+")


@dataclass(frozen=True)
class ComposedMail:
    """A mail ready to be sent. `envelope_from` is empty (<>) where no answer must come back."""

    envelope_from: str
    envelope_to: str
    raw: bytes


def compose(outgoing: Outgoing, ourselves: Ourselves, company_name: str) -> ComposedMail:
    """The mail for this message; the same message always gets the same Message-ID.

    An automatic one says so and has no envelope sender, so that no program answers it
    (RFC 3834, RFC 5321 section 4.5.5).
    """
    mail = MIMEMultipart("alternative")
    sender_name, name = _one_line(company_name), _one_line(outgoing.name)
    mail["From"] = formataddr((sender_name, ourselves.address), "utf-8")
    mail["To"] = formataddr((name, _one_line(outgoing.address)), "utf-8")
    subject = _subject(outgoing)
    # Only what needs it is encoded (RFC 2047): "Re: First visit" stays readable in the source.
    mail["Subject"] = subject if subject.isascii() else \
        Header(subject, "utf-8", header_name="Subject").encode()
    mail["Date"] = format_datetime(outgoing.written_at)
    mail["Message-ID"] = f"<{message_id_of(outgoing.external_id, ourselves.domain)}>"
    for field, value in _threading(outgoing, ourselves.domain).items():
        mail[field] = value
    mail["X-Yorisoi"] = "automatic" if outgoing.automatic else "operator"
    mail["Content-Language"] = outgoing.language
    if outgoing.automatic:
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    mail.attach(MIMEText(plain_text(outgoing.text), "plain", "utf-8"))
    mail.attach(MIMEText(html_text(outgoing.text, outgoing.language), "html", "utf-8"))
    envelope_from = "" if outgoing.automatic else ourselves.address
    return ComposedMail(envelope_from, _one_line(outgoing.address), _as_bytes(mail))


def plain_text(text: str) -> str:
    """The text without Markdown's marks; links keep their address."""
    text = re.sub(r"!?\[([^\]\n]*)\]\((https?://[^\s)]+|mailto:[^\s)]+|tel:[^\s)]+)\)",
                  lambda link: link[1] if link[1] == link[2] else f"{link[1]} ( {link[2]} )", text)
    text = re.sub(r"<(https?://[^\s>]+)>", r"\1", text)
    text = re.sub(r"(?m)^#{1,6}[ \t]+", "", text)
    text = re.sub(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*", r"\1", text)
    return re.sub(r"(?<!`)`([^`\n]+)`(?!`)", r"\1", text).replace("\r\n", "\n").strip() + "\n"


def html_text(text: str, language: str) -> str:
    """The text as an HTML document."""
    return _templates().get_template("reply.html").render(
        language=language, body=safe_html(text)
    )


def safe_html(text: str) -> str:
    """The text as HTML of safe tags; bare links can be followed."""
    # A line of dashes divides; it does not make a heading of the line above it.
    text = re.sub(r"(?m)^(?=[-=]{2,}[ \t]*$)", r"\\", text.replace("\r\n", "\n"))
    return to_html(BARE_LINK.sub(lambda link: f"<{link[0]}>", text))


def _subject(outgoing: Outgoing) -> str:
    bare = REPLY_MARK.sub("", _one_line(outgoing.subject)).strip()
    language = outgoing.language if outgoing.language in LANGUAGES else "en"
    return f"Re: {bare or read_words(WORDS / f'{language}.yaml')['mail.without_subject']}"


def _threading(outgoing: Outgoing, domain: str) -> dict[str, str]:
    thread = [message_id_of(external_id, domain) for external_id in outgoing.thread]
    known = [f"<{_one_line(found)}>" for found in thread if found]
    answers = message_id_of(outgoing.answers, domain) if outgoing.answers else None
    fields = {}
    if answers:
        fields["In-Reply-To"] = f"<{_one_line(answers)}>"
        # The mail that is answered stands last (RFC 5322 section 3.6.4).
        known = [one for one in known if one != fields["In-Reply-To"]]
        known.append(fields["In-Reply-To"])
    if known:
        first, rest = known[:1], known[1:]
        fields["References"] = "\n ".join(first + rest[-(MOST_REFERENCES - 1):])
    return fields


def _one_line(value: str) -> str:
    """A header value: a line break in it would begin a field of somebody else's choice."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", value).strip()


def _as_bytes(mail: MIMEMultipart) -> bytes:
    buffer = BytesIO()
    policy = compat32.clone(linesep="\r\n", cte_type="7bit")
    BytesGenerator(buffer, mangle_from_=False, policy=policy).flatten(mail)
    return buffer.getvalue()


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(ROOM / "templates"), autoescape=True,
                       undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
