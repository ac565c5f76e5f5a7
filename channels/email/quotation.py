"""How a quotation is recognised: its marks, and the lines that say whose words it holds.

The words of the many languages are data (`quotation.yaml`); here is only the grammar.
"""

import re
from collections.abc import Sequence
from functools import cache

from channels.email.quoted_header import ADDRESSED, LONGEST_LINE, pieces, words

MOST_INTRODUCTION_LINES = 6

# A line "> wrote:" is the end of an introduction that was broken after an address.
QUOTED = re.compile(r"^[ \t]{0,3}[>＞](?!\s{0,2}(?:wrote)?[:：]$)")
PIPED = re.compile(r"^[ \t]?\|(?!.*\|\s*$)")
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
ENDS_WITH_ADDRESS = re.compile(r"[<＜(（\[][^<>\s]{1,100}@[^<>\s]{1,150}[>＞)）\]].{0,3}[:：]?$")
# 2026年11月3日(火) 10:23 ハルノワ <support@…>:   2026/11/03 10:23、ハルノワ のメール:
DATE_FIRST = re.compile(
    r"^\W{0,3}(?:\w{2,9}[.,]{0,2} )?\d{1,4}\s?[年./-]|^\W{0,3}\d{1,2} \w{3,9}\.? \d{4}")
# The verbs of some languages follow a word without a space.
NO_LETTER = r"(?<![A-Za-zÀ-ɏͰ-ӿ])"
# Without one of these, no line begins an introduction.
MAY_INTRODUCE = re.compile(r"[\d@<＜書]")
# Of a header's line it is the colon, of a ruler's the dashes.
MAY_BEGIN = re.compile(
    r"[\d@<＜書:：]|[-_=*—━─＝－#]{2}|begin forwarded|元のメッセージ|転送|this line|"
    r"この(?:線|行|ライン)|ligne|línea|linie", re.IGNORECASE)
SENTENCE_END = re.compile(r"[。!?！？]$")
JAPANESE_NAMED = re.compile(
    r"^.{1,120}(?:さん|様|氏)?(?:は|が|より|から)?(?:次のように)?書(?:き|かれ)ました[。:：]*$")


def is_marked(line: str) -> bool:
    """Whether the line is marked as a quotation."""
    return QUOTED.match(line) is not None


def marked_follows(lines: Sequence[str], position: int, near: int = 5) -> bool:
    """Whether the next line with text is a marked one."""
    following = next((line for line in lines[position:position + near] if line.strip()), "")
    return is_marked(following)


def may_begin_older(line: str) -> bool:
    """Whether it is worth a closer look: a line of a person's mail seldom is."""
    return len(line) <= LONGEST_LINE and MAY_BEGIN.search(line) is not None


def introduction(lines: Sequence[str], position: int) -> int:
    """How many lines from here say "… wrote:"; 0 if they do not.

    The line may be broken, so up to six lines are read as one. What a person wrote above it never
    becomes a part of it.
    """
    first = lines[position].strip()
    if not MAY_INTRODUCE.search(first) or len(first) > LONGEST_LINE or SENTENCE_END.search(first):
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


@cache
def _whole(patterns_of: tuple[str, ...]) -> "re.Pattern[str]":
    return re.compile(rf"^(?:{'|'.join(patterns_of)})$", re.IGNORECASE)


@cache
def _above() -> "re.Pattern[str]":
    return re.compile(rf"^[\W_]{{0,12}}(?:{pieces('above')})[\W_]{{0,12}}$", re.IGNORECASE)


@cache
def _opening() -> "re.Pattern[str]":
    return re.compile(rf"^(?:{pieces('openings')})(?![\w])\s?", re.IGNORECASE)


@cache
def _wrote() -> "re.Pattern[str]":
    return re.compile(rf"{NO_LETTER}(?:{pieces('wrote')})", re.IGNORECASE)


@cache
def _wrote_at_end() -> "re.Pattern[str]":
    return re.compile(
        rf"{NO_LETTER}(?:{pieces('wrote')})\s*[。.]?[:：]?\s*[-—=*]*$",
        re.IGNORECASE)


@cache
def _quoting() -> "re.Pattern[str]":
    return re.compile(rf"^(?:{pieces('quoting')})\s", re.IGNORECASE)
