"""Header fields of a mail: encoded words, addresses, message ids and dates."""

import base64
import binascii
import quopri
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from channels.email.charset import decode

WORD = re.compile(
    r"=\?([\w.:()-]{1,60}?)(?:\*[\w-]{0,20})?\?([bBqQ])\?(.{0,1000}?)\?="
    r"(?![0-9A-F]{2}[^?\s]{0,200}\?=)"
)
GAP = re.compile(r"\A[ \t\r\n]*\Z")
# A program of the sender's own machine may leave the domain away, or even the whole address.
ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+(?:@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)?"
)
MESSAGE_ID = re.compile(r"<([^<>\s]{1,500})>")
MOST_REFERENCES = 50
MOST_ADDRESSES = 200
LONGEST_DATE = 200


@dataclass(frozen=True)
class Mailbox:
    """An address in lower case, and the name that its owner gave it."""

    name: str
    address: str


def readable(value: str) -> str:
    """A header value as a person reads it: encoded words and raw bytes decoded.

    Neighbouring words of one character set are joined before they are decoded, since mail
    programs split them in the midst of a character.
    """
    value = _without_raw_bytes(value)
    parts: list[str] = []
    charset, pending, position = "", b"", 0
    for word in WORD.finditer(value):
        between = value[position:word.start()]
        is_neighbour = bool(pending) and GAP.match(between) is not None
        if not (is_neighbour and word[1].lower() == charset):
            parts.append(decode(pending, charset).text)
            parts.append("" if is_neighbour else between)
            pending = b""
        charset, pending, position = word[1].lower(), pending + _bytes_of(word), word.end()
    parts += [decode(pending, charset).text, value[position:]]
    return _one_line("".join(parts))


def mailboxes(values: list[str]) -> list[Mailbox]:
    """The addresses of these From, To or Cc values; what is no clear address is left out, and
    the null address <> is an empty string.

    Addresses are found before names are decoded, so that no encoded name can bring in an
    address, and of each entry only the part in angle brackets counts if there is one.
    """
    entries = [entry for value in values for entry in _entries(_without_raw_bytes(value))]
    found = map(_mailbox, entries[:MOST_ADDRESSES])
    return [mailbox for mailbox in found if mailbox is not None]


def message_ids(value: str) -> tuple[str, ...]:
    """The ids in a Message-ID, In-Reply-To or References value, without their brackets."""
    value = _one_line(_without_raw_bytes(value))
    found = MESSAGE_ID.findall(value)
    bare = value.strip()
    if not found and "@" in bare and " " not in bare:
        found = [bare.strip("<>")]
    return tuple(dict.fromkeys(found[-MOST_REFERENCES:]))


def sent_at(value: str) -> datetime | None:
    """The moment of a Date value in UTC; None if there is none that can be read."""
    try:
        moment = parsedate_to_datetime(value[:LONGEST_DATE])
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def domain_of(address: str) -> str:
    """What stands after the last @, in lower case."""
    return address.rpartition("@")[2].lower().rstrip(".")


def _without_raw_bytes(value: str) -> str:
    raw = value.encode("utf-8", "surrogateescape")
    if b"\x1b" in raw or any("\udc80" <= character <= "\udcff" for character in value):
        return decode(raw, None).text
    return value


def _bytes_of(word: "re.Match[str]") -> bytes:
    data = word[3].encode("ascii", "ignore")
    if word[2] in "qQ":
        return quopri.decodestring(data, header=True)
    clean = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    try:
        return base64.b64decode(clean + b"=" * (-len(clean) % 4))
    except binascii.Error:
        return base64.b64decode(clean[:-1] + b"=" * (-len(clean[:-1]) % 4))


def _entries(value: str) -> list[str]:
    """Splits at commas and semicolons outside quotes, comments and angle brackets."""
    entries, start, quoted, depth, angle, escaped = [], 0, False, 0, False, False
    for position, character in enumerate(value):
        if escaped:
            escaped = False
        elif character == "\\" and (quoted or depth):
            escaped = True
        elif character == '"' and not depth:
            quoted = not quoted
        elif quoted:
            continue
        elif character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
        elif character in "<>" and not depth:
            angle = character == "<"
        elif character in ",;" and not depth and not angle:
            entries.append(value[start:position])
            start = position + 1
    # An open quotation mark would hide every comma after it.
    return [*entries, value[start:]] if not quoted else value.split(",")


def _mailbox(entry: str) -> Mailbox | None:
    bare, comment = _without_comments(entry)
    plain = re.sub(r'"(?:\\.|[^"\\])*"', lambda match: " " * len(match[0]), bare)
    angles = list(re.finditer(r"<([^<>]*)>", plain))
    if angles:
        # The written text of the last pair of brackets, with a quoted local part if it had one.
        last = angles[-1]
        address, name = bare[last.start() + 1:last.end() - 1], bare[:last.start()]
    else:
        # A source route or a group's name is no part of the address.
        name, address = comment, bare.strip().rpartition(":")[2]
        words = address.split()
        if len(words) > 1 and "@" in words[-1] and "@" not in "".join(words[:-1]):
            name, address = " ".join(words[:-1]), words[-1]
    address = re.sub(r"\s*([.@])\s*", r"\1", address).strip()
    address = re.sub(r"^@[^:]*:", "", address)
    is_null = bool(angles) and not address
    if not is_null and not _is_address(address):
        return None
    shown = readable(name or comment).strip()
    if len(shown) > 1 and shown[0] == shown[-1] == '"':
        shown = re.sub(r"\\(.)", r"\1", shown[1:-1])
    return Mailbox(shown.strip()[:200], address.replace('"', "").lower())


def _without_comments(entry: str) -> tuple[str, str]:
    """The entry without what stands in round brackets outside quotes, and the last of that."""
    kept, comment, depth, quoted, escaped = [], "", 0, False, False
    for character in entry:
        if escaped or (character == "\\" and (quoted or depth)):
            escaped = not escaped
        elif character == '"' and not depth:
            quoted = not quoted
        elif character in "()" and not quoted:
            comment = "" if character == "(" and not depth else comment
            depth = max(0, depth + (1 if character == "(" else -1))
            if depth == (1 if character == "(" else 0):
                continue
        if depth:
            comment += character
        else:
            kept.append(character)
    # Brackets that nobody closes would hide the whole address.
    return ("".join(kept), comment.strip()) if not depth else (entry, "")


def _is_address(address: str) -> bool:
    if not address.isascii():
        # Other scripts (RFC 6532), but nothing that a fold turns into another's ASCII address.
        if any(unicodedata.normalize("NFKC", one).lower().isascii() or not one.isalnum()
               for one in address if not one.isascii()):
            return False
        address = re.sub(r"[^\x00-\x7f]", "x", address)
    return bool(ADDRESS.fullmatch(address)) or _is_old_phone_address(address)


def _is_old_phone_address(address: str) -> bool:
    """Japanese carriers once gave out addresses that need quotes: "a..b."@docomo.example."""
    return re.fullmatch(r'"[A-Za-z0-9._-]+"@[A-Za-z0-9.-]+', address) is not None


def _one_line(text: str) -> str:
    # Half a pair of surrogates cannot be stored.
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return re.sub(r"[\x00-\x1f\x7f]+", " ", whole).strip()
