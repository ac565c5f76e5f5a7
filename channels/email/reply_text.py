"""What the sender wrote now: the text of a mail without quotations, signature and disclaimer.

A word that the sender wrote is never lost: where it is unclear whose words they are, they stay.
"""

import re
from collections.abc import Sequence

from channels.email import quotation
from channels.email.quotation import RULE, introduction, is_marked, says_wrote
from channels.email.quoted_header import MARKS, begins_mail, is_ruler
from channels.email.signature import without_program_lines, without_signature

MOST_BANNER_LINES = 8
DRAWN = re.compile(r"^[\s\-_―─━=—＝*＊~#]*$")


def new_text(text: str, *, is_reply: bool = False) -> str:
    """The sender's own new words; the whole text if nothing else would remain.

    `is_reply`: the mail's header says that it answers another; then a quotation that nothing
    introduces is taken away as well.
    """
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    lines = _with_marks(_without_banner(lines))
    kept, had_older = _without_quotations(lines)
    if had_older or is_reply:
        kept = _without_marked_lines(kept)
    found = _tidy(without_signature(kept))
    return found or _tidy(_without_marked_lines(lines)) or _tidy(lines)


def _without_quotations(lines: list[str]) -> tuple[list[str], bool]:
    """The lines above the first unmarked older mail, with the lines that introduce marked ones
    taken out; and whether there was either."""
    kept: list[str] = []
    had_older, position = False, 0
    while position < len(lines):
        line = lines[position]
        if is_marked(line):
            # Some programs mark the introduction like the quotation.
            had_older = had_older or says_wrote(MARKS.sub("", line))
            kept = _without_device_lines(kept)
            kept.append(line)
            position += 1
            continue
        has_own = any(map(_is_own, kept))
        if quotation.is_above_line(line) and has_own:
            return _without_rule(kept), True
        header = begins_mail(lines, position)
        length = header or introduction(lines, position)
        is_followed = quotation.marked_follows(lines, position + length)
        if length and has_own and not is_followed:
            return _without_rule(kept), True
        if length and (is_followed or not header):
            # An introduction with nothing above it: the sender writes below.
            kept, had_older = _without_device_lines(_without_rule(kept)), True
            position += length
            continue
        kept.append(line)
        position += 1
    return kept, had_older


def _without_device_lines(kept: list[str]) -> list[str]:
    """Without a line such as "Sent from my iPhone" right above a quotation, where the sender
    writes below it."""
    bare = without_program_lines(kept)
    is_whole = len(bare) == len(kept) or not any(line.strip() for line in kept[len(bare):])
    return kept if is_whole else [*bare, ""]


def _with_marks(lines: list[str]) -> list[str]:
    """Quotations that a program marks with | are marked with > like all others, if a line above
    them says who wrote them: a table has the same marks."""
    changed = list(lines)
    position = 0
    while position < len(changed):
        end = position
        while end < len(changed) and (quotation.PIPED.match(changed[end]) or (
                end > position and changed[end].strip() == "|")):
            end += 1
        if end - position >= 2 and _is_introduced(changed, position):
            changed[position:end] = [f"> {line.lstrip()[1:].strip()}" for line in
                                     changed[position:end]]
        position = max(end, position + 1)
    return changed


def _is_introduced(lines: Sequence[str], position: int) -> bool:
    above = [line for line in lines[max(0, position - 4):position] if line.strip()]
    return any(
        says_wrote(" ".join(part.strip() for part in above[start:]), is_followed=True)
        for start in range(len(above))
    )


def _without_banner(lines: list[str]) -> list[str]:
    """Without what a mail server wrote above the mail: that it comes from outside."""
    for place, line in enumerate(lines[:MOST_BANNER_LINES]):
        if line.strip() and quotation.is_banner(line.strip()):
            below = lines[place + 1:]
            if any(map(_is_own, below)):
                return _without_banner(lines[:place] + below)
        elif line.strip() and not DRAWN.match(line):
            break
    return lines


def _without_marked_lines(lines: list[str]) -> list[str]:
    return [line for line in lines if not is_marked(line)]


def _without_rule(lines: list[str]) -> list[str]:
    """Without the ruled line that some programs draw above what they quote."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept[:-1] if kept and RULE.match(kept[-1]) else kept


def _is_own(line: str) -> bool:
    return bool(line.strip()) and not (
        is_marked(line) or DRAWN.match(line) or is_ruler(line))


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
