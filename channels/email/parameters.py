"""Parameters of Content-Type and Content-Disposition, also continued and encoded (RFC 2231)."""

import re
from urllib.parse import unquote_to_bytes

from channels.email.charset import decode

LONGEST = 8_000
NAME = re.compile(r"([\w.-]{1,60}?)(?:\*(\d{1,3}))?(\*)?")
COMMENT = re.compile(r"\s*\([^()]{0,200}\)\s*\Z")


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """What stands before the first semicolon, and the parameters by lower-case name.

    The first of two parameters with one name counts. Linear in the value's length.
    """
    head, *entries = _entries(value[:LONGEST])
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for entry in entries:
        name, equals, given = entry.partition("=")
        found = NAME.fullmatch(name.strip().lower())
        if not equals or not found:
            continue
        text = _unquoted(given.strip())
        if found[2] is None and not found[3]:
            plain.setdefault(found[1], text)
        else:
            number = int(found[2] or 0)
            pieces.setdefault(found[1], {}).setdefault(number, (bool(found[3]), text))
    # The encoded form is the better one of two (RFC 6266 section 4.3).
    return COMMENT.sub("", head).strip(), plain | {
        name: _joined(found) for name, found in pieces.items()
    }


def _entries(value: str) -> list[str]:
    """Splits at semicolons outside quotes."""
    entries, start, quoted, escaped = [], 0, False, False
    for position, character in enumerate(value):
        if escaped:
            escaped = False
        elif character == "\\" and quoted:
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == ";" and not quoted:
            entries.append(value[start:position])
            start = position + 1
    # An open quotation mark would hide every semicolon after it.
    return value.split(";") if quoted else [*entries, value[start:]]


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return re.sub(r"\\([\"\\])", r"\1", text[1:-1])
    return text.strip('"')


def _joined(pieces: dict[int, tuple[bool, str]]) -> str:
    charset, data = "", b""
    for place, (_, (is_encoded, text)) in enumerate(sorted(pieces.items())):
        if place == 0 and is_encoded and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw = text.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(raw) if is_encoded else raw
    return decode(data, charset).text
