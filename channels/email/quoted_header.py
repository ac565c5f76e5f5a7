"""The header or the ruler with which an older mail begins inside a newer one.

The words of the many languages are data (`quotation.yaml`); here is only the grammar.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LONGEST_LINE = 400
FIELDS_NEAR = 8
MARKS = re.compile(r"^[ \t>＞|]+")
DASHES = r"[-_=*—━─＝－#]"
ADDRESSED = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,100}|<mailto:|\[mailto:", re.IGNORECASE)


def begins_mail(lines: Sequence[str], position: int) -> int:
    """How many lines from here are the header of an older mail, or the ruler above it; 0 if none.

    A header names its sender and has at least two more fields near by.
    """
    line = lines[position]
    if not line.strip() or len(line) > LONGEST_LINE:
        return 0
    if _ruler().match(line):
        return 1 + _header_length(lines, position + 1)
    return _header_length(lines, position)


def is_ruler(line: str) -> bool:
    """Whether the line says between dashes that an older mail begins."""
    return len(line) <= LONGEST_LINE and _ruler().match(line) is not None


def is_forward_ruler(line: str) -> bool:
    """Whether the line says that a mail is passed on below it."""
    return len(line) <= LONGEST_LINE and _forward_ruler().match(line) is not None


def header_fields(lines: Sequence[str], position: int) -> tuple[dict[str, str], int]:
    """The header of an older mail that begins here as from, to, subject and date where they are
    known, and how many lines it has; ({}, 0) if there is none."""
    length = _header_length(lines, position)
    found: dict[str, str] = {}
    for line in lines[position:position + length]:
        name, value = _name_and_value(line)
        if _from_name().fullmatch(name) and "from" not in found:
            found["from"] = value
        else:
            kind = next((kind for kind in KINDS if _kind(kind).fullmatch(name)), "")
            if kind:
                found.setdefault(kind, value)
    return found, length


KINDS = ("subject", "date", "to")


def _header_length(lines: Sequence[str], position: int) -> int:
    """How many lines from here are header fields; 0 unless they name a sender and two things
    more. Fields may be broken over lines, and an empty line may stand before the first."""
    start = position
    while start < len(lines) and start < position + 2 and not lines[start].strip():
        start += 1
    last, others, named = -1, 0, False
    for place in range(start, min(start + FIELDS_NEAR, len(lines))):
        line = lines[place]
        if len(line) > LONGEST_LINE * 3:
            break
        # An empty line ends a header; some programs put one between its fields.
        if not line.strip():
            if others + named >= 3 and not _is_field(lines, place + 1):
                break
        elif not named and _from_field().match(line):
            named, last = True, place
        elif _other_field().match(line):
            others, last = others + 1, place
        elif place == start:
            return 0
    # "From: Tokyo, To: Osaka, Date: …" may be a customer's own list.
    is_mails = any(
        ADDRESSED.search(line) or _kind("subject").fullmatch(_name_and_value(line)[0])
        for line in lines[start:last + 1])
    return last + 1 - position if named and others >= 2 and is_mails else 0


def _is_field(lines: Sequence[str], position: int) -> bool:
    return position < len(lines) and bool(
        _other_field().match(lines[position]) or _from_field().match(lines[position]))


def _name_and_value(line: str) -> tuple[str, str]:
    bare = MARKS.sub("", line).strip().strip("*＊")
    name, _, value = re.sub(r"[：*＊]{1,2}|:\*", ":", bare, count=1).partition(":")
    return name.strip(), value.strip()


@cache
def words() -> Any:
    """The data of `quotation.yaml`."""
    return yaml.safe_load((Path(__file__).parent / "quotation.yaml").read_text(encoding="utf-8"))


def pieces(key: str) -> str:
    """The entries of this key in all languages as alternatives of a regular expression."""
    data = words()[key]
    flat = [one for entry in data.values() for one in entry] if isinstance(data, dict) else data
    # The longest first, else "de" would hide "de la".
    return "|".join(sorted(dict.fromkeys(flat), key=len, reverse=True))


@cache
def _ruler() -> "re.Pattern[str]":
    said = f"(?:{pieces('original')}|{pieces('forwarded')})"
    return re.compile(
        rf"^[ >＞*]*(?:{DASHES}{{2,}}\s*[(（「【]?{said}[)）」】]?\s*[:：]?\s*{DASHES}{{2,}}|"
        rf"(?:{pieces('forwarded')})[:：]|begin forwarded message|"
        rf"[(（【「]?(?:元のメッセージ|転送メール|転送されたメッセージ)[)）】」]?[:：]?)[ *]*$",
        re.IGNORECASE)


@cache
def _forward_ruler() -> "re.Pattern[str]":
    return re.compile(
        rf"^[ >＞*]*{DASHES}*\s*[(（「【]?(?:{pieces('forwarded')})[)）」】]?\s*[:：]?\s*"
        rf"{DASHES}*\s*$", re.IGNORECASE)


@cache
def _from_name() -> "re.Pattern[str]":
    return re.compile(f"(?:{pieces('from')})", re.IGNORECASE)


@cache
def _kind(kind: str) -> "re.Pattern[str]":
    return re.compile("|".join(words()["kinds"][kind]), re.IGNORECASE)


@cache
def _from_field() -> "re.Pattern[str]":
    return re.compile(
        rf"^[ >＞|\t]*[*＊]?(?:{pieces('from')})\s*[*＊]?\s*[:：]\s*[*＊]?\s*\S", re.IGNORECASE)


@cache
def _other_field() -> "re.Pattern[str]":
    return re.compile(
        rf"^[ >＞|\t]*[*＊]?(?:{pieces('fields')})\s*[*＊]?\s*[:：]", re.IGNORECASE)
