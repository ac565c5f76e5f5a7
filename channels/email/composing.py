"""Composing: an outgoing message as a mail with a plain and an HTML part."""

import re
from dataclasses import dataclass
from email.generator import BytesGenerator
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from io import BytesIO
from pathlib import Path

from assistant.conversations.outgoing import Outgoing
from channels.email.addresses import one_line
from channels.email.letterhead import Letterhead
from channels.email.reply_token import ReplyTokens
from channels.pages.markdown import to_html
from channels.pages.rendering import LANGUAGES, read_words

ROOM = Path(__file__).parent
WORDS = ROOM / "words"
MOST_REFERENCES = 20
# As long as a line may be (RFC 5322 section 2.1.1); our own fields are folded before.
LONGEST_LINE = 998
REPLY_MARK = re.compile(r"^\s*(?:(?:re|aw|sv|antw|返信)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE)
BARE_LINK = re.compile(r"(?<![<(\[\"'`])https?://[^\s<>()（）、。「」\"'`]+")


@dataclass(frozen=True)
class ComposedMail:
    """A mail ready to be sent. `envelope_from` is empty (<>) where no answer must come back."""

    envelope_from: str
    envelope_to: str
    raw: bytes


def compose(outgoing: Outgoing, letterhead: Letterhead) -> ComposedMail:
    """The mail for this message; the same message always gets the same Message-ID.

    An automatic one says so and has no envelope sender, so that no program answers it
    (RFC 3834, RFC 5321 section 4.5.5).
    """
    ourselves = letterhead.ourselves
    mail = MIMEMultipart("alternative")
    sender_name, name = one_line(letterhead.name(outgoing.language)), one_line(outgoing.name)
    mail["From"] = formataddr((sender_name, ourselves.address), "utf-8")
    mail["To"] = formataddr((name, one_line(outgoing.address)), "utf-8")
    reply_to = letterhead.tokens.reply_address(outgoing.external_id)
    if reply_to:
        mail["Reply-To"] = formataddr((sender_name, reply_to), "utf-8")
    subject = _subject(outgoing)
    # Only what needs it is encoded (RFC 2047): "Re: First visit" stays readable in the source.
    mail["Subject"] = subject if subject.isascii() else \
        Header(subject, "utf-8", header_name="Subject").encode()
    mail["Date"] = format_datetime(outgoing.written_at)
    mail["Message-ID"] = f"<{letterhead.tokens.message_id(outgoing.external_id)}>"
    for field, value in _threading(outgoing, letterhead.tokens).items():
        mail[field] = value
    mail["X-Yorisoi"] = "automatic" if outgoing.automatic else "operator"
    mail["Content-Language"] = outgoing.language
    if outgoing.automatic:
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    mail.attach(MIMEText(plain_text(outgoing.text), "plain", "utf-8"))
    html = letterhead.html(safe_html(outgoing.text), outgoing.language)
    mail.attach(MIMEText(html, "html", "utf-8"))
    envelope_from = "" if outgoing.automatic else ourselves.address
    return ComposedMail(envelope_from, one_line(outgoing.address), _as_bytes(mail))


def plain_text(text: str) -> str:
    """The text without Markdown's marks; links keep their address."""
    text = re.sub(r"!?\[([^\]\n]*)\]\((https?://[^\s)]+|mailto:[^\s)]+|tel:[^\s)]+)\)",
                  lambda link: link[1] if link[1] == link[2] else f"{link[1]} ( {link[2]} )", text)
    text = re.sub(r"<(https?://[^\s>]+)>", r"\1", text)
    text = re.sub(r"(?m)^#{1,6}[ \t]+", "", text)
    text = re.sub(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*", r"\1", text)
    return re.sub(r"(?<!`)`([^`\n]+)`(?!`)", r"\1", text).replace("\r\n", "\n").strip() + "\n"


def safe_html(text: str) -> str:
    """The text as HTML of safe tags; bare links can be followed."""
    # A line of dashes divides; it does not make a heading of the line above it.
    text = re.sub(r"(?m)^(?=[-=]{2,}[ \t]*$)", r"\\", text.replace("\r\n", "\n"))
    return to_html(BARE_LINK.sub(lambda link: f"<{link[0]}>", text))


def _subject(outgoing: Outgoing) -> str:
    bare = REPLY_MARK.sub("", one_line(outgoing.subject)).strip()
    language = outgoing.language if outgoing.language in LANGUAGES else "en"
    return f"Re: {bare or read_words(WORDS / f'{language}.yaml')['mail.without_subject']}"


def _threading(outgoing: Outgoing, tokens: ReplyTokens) -> dict[str, str]:
    thread = [tokens.message_id(external_id) for external_id in outgoing.thread]
    known = [f"<{one_line(found)}>" for found in thread if found]
    answers = tokens.message_id(outgoing.answers) if outgoing.answers else None
    fields = {}
    if answers:
        fields["In-Reply-To"] = f"<{one_line(answers)}>"
        # The mail that is answered stands last (RFC 5322 section 3.6.4).
        known = [one for one in known if one != fields["In-Reply-To"]]
        known.append(fields["In-Reply-To"])
    if known:
        first, rest = known[:1], known[1:]
        fields["References"] = "\n ".join(first + rest[-(MOST_REFERENCES - 1):])
    return fields


def _as_bytes(mail: MIMEMultipart) -> bytes:
    buffer = BytesIO()
    # An id stays on the line of its field: some programs read nothing there otherwise.
    policy = compat32.clone(linesep="\r\n", cte_type="7bit", max_line_length=LONGEST_LINE)
    BytesGenerator(buffer, mangle_from_=False, policy=policy).flatten(mail)
    return buffer.getvalue()
