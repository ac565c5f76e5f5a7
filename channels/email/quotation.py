"""How an older mail is recognised inside a newer one: marks, introductions, headers, rulers.

The words of the many languages are data (`quotation.yaml`); here is only the grammar.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LONGEST_LINE = 400
MOST_INTRODUCTION_LINES = 6
FIELDS_NEAR = 8

# A line "> wrote:" is the end of an introduction that was broken after an address.
QUOTED = re.compile(r"^[ \t]{0,3}[>＞](?!\s{0,2}(?:wrote)?[:：]$)")
PIPED = re.compile(r"^[ \t]?\|(?!.*\|\s*$)")
MARKS = re.compile(r"^[ \t>＞|]+")
RULE = re.compile(r"^[ >＞]*[-_―ー─━=—＝]{5,}\s*$")
DATED = re.compile(
    r"\d{1,4}[年./月:-]\s?\d{1,2}|\b(?:19|20)\d\d\b|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d{1,2}\b", re.IGNORECASE)
WHOLE_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\d{4}年|\b\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2}\b", re.IGNORECASE)
CLOCK = re.compile(r"\b\d{1,2}[:.時h]\s?\d{2}|\d{1,2}時")
BARE_DATE = re.compile(
    r"^(?:on |am |le )?[\w.]{0,12},? ?\d{1,2}[ ./-][\w.]{1,10}[ ./-]\d{2,4}[ ,]{0,2}"
    r"[\d:]{0,8}(?: [+-]\d{4})?(?: \(\w{1,5}\))?[、,]?$", re.IGNORECASE)
ADDRESSED = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,100}|<mailto:|\[mailto:", re.IGNORECASE)
ENDS_WITH_ADDRESS = re.compile(r"[<＜(（\[][^<>\s]{1,100}@[^<>\s]{1,150}[>＞)）\]].{0,3}[:：]?$")
# 2026年11月3日(火) 10:23 ハルノワ <support@…>:   2026/11/03 10:23、ハルノワ のメール:
DATE_FIRST = re.compile(r"^\W{0,3}(?:\w{2,9}[.,]{0,2} )?\d{1,4}\s?[年./-]|^\W{0,3}\d{1,2} \w{3,9}\.? \d{4}")
# The verbs of some languages follow a word without a space.
NO_LETTER = r"(?<![A-Za-zÀ-ɏͰ-ӿ])"
SENTENCE_END = re.compile(r"[。!?！？]$")
JAPANESE_NAMED = re.compile(r"^.{1,120}(?:さん|様|氏)?(?:は|が|より|から)?(?:次のように)?書(?:き|かれ)ました[。:：]*$")


@cache
def words() -> Any:
    """The data of `quotation.yaml`."""
    return yaml.safe_load((Path(__file__).parent / "quotation.yaml").read_text(encoding="utf-8"))


def is_marked(line: str) -> bool:
    """Whether the line is marked as a quotation."""
    return QUOTED.match(line) is not None


def marked_follows(lines: Sequence[str], position: int, near: int = 5) -> bool:
    """Whether the next line with text is a marked one."""
    following = next((line for line in lines[position:position + near] if line.strip()), "")
    return is_marked(following)


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


def introduction(lines: Sequence[str], position: int) -> int:
    """How many lines from here say "… wrote:"; 0 if they do not.

    The line may be broken, so up to six lines are read as one. What a person wrote above it never
    becomes a part of it.
    """
    first = lines[position].strip()
    if not first or len(first) > LONGEST_LINE or SENTENCE_END.search(first):
        return 0
    for length in range(1, MOST_INTRODUCTION_LINES + 1):
        window = lines[position:position + length]
        if len(window) < length or is_marked(window[-1]) or (
                not window[-1].strip() and not _may_go_on(window)):
            return 0
        if not window[-1].strip():
            continue
        joined = " ".join(line.strip() for line in window if line.strip())
        if len(joined) > LONGEST_LINE:
            return 0
        is_followed = marked_follows(lines, position + length)
        if says_wrote(joined, is_followed=is_followed):
            return length if length == 1 or _begins_there(window, is_followed) else 0
    return 0


def says_wrote(line: str, *, is_followed: bool = False) -> bool:
    """Whether the line says who wrote what comes below, and when.

    `is_followed`: marked lines come below, so that less proof is needed.
    """
    line = line.strip().strip("-—=* ").strip()
    if not line or len(line) > LONGEST_LINE:
        return False
    dated, addressed = DATED.search(line), ADDRESSED.search(line)
    verb_at_end = _wrote_at_end().search(line)
    colon = line.endswith((":", "："))
    if dated and addressed and (verb_at_end or (colon and _wrote().search(line))):
        return True
    is_machine = WHOLE_DATE.search(line) and CLOCK.search(line)
    if is_machine and (verb_at_end or (colon and _wrote().search(line))) and (
            _opening().match(line) or DATE_FIRST.match(line)):
        return True
    if not is_followed:
        return False
    return bool(
        (verb_at_end and (addressed or WHOLE_DATE.search(line) or CLOCK.search(line)))
        or JAPANESE_NAMED.match(line)
        or (colon and dated and (addressed or (is_machine and DATE_FIRST.match(line))))
        or (dated and DATE_FIRST.match(line) and ENDS_WITH_ADDRESS.search(line))
        or (colon and dated and _wrote().search(line) and (
            _opening().match(line) or addressed or is_machine))
        or (colon and addressed and _quoting().match(line))
    )


def is_banner(line: str) -> bool:
    """Whether a company's mail server wrote this line above a mail from outside."""
    return len(line) <= LONGEST_LINE and _whole(tuple(words()["banners"])).match(line) is not None


def is_above_line(line: str) -> bool:
    """Whether the line asks to write above it."""
    return len(line) <= LONGEST_LINE and _above().match(line) is not None


def header_fields(lines: Sequence[str], position: int) -> tuple[dict[str, str], int]:
    """The header of an older mail that begins here as from, to, subject and date where they are
    known, and how many lines it has; ({}, 0) if there is none."""
    length = _header_length(lines, position)
    found: dict[str, str] = {}
    for line in lines[position:position + length]:
        bare = MARKS.sub("", line).strip().strip("*＊")
        name, _, value = re.sub(r"[：*＊]{1,2}|:\*", ":", bare, count=1).partition(":")
        if _from_name().fullmatch(name.strip()) and "from" not in found:
            found["from"] = value.strip()
        else:
            kind = next((kind for kind, said in KINDS.items() if said.fullmatch(name.strip())), "")
            if kind:
                found.setdefault(kind, value.strip())
    return found, length


KINDS = {
    "subject": re.compile(
        r"subject|件名|題名|タイトル|主题|主題|主旨|제목|betreff|objet|"  # codespell:ignore objet
        r"asunto|assunto|oggetto|onderwerp|temat|předmět|ämne|emne|aihe|tárgy|subiect|konu|θέμα|"
        r"тема|chủ đề|perihal|subjek", re.IGNORECASE),
    "date": re.compile(
        r"date|sent|送信日時|受信日時|日時|日付|送信日|发送时间|日期|gesendet|datum|envoyé(?: le)?|"
        r"enviado(?: el)?|fecha|data|inviato|verzonden|wysłano|skickat|sendt|dato|отправлено|дата",
        re.IGNORECASE),
    "to": re.compile(r"to|宛先|an|à|para|a|aan|do|komu|till|til|кому|收件人|收件者", re.IGNORECASE),
}


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
            if others + named >= 3 and not _any_field(lines, place + 1):
                break
            continue
        if not named and _from_field().match(line):
            named, last = True, place
        elif _other_field().match(line):
            others, last = others + 1, place
        elif place == start:
            return 0
    block = lines[start:last + 1]
    # "From: Tokyo, To: Osaka, Date: …" may be a customer's own list.
    is_mails = any(ADDRESSED.search(line) or _subject_field(line) for line in block)
    return last + 1 - position if named and others >= 2 and is_mails else 0


def _subject_field(line: str) -> bool:
    name = re.split(r"[:：]", MARKS.sub("", line).strip("*＊ "), maxsplit=1)[0]
    return KINDS["subject"].fullmatch(name.strip("*＊ ")) is not None


def _any_field(lines: Sequence[str], position: int) -> bool:
    return position < len(lines) and bool(
        _other_field().match(lines[position]) or _from_field().match(lines[position]))


def _may_go_on(window: Sequence[str]) -> bool:
    """Whether an introduction may go on after an empty line: it has a beginning and no end yet."""
    first = window[0].strip()
    return bool(_opening().match(first) and WHOLE_DATE.search(first))


def _begins_there(window: Sequence[str], is_followed: bool) -> bool:
    """Whether the first line of several belongs to the introduction and not to the writer."""
    rest = [line for line in window[1:] if line.strip()]
    alone = any(
        says_wrote(" ".join(part.strip() for part in rest[start:]), is_followed=is_followed)
        for start in range(len(rest))
    )
    first = window[0].strip().strip("-—=* ")
    begins = bool(DATED.search(first[:60]) and (_opening().match(first) or DATE_FIRST.match(first)))
    if alone:
        is_machine = WHOLE_DATE.search(first) and (_opening().match(first) or CLOCK.search(first))
        return bool(BARE_DATE.match(first)) or (begins and bool(is_machine))
    return begins or bool(ADDRESSED.search(first)) or "<" in first


def _pieces(key: str) -> str:
    data = words()[key]
    flat = [one for entry in data.values() for one in entry] if isinstance(data, dict) else data
    # The longest first, else "de" would hide "de la".
    return "|".join(sorted(dict.fromkeys(flat), key=len, reverse=True))


@cache
def _whole(patterns_of: tuple[str, ...]) -> "re.Pattern[str]":
    return re.compile(rf"^(?:{'|'.join(patterns_of)})$", re.IGNORECASE)


@cache
def _ruler() -> "re.Pattern[str]":
    said = f"(?:{_pieces('original')}|{_pieces('forwarded')})"
    return re.compile(
        rf"^[ >＞*]*(?:[-_=*—━─＝－#]{{2,}}\s*[(（「【]?{said}[)）」】]?\s*[:：]?\s*[-_=*—━─＝－#]{{2,}}|"
        rf"(?:{_pieces('forwarded')})[:：]|begin forwarded message|"
        rf"[(（【「]?(?:元のメッセージ|転送メール|転送されたメッセージ)[)）】」]?[:：]?)[ *]*$",
        re.IGNORECASE)


@cache
def _forward_ruler() -> "re.Pattern[str]":
    return re.compile(
        rf"^[ >＞*]*[-_=*—━─＝－#]*\s*[(（「【]?(?:{_pieces('forwarded')})[)）」】]?\s*[:：]?\s*"
        rf"[-_=*—━─＝－#]*\s*$", re.IGNORECASE)


@cache
def _above() -> "re.Pattern[str]":
    return re.compile(rf"^[\W_]{{0,12}}(?:{_pieces('above')})[\W_]{{0,12}}$", re.IGNORECASE)


@cache
def _opening() -> "re.Pattern[str]":
    return re.compile(rf"^(?:{_pieces('openings')})(?![\w])\s?", re.IGNORECASE)


@cache
def _wrote() -> "re.Pattern[str]":
    return re.compile(rf"{NO_LETTER}(?:{_pieces('wrote')})", re.IGNORECASE)


@cache
def _wrote_at_end() -> "re.Pattern[str]":
    return re.compile(
        rf"{NO_LETTER}(?:{_pieces('wrote')})\s*[。.]?[:：]?\s*[-—=*]*$",
        re.IGNORECASE)


@cache
def _quoting() -> "re.Pattern[str]":
    return re.compile(rf"^(?:{_pieces('quoting')})\s", re.IGNORECASE)


@cache
def _from_name() -> "re.Pattern[str]":
    return re.compile(f"(?:{_pieces('from')})", re.IGNORECASE)


@cache
def _from_field() -> "re.Pattern[str]":
    return re.compile(
        rf"^[ >＞|\t]*[*＊]?(?:{_pieces('from')})\s*[*＊]?\s*[:：]\s*[*＊]?\s*\S", re.IGNORECASE)


@cache
def _other_field() -> "re.Pattern[str]":
    return re.compile(
        rf"^[ >＞|\t]*[*＊]?(?:{_pieces('fields')})\s*[*＊]?\s*[:：]", re.IGNORECASE)
