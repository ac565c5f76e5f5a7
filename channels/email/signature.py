"""What stands below a mail and is not the writer's: "-- ", ruled blocks as in Japan, lines that
phones add, a company's notices, footers of mailing lists. The words for them are data
(`signatures.yaml`)."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DASHES = re.compile(r"^(?:--|—|__|－－)[ \u3000]?$")
RULE_CHARACTERS = frozenset(
    "━─―ー＿_＊*=＝-－‐◆◇■□★☆♪～〜~＋+・･.。:：#＃≡…｡ﾟ✿❀※●○◎▲△▼▽┏┓┗┛┃|<>＜＞/\\彡ｰ"
)
SENTENCE = re.compile(
    r"[。？?！!]\s*$|ください|下さい|です(?:が|か|。|$)|ます(?:が|か|。|$)|ません|でしょうか|お願い|"
    r"\b(?:please|could|would|can you|thank|I|we)\b", re.IGNORECASE)
QUESTION = re.compile(r"[?？]\s*$|でしょうか|ますか")
LONGEST_BLOCK = 20
LONGEST_DASHED = 20
LONGEST_CONTACT_LINE = 60
MOST_GAP = 2
LONGEST_LINE = 400


def without_signature(lines: list[str]) -> list[str]:
    """The lines without what surely is not the writer's at their end; their words stay if they
    are all that there is."""
    kept = _trimmed(lines)
    for find in (_notice, _list_footer, _dashed, _ruled, _contact_lines):
        cut = find(kept)
        if cut is not None and any(line.strip() and not is_rule(line) for line in kept[:cut]):
            kept = _trimmed(kept[:cut])
    return kept


def without_program_lines(lines: Sequence[str]) -> list[str]:
    """Without empty lines and lines of devices and programs at the end."""
    kept = list(lines)
    while kept and (not kept[-1].strip() or is_programs(kept[-1])):
        kept.pop()
    return kept


def is_rule(line: str) -> bool:
    """Whether the line is drawn and not written."""
    marks = line.replace(" ", "").replace("\u3000", "")
    if len(marks) < 4:
        return False
    drawn = sum(
        character in RULE_CHARACTERS or unicodedata.category(character) == "So"
        for character in marks
    )
    return drawn == len(marks)


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Without empty lines, lines of devices and programs, and rules at the end."""
    kept = without_program_lines(lines)
    end = len(kept)
    while end and (not kept[end - 1].strip() or is_rule(kept[end - 1])
                   or DASHES.match(kept[end - 1])):
        end -= 1
    # A rule below a ruled block belongs to it, and below text it divides nothing any more.
    is_closed = any(map(is_rule, kept[max(0, end - LONGEST_BLOCK):end]))
    return kept if is_closed else kept[:end] or kept


def is_programs(line: str) -> bool:
    """Whether a device or a program wrote the line, such as "Sent from my iPhone"."""
    return len(line) <= LONGEST_LINE and _program_lines().match(line.strip()) is not None


def _notice(lines: Sequence[str]) -> int | None:
    """Where a company's notice begins that nothing of the writer's follows, or None."""
    openings, companions = _notice_words()
    for number, line in enumerate(lines):
        begins = number == 0 or not lines[number - 1].strip() or is_rule(lines[number - 1])
        if begins and line.strip() and openings.match(line[:LONGEST_LINE]):
            below = " ".join(lines[number:number + LONGEST_BLOCK])
            if companions.search(below) and not QUESTION.search(lines[-1].strip()):
                return number - 1 if number and is_rule(lines[number - 1]) else number
    return None


def _list_footer(lines: Sequence[str]) -> int | None:
    """Where the footer of a mailing list begins, or None: a rule, and a list's words below."""
    for number in range(max(0, len(lines) - LONGEST_BLOCK), len(lines)):
        if is_rule(lines[number]) or DASHES.match(lines[number]):
            below = [line.strip() for line in lines[number + 1:] if line.strip()]
            if below and any(_list_words().match(line[:LONGEST_LINE]) for line in below[:3]):
                return number
    return None


def _dashed(lines: Sequence[str]) -> int | None:
    """Where a signature begins with "-- " (RFC 3676), or None.

    A long text below two dashes is more likely a letter with a dividing line.
    """
    marks = [number for number, line in enumerate(lines) if DASHES.match(line)]
    if not marks or not any(line.strip() for line in lines[:marks[-1]]):
        return None
    below = [line for line in lines[marks[-1] + 1:] if line.strip()]
    asks = any(line.rstrip().endswith(("？", "?")) for line in below)
    return marks[-1] if len(below) <= LONGEST_DASHED and not asks else None


def _ruled(lines: Sequence[str]) -> int | None:
    """Where a block begins that is ruled off and holds an address and no sentence, or None.

    Between two rules, sentences may be the company's slogan, if two kinds of address stand there.
    """
    for number in range(max(len(lines) - LONGEST_BLOCK, 1), len(lines)):
        if not is_rule(lines[number]):
            continue
        block = [line for line in lines[number + 1:] if line.strip() and not is_rule(line)]
        above = next((line for line in reversed(lines[:number]) if line.strip()), "")
        kinds = {kind for line in block for kind in _kinds(line)}
        speaks = any(SENTENCE.search(line) for line in block)
        is_closed = is_rule(lines[-1]) and len(kinds) >= 2
        asks = any(QUESTION.search(line) for line in block)
        if (block and above and kinds and (not speaks or (is_closed and not asks))
                and not _points_below().search(above.strip())):
            return number
    return None


def _contact_lines(lines: Sequence[str]) -> int | None:
    """Where a run of contact lines begins that ends the mail with nothing to rule it off, or None.

    It has three kinds of them, or a company and one more, and the mail speaks of no address.
    """
    first, gap, kinds = None, 0, set[str]()
    for number in range(len(lines) - 1, max(len(lines) - LONGEST_BLOCK, 0), -1):
        line = lines[number].strip()
        found = _kinds(line) if len(line) <= LONGEST_CONTACT_LINE else set()
        if SENTENCE.search(line) or len(line) > LONGEST_CONTACT_LINE:
            break
        if found:
            first, gap, kinds = number, 0, kinds | found
        elif line:
            gap += 1
            if gap > MOST_GAP:
                break
    if first is None or not (len(kinds) >= 3 or (len(kinds) == 2 and "company" in kinds)):
        return None
    if any(_points_below().search(line.strip()) for line in lines[:first]):
        return None
    return first


def _kinds(line: str) -> set[str]:
    """The kinds of contact that the line names."""
    line = line[:LONGEST_LINE]
    return {kind for kind, pattern in _contact() if pattern.search(line)}


@cache
def _words() -> Any:
    return yaml.safe_load((Path(__file__).parent / "signatures.yaml").read_text(encoding="utf-8"))


@cache
def _program_lines() -> "re.Pattern[str]":
    words = _words()
    devices, japanese = "|".join(words["devices"]), "|".join(words["devices_ja"])
    said = "|".join(words["lines"]).replace("{device}", devices)
    said = said.replace("{device_ja}", japanese).replace("{any}*", r".{0,80}")
    return re.compile(rf"^[<(（\[\s]*(?:{said})[.。]?[>)）\]\s]*$", re.IGNORECASE)


@cache
def _notice_words() -> "tuple[re.Pattern[str], re.Pattern[str]]":
    words = _words()["disclaimers"]
    return (re.compile(f"(?:{'|'.join(words['openings'])})", re.IGNORECASE),
            re.compile("|".join(words["companions"]), re.IGNORECASE))


@cache
def _list_words() -> "re.Pattern[str]":
    return re.compile(f"(?:{'|'.join(_words()['lists'])})", re.IGNORECASE)


@cache
def _contact() -> "tuple[tuple[str, re.Pattern[str]], ...]":
    return tuple((kind, re.compile("|".join(pieces), re.IGNORECASE))
                 for kind, pieces in _words()["contact"].items())


@cache
def _points_below() -> "re.Pattern[str]":
    return re.compile("|".join(_words()["points_below"]), re.IGNORECASE)
