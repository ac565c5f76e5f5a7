"""Why a mail came back: hard, full or soft, and the words for it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LONGEST = 1_500
# Three numbers, but no part of an IP address or of a version.
STATUS = re.compile(r"(?<![\w./-])#?([245]\.\d{1,3}\.\d{1,4})(?!\w|\.\w)")
REPLY_CODE = re.compile(r"(?<![\d.\w#:/-])([245]\d\d)(?=[ -]|$|\W)(?![.\d])")
AFTER_DATA = re.compile(
    r"in reply to (?:end of )?data\b|(?:>>>|command:?|smtp command)\s*\n?data\b\s*\n(?:<<<)?|"
    r"after (?:end of )?data\b|\(data\)|for (?:text|data|end-of-data|end of data) command|"
    r"response to (?:end of )?(?:data|<crlf>)", re.IGNORECASE)
AT_RECIPIENT = re.compile(r"rcpt[ _]?to\b", re.IGNORECASE)
# A refusal of the mail itself, in the words that mean an unknown user elsewhere.
MEANS_A_FILTER = re.compile(r"unknown user|user unknown|unknown recipient", re.IGNORECASE)


class BounceKind(StrEnum):
    """What a report says of an address; `none` says nothing against it."""

    HARD = "hard"
    FULL = "full"
    SOFT = "soft"
    NONE = "none"


@dataclass(frozen=True)
class Reason:
    """The kind, the reason's name (empty where only a status code spoke), and the codes."""

    kind: BounceKind
    name: str
    status: str
    reply_code: str


def reason_of(diagnostic: str, status: str = "", transcript: str = "") -> Reason:
    """Why the server refused, by its words, else by its codes; soft where nothing is clear.

    `status` is the report's own field, `transcript` the text about the whole delivery. An
    "unknown user" that comes only after the mail's text was sent is a filter and no missing
    address: Japanese carriers answer so to senders that their customer does not let in. Only the
    code of a missing address (5.1) is stronger.
    """
    diagnostic = " ".join(diagnostic[:LONGEST * 2].split())[:LONGEST]
    said = status_in(diagnostic) or _class_of(status)
    code = REPLY_CODE.search(diagnostic)
    reply_code = code[1] if code else ""
    after_data = AFTER_DATA.search(diagnostic) or AFTER_DATA.search(transcript[:LONGEST])
    name, kind = _by_words(diagnostic)
    is_filter = said[:4] in ("5.2.", "5.7.") or (after_data and said[:4] != "5.1.")
    if (is_filter and kind is BounceKind.HARD and MEANS_A_FILTER.search(diagnostic)
            and not AT_RECIPIENT.search(diagnostic)):
        return Reason(BounceKind.SOFT, "refused_after_data", said, reply_code)
    if name in ("host_unknown", "accepts_no_mail") and said.startswith("4"):
        kind = BounceKind.SOFT
    if reply_code.startswith("2"):
        kind = BounceKind.NONE
    if kind is None:
        kind = _by_status(said)
    return Reason(kind, name, said, reply_code)


def status_in(text: str) -> str:
    """The first enhanced status code of a failure in the text, or an empty string."""
    return next((found for found in STATUS.findall(text) if found[0] in "45"), "")


def _class_of(status: str) -> str:
    found = re.match(r"\s*([245]\.\d{1,3}\.\d{1,4})", status)
    return found[1] if found else ""


def _by_words(text: str) -> tuple[str, BounceKind | None]:
    for name, kind, pattern in _reasons():
        if pattern.search(text):
            return name, kind
    return "", None


@cache
def said_as(key: str) -> str:
    """The entries of this key of `bounce_reasons.yaml` as one alternative."""
    return "|".join(f"(?:{piece})" for piece in _data()[key])


@cache
def means(key: str) -> "re.Pattern[str]":
    """The entries of this key as a pattern, in upper and lower case."""
    return re.compile(said_as(key), re.IGNORECASE)


def _by_status(status: str) -> BounceKind:
    return BounceKind(_data()["statuses"].get(status, "soft"))


@cache
def _data() -> Any:
    return yaml.safe_load(
        (Path(__file__).parent / "bounce_reasons.yaml").read_text(encoding="utf-8"))


@cache
def _reasons() -> "tuple[tuple[str, BounceKind, re.Pattern[str]], ...]":
    return tuple(
        (one["reason"], BounceKind(one["kind"]),
         re.compile("|".join(f"(?:{piece})" for piece in one["patterns"]), re.IGNORECASE))
        for one in _data()["reasons"]
    )
