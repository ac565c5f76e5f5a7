"""The parts of a mail, found within bounds that no sender can push.

Our own reader and not the standard library's: that one builds an object for each of a million
empty parts, and takes quadratic time over a long Content-Type. Here every byte is looked at a
bounded number of times, nothing is copied until a part is asked for its content, and what stands
beyond the bounds is named and left unread (RFC 2045, 2046, 5322).
"""

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from channels.email.parameters import parameters

MOST_PARTS = 200
DEEPEST = 20
MOST_FIELDS = 1_000
LONGEST_FIELD = 20_000
LARGEST_HEAD = 1_000_000
LONGEST_BOUNDARY = 200
# A line in the header that is no field may be what is left of a broken fold.
LOOK_AHEAD = 20
FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:(.*)", re.DOTALL)
TYPE = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,100}", re.ASCII)
NOT_BASE64 = bytes(set(range(256)) - set(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
UUENCODED = ("x-uuencode", "uuencode", "x-uue", "uue")


@dataclass(frozen=True)
class Part:
    """One part: its header fields, and where its body lies in the mail's bytes."""

    fields: tuple[tuple[str, str], ...]
    raw: bytes = field(repr=False)
    start: int
    end: int
    type: str = "text/plain"
    parameters: Mapping[str, str] = field(default_factory=dict)
    parts: tuple["Part", ...] = ()

    def values(self, name: str) -> list[str]:
        """The unfolded values of all fields of this name, topmost first; bytes that are not
        ASCII are kept as surrogates."""
        wanted = name.lower()
        return [value for key, value in self.fields if key.lower() == wanted]

    def value(self, name: str) -> str:
        """The first field of this name, or an empty string."""
        return next(iter(self.values(name)), "")

    @property
    def body(self) -> bytes:
        """The body as it was sent."""
        return self.raw[self.start:self.end]

    @property
    def said_type(self) -> str:
        """The type that the part gives itself, even if it is not built so."""
        said = parameters(self.value("Content-Type"))[0].lower()
        return said if TYPE.fullmatch(said) else self.type

    @cached_property
    def disposition(self) -> tuple[str, dict[str, str]]:
        """What Content-Disposition says in lower case, and its parameters."""
        kind, given = parameters(self.value("Content-Disposition"))
        return kind.lower(), given

    @property
    def file_name(self) -> str:
        """The name that the part's file was given, still with its encoded words."""
        return self.disposition[1].get("filename") or self.parameters.get("name", "")

    def content(self) -> bytes:
        """The body with its transfer encoding undone; never raises."""
        body = self.body
        encoding = parameters(self.value("Content-Transfer-Encoding"))[0].lower()
        if encoding == "base64":
            return _base64(body)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(body)
        return _uuencoded(body) if encoding in UUENCODED else body

    def leaves(self) -> Iterator["Part"]:
        """The parts that hold something; a mail inside the mail is one of them, not its parts."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass
class _Bounds:
    """How many parts may still be found, and whether some were left unread."""

    parts: int = MOST_PARTS
    were_pushed: bool = False


def read(raw: bytes) -> tuple[Part, bool]:
    """The mail as a tree of parts, and whether some of it lies beyond the bounds."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    bounds = _Bounds()
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while raw[start:start + 1] in (b"\r", b"\n"):
        start += 1
    # The line with which mailbox files begin each mail.
    if re.compile(rb">?From (?![ \t]*:)").match(raw, start):
        start = _next_line(raw, start, len(raw))
    root = _part(raw, start, len(raw), "text/plain", 0, bounds)
    return root, bounds.were_pushed


def _part(raw: bytes, start: int, end: int, default: str, depth: int, bounds: _Bounds) -> Part:
    fields, body = _head(raw, start, end)
    said = next((value for name, value in fields if name.lower() == "content-type"), "")
    kind, given = parameters(said)
    kind = kind.lower()
    if not TYPE.fullmatch(kind):
        kind = "text/plain" if said else default
    parts: tuple[Part, ...] = ()
    if kind.startswith("multipart/"):
        parts = _children(raw, body, end, kind, given.get("boundary", ""), depth, bounds)
        # Without any boundary it is text, whatever it says.
        kind = kind if parts or depth >= DEEPEST or body >= end else "text/plain"
    return Part(fields, raw, body, end, kind, given, parts)


def _head(raw: bytes, start: int, end: int) -> tuple[tuple[tuple[str, str], ...], int]:
    """The header fields that begin here, and where the body does."""
    fields: list[tuple[bytes, list[bytes]]] = []
    position = start
    while position < end:
        following = _next_line(raw, position, end)
        line = raw[position:min(following, position + LONGEST_FIELD)].rstrip(b"\r\n")
        if not line or position - start > LARGEST_HEAD:
            position = following if not line else position
            break
        found = FIELD.fullmatch(line)
        if line[:1] in b" \t" and fields:
            if not line.strip() and not _field_follows(raw, following, end, folded=True):
                position = following
                break
            fields[-1][1].append(line)
        elif found:
            if len(fields) < MOST_FIELDS:
                fields.append((found[1], [found[2]]))
        elif not _field_follows(raw, following, end):
            break
        elif fields:
            fields[-1][1].append(line)
        position = following
    return tuple((_text(name, []), _text(lines[0], lines[1:])) for name, lines in fields), position


def _field_follows(raw: bytes, position: int, end: int, *, folded: bool = False) -> bool:
    """Whether a field stands in the next lines, before an empty one; with `folded`, only the rest
    of a folded value may stand between."""
    for _ in range(LOOK_AHEAD):
        following = _next_line(raw, position, end)
        line = raw[position:min(following, position + LONGEST_FIELD)].rstrip(b"\r\n")
        if not line.strip():
            return False
        found = FIELD.fullmatch(line)
        if found:
            return True
        if folded and line[:1] not in b" \t":
            return False
        position = following
    return False


def _text(first: bytes, more: list[bytes]) -> str:
    value = b" ".join(line.strip() for line in (first, *more))[:LONGEST_FIELD]
    # No database takes a zero byte.
    return value.replace(b"\0", b"").decode("ascii", "surrogateescape")


def _children(
    raw: bytes, start: int, end: int, kind: str, boundary: str, depth: int, bounds: _Bounds
) -> tuple[Part, ...]:
    if depth >= DEEPEST:
        bounds.were_pushed = True
        return ()
    default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
    delimiter = b"--" + boundary.strip().encode("ascii", "surrogateescape")
    spans = _spans(raw, start, end, delimiter, bounds) if boundary.strip() else []
    if not spans:
        # The header's boundary is missing or wrong; the first line that looks like one is tried.
        guess = re.compile(rb"\n(--[^\s-][^\r\n]{3,100}?)[ \t]*\r?\n").search(
            raw, max(0, start - 1), min(end, start + 10_000))
        spans = _spans(raw, start, end, guess[1], bounds) if guess else []
    return tuple(_part(raw, first, last, default, depth + 1, bounds) for first, last in spans)


def _spans(
    raw: bytes, start: int, end: int, delimiter: bytes, bounds: _Bounds
) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    if len(delimiter) > LONGEST_BOUNDARY:
        return spans
    opened = -1
    lines = re.compile(rb"^" + re.escape(delimiter) + rb"(--)?[ \t]{0,100}\r?$", re.MULTILINE)
    for found in lines.finditer(raw, start, end):
        if opened >= 0:
            spans.append((opened, _before_line_end(raw, opened, found.start())))
        opened = -1
        if found[1]:
            break
        bounds.parts -= 1
        if bounds.parts < 0:
            bounds.were_pushed = True
            return spans
        opened = min(found.end() + 1, end)
    if opened >= 0:
        spans.append((opened, end))
    return spans


def _before_line_end(raw: bytes, start: int, at: int) -> int:
    """The line end before a delimiter belongs to the delimiter."""
    for ending in (b"\r\n", b"\n"):
        if raw[max(start, at - len(ending)):at] == ending:
            return at - len(ending)
    return at


def _next_line(raw: bytes, position: int, end: int) -> int:
    found = raw.find(b"\n", position, end)
    return end if found == -1 else found + 1


def _base64(body: bytes) -> bytes:
    clean = body.translate(None, NOT_BASE64)
    spaces = sum(map(body.count, (b"\n", b"\r", b" ", b"\t")))
    if len(clean) < (len(body) - spaces) * 0.8:
        return body  # it says base64 and is not
    pieces = []
    # Some programs encode piece by piece, each with its own padding.
    for piece in clean.split(b"=", 1_000):
        piece = piece.replace(b"=", b"")
        piece = piece[:-1] if len(piece) % 4 == 1 else piece
        pieces.append(binascii.a2b_base64(piece + b"=" * (-len(piece) % 4)))
    return b"".join(pieces)


def _uuencoded(body: bytes) -> bytes:
    begin = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE).search(body)
    found = []
    for line in body[begin.end() if begin else 0:].splitlines():
        if line.strip() == b"end":
            break
        try:
            found.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Old encoders count wrongly; the length byte says how much of the line is meant.
            size = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                found.append(binascii.a2b_uu(line[:size]))
            except binascii.Error:
                return body
    return b"".join(found)
