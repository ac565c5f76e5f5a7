"""The text of a mail and the files beside it, out of its parts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from channels.email import headers
from channels.email.attachments import Attachment, examined
from channels.email.charset import decode
from channels.email.flowed import unflowed
from channels.email.html_text import html_to_text
from channels.email.mime import Part

LONGEST_TEXT = 200_000
# Of files beyond this many, only the name, the label and the size are looked at.
MOST_EXAMINED = 30
LONGEST_NAME = 200
# Some programs send a plain part that only says that there is an HTML one.
STUB = re.compile(
    r"^\W*(this is (a|an) (html|multi-?part) |your (mail|e-?mail) (client|program) (does|can)|"
    r"(to view|if you (can ?not|can't) (see|read|view)) this (message|e-?mail)|"
    r"html(形式の)?メール|このメールは、?html|(本|この)メールは、?html)", re.IGNORECASE)
LONGEST_STUB = 600
LINE_ENDS = re.compile("\r\n?|\u2028|\u2029|\x85")
META = re.compile(rb"(?i)<(?:meta|\?xml)[^>]{0,200}(?:charset|encoding)=[\"']?([\w.:-]{1,40})")


@dataclass
class Body:
    """What was found: the whole text, the files, mails inside the mail, calendar parts, and what
    was odd about their characters."""

    text: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    calendars: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Piece:
    text: str
    is_html: bool


def body_of(root: Part) -> Body:
    """The text that a reader sees, in order, and everything else that the mail carries."""
    body = Body()
    pieces = _pieces(root, body, is_root=True)
    texts = [piece.text.strip("\n") for piece in pieces if piece.text.strip()]
    # Half a pair of surrogates cannot be stored.
    whole = "\n\n".join(texts).rstrip().encode("utf-8", "replace").decode("utf-8")
    body.text = whole[:LONGEST_TEXT]
    if len(whole) > LONGEST_TEXT:
        body.notes.append(f"only the first {LONGEST_TEXT} characters were read")
    body.notes = list(dict.fromkeys(body.notes))
    return body


def _pieces(part: Part, body: Body, *, is_root: bool = False) -> list[_Piece]:
    if part.type == "multipart/alternative":
        versions = [found for child in part.parts if (found := _pieces(child, body))]
        return _best(versions)
    if part.parts:
        return [piece for child in part.parts for piece in _pieces(child, body)]
    if part.type.startswith("multipart/"):
        return []
    if part.type == "text/calendar":
        body.calendars.append(_text_of(part, body))
    elif part.type == "message/rfc822":
        body.mails.append(part.content())
    if _is_file(part, is_root=is_root):
        body.attachments.append(_attachment(part, len(body.attachments) < MOST_EXAMINED))
        return []
    text = _text_of(part, body)
    is_html = part.type == "text/html" or (part.type == "text/plain" and _is_page(text))
    return [_Piece(html_to_text(text) if is_html else text, is_html)]


def _best(versions: list[list[_Piece]]) -> list[_Piece]:
    """The plain version of a text, unless it is empty or only says that there is another."""
    for pieces in versions:
        plain = "\n".join(piece.text for piece in pieces if not piece.is_html)
        is_stub = len(plain) < LONGEST_STUB and STUB.match(plain)
        if plain.strip() and not is_stub and not any(piece.is_html for piece in pieces):
            return pieces
    filled = [pieces for pieces in versions if any(piece.text.strip() for piece in pieces)]
    # The best version comes last (RFC 2046 section 5.1.4).
    return filled[-1] if filled else []


def _is_file(part: Part, *, is_root: bool) -> bool:
    is_text = part.type in ("text/plain", "text/html")
    named = bool(part.file_name) and not is_root
    return part.disposition[0] == "attachment" or not is_text or named


def _is_page(text: str) -> bool:
    """Whether a text that says it is plain is a whole HTML document."""
    return bool(re.match(r"(?i)\s*(?:<!doctype html|<html[\s>])", text)) and "</" in text


def _attachment(part: Part, may_look: bool) -> Attachment:
    name = headers.readable(part.file_name).replace("\\", "/").rpartition("/")[2][:LONGEST_NAME]
    content = part.content()
    if not may_look:
        return Attachment(name, part.type, len(content))
    return examined(name, part.type, content)


def _text_of(part: Part, body: Body) -> str:
    data = part.content()[:LONGEST_TEXT * 10]
    label = headers.readable(part.parameters.get("charset", "")).partition("'")[0].strip()
    if part.type == "text/html" and not label:
        declared = META.search(data[:4096])
        label = declared[1].decode("ascii") if declared else ""
    decoded = decode(data, label)
    if not decoded.as_labelled:
        body.notes.append(f"labelled {label or 'with nothing'}, read as {decoded.charset}")
    text = LINE_ENDS.sub("\n", decoded.text).replace("\x00", "")
    if part.type == "text/plain" and part.parameters.get("format", "").lower() == "flowed":
        return unflowed(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    return text


def files_of(root: Part) -> Iterator[Part]:
    """The parts that are files, in order."""
    for leaf in root.leaves():
        if _is_file(leaf, is_root=leaf is root):
            yield leaf
