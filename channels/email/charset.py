"""Bytes of a mail into text, whatever their label says: Japanese mail is often mislabelled."""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

# What labels mean in mail: senders name the standard and use the vendor's larger set.
ALIASES = {
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932",
    "s-jis": "cp932", "ms_kanji": "cp932", "windows-31j": "cp932", "ms932": "cp932",
    "csshiftjis": "cp932", "euc-jp": "euc_jp", "x-euc-jp": "euc_jp", "eucjp-ms": "euc_jp",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "ascii",
    "ansi_x3.4-1968": "ascii", "gb2312": "gb18030", "gbk": "gb18030",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "unicode-1-1-utf-7": "utf-7",
    "utf8": "utf-8", "utf8mb4": "utf-8", "unicode": "utf-8", "windows-1252": "cp1252",
}
SEVEN_BIT_JAPANESE = re.compile(r"^(x-)?(cs)?iso-?2022-?jp|^cp5022[0-9]|^jis7?$", re.IGNORECASE)
ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\$\([@BD]|\([BJIH])")
KANA = re.compile(r"[぀-ヿー、。「」]")
# Two-byte words may not be split by these, else the rest of the line would be one byte off.
LINE_ENDS = frozenset(b"\r\n\t ")


JAPANESE = frozenset({"iso-2022-jp", "cp932", "euc_jp"})
# Standard and Windows disagree on a few characters; one and the same mail must not have both.
AS_WINDOWS = str.maketrans("〜‖−—¢£¬", "～∥－―￠￡￢")
HALF_WIDTH_KANA = re.compile("[｡-ﾟ]")
WIDE = re.compile("[　-〿ぁ-ヿ一-鿿！-～]+")
BESIDE_LETTERS = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")


@dataclass(frozen=True)
class Decoded:
    """The text, the character set it was read as, and whether that is what the label said."""

    text: str
    charset: str
    as_labelled: bool = True


def decode(data: bytes, label: str | None) -> Decoded:
    """Text of these bytes; the label is tried first, then what the bytes look like.

    Never raises: bytes that fit nothing become U+FFFD.
    """
    wanted = (label or "").strip().strip("\"'").lower()
    decoded = _decoded(data, wanted)
    if decoded.charset in JAPANESE:
        return Decoded(decoded.text.translate(AS_WINDOWS), decoded.charset, decoded.as_labelled)
    return decoded


def _decoded(data: bytes, wanted: str) -> Decoded:
    says_seven_bit = bool(SEVEN_BIT_JAPANESE.match(wanted))
    if ESCAPE.search(data) or (says_seven_bit and data.isascii()):
        return Decoded(decode_iso_2022_jp(data), "iso-2022-jp", says_seven_bit)
    name = "" if says_seven_bit else ALIASES.get(wanted, wanted)
    if name in ("", "ascii", "cp1252") and not data.isascii():
        seen = _detected(data) or Decoded(data.decode("cp1252", "replace"), "cp1252")
        return Decoded(seen.text, seen.charset, seen.charset == name)
    text = _strictly(data, name or "ascii")
    if text is not None:
        return Decoded(text, name or "ascii")
    found = _detected(data)
    if found is not None:
        return found
    fallback = name if _reads_bytes(name) else "utf-8"
    return Decoded(data.decode(fallback, "replace"), fallback, as_labelled=False)


def decode_iso_2022_jp(data: bytes) -> str:
    """ISO-2022-JP as mail programs write it: with half-width kana, vendor characters (①㈱髙),
    JIS X 0212, and without the escape that should end a line."""
    try:
        return data.decode("iso2022_jp")
    except UnicodeDecodeError:
        pass
    parts = []
    position, mode = 0, b"\x1b(B"
    for escape in ESCAPE.finditer(data):
        parts.append(_segment(data[position:escape.start()], mode))
        position, mode = escape.end(), escape.group()
    parts.append(_segment(data[position:], mode))
    return "".join(parts)


def _segment(data: bytes, mode: bytes) -> str:
    if mode == b"\x1b(I":
        return bytes(b | 0x80 if 0x21 <= b <= 0x5F else b for b in data).decode("cp932", "replace")
    if mode == b"\x1b$(D":
        return _words(data, lambda pair: _high(b"\x8f", pair).decode("euc_jp", "replace"))
    if mode.startswith(b"\x1b$"):
        return _words(data, lambda pair: _shifted(pair).decode("cp932", "replace"))
    # Eight-bit bytes and shift-out are half-width kana in what some old phones send.
    return data.replace(b"\x0e", b"").replace(b"\x0f", b"").decode("cp932", "replace")


def _words(data: bytes, read: Callable[[bytes], str]) -> str:
    parts, position = [], 0
    while position < len(data):
        if data[position] in LINE_ENDS or position + 1 == len(data):
            parts.append(data[position:position + 1].decode("ascii", "replace"))
            position += 1
        else:
            parts.append(read(data[position:position + 2]))
            position += 2
    return "".join(parts)


def _high(prefix: bytes, pair: bytes) -> bytes:
    return prefix + bytes(byte | 0x80 for byte in pair)


def _shifted(pair: bytes) -> bytes:
    """A JIS code as Shift_JIS, where cp932 also knows the vendors' rows."""
    high, low = pair[0] & 0x7F, pair[1] & 0x7F
    lead = ((high + 1) >> 1) + (0x70 if high < 0x5F else 0xB0)
    trail = low + (0x1F if low < 0x60 else 0x20) if high & 1 else low + 0x7E
    return bytes((lead & 0xFF, trail & 0xFF))


def _detected(data: bytes) -> Decoded | None:
    text = _strictly(data, "utf-8")
    if text is not None:
        return Decoded(text, "utf-8", as_labelled=False)
    readings = [
        (_japanese_share(text), name, text)
        for name in ("cp932", "euc_jp")
        if (text := _strictly(data, name)) is not None
    ]
    share, name, text = max(readings, default=(0.0, "", ""))
    # Western text may happen to be valid Shift_JIS, but then it holds no kana.
    if share >= 0.2:
        return Decoded(text, name, as_labelled=False)
    return next((Decoded(text, name, as_labelled=False) for _, name, text in readings
                 if _is_kanji_only(data, text)), None)


def _is_kanji_only(data: bytes, text: str) -> bool:
    """Whether it is a Japanese name or title without kana: western accents stand beside letters,
    and in the wrong Japanese set kanji look like half-width kana."""
    foreign = "".join(character for character in text if ord(character) > 0x7F)
    return (len(foreign) >= 2 and WIDE.fullmatch(foreign) is not None
            and not HALF_WIDTH_KANA.search(text) and not BESIDE_LETTERS.search(data))


def _japanese_share(text: str) -> float:
    foreign = [character for character in text if ord(character) > 0x7F]
    return len(KANA.findall(text)) / len(foreign) if foreign else 0.0


def _strictly(data: bytes, name: str) -> str | None:
    if not _reads_bytes(name):
        return None
    try:
        return data.decode(name)
    except (UnicodeError, ValueError):
        return None


def _reads_bytes(name: str) -> bool:
    """Whether Python knows a character set of this name (and not base64, zip or the like)."""
    try:
        return bool(name) and codecs.lookup(name)._is_text_encoding and name not in (
            "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined")
    except (LookupError, ValueError):
        return False
