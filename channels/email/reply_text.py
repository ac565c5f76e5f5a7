"""What the sender wrote now: the text of a mail without quotations, signature and disclaimer.

A word that the sender wrote is never lost: where it is unclear whose words they are, they stay.
"""

import re
from collections.abc import Sequence

from channels.email import quotation
from channels.email.quotation import (
    RULE,
    introduction,
    is_marked,
    may_begin_older,
    says_wrote,
)
from channels.email.quoted_header import MARKS, begins_mail, is_ruler
from channels.email.signature import is_programs, without_signature

MOST_BANNER_LINES = 8
# So many lines of one mail are looked at more closely: nobody answers a thousand older ones.
MOST_LOOKS = 1_000
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


class _Kept:
    """The lines that may be the sender's own, and how many surely are."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.own = 0

    def add(self, line: str) -> None:
        """Keeps the line."""
        self.lines.append(line)
        self.own += _is_own(line)

    def drop_device_lines(self) -> None:
        """Lets go of a line such as "Sent from my iPhone" right above a quotation, where the
        sender writes below it."""
        end = len(self.lines)
        while end and (not self.lines[end - 1].strip() or is_programs(self.lines[end - 1])):
            end -= 1
        if any(line.strip() for line in self.lines[end:]):
            self.own -= sum(map(_is_own, self.lines[end:]))
            self.lines[end:] = [""]

    def drop_rule(self) -> None:
        """Lets go of the ruled line that some programs draw above what they quote."""
        end = len(self.lines)
        while end and not self.lines[end - 1].strip():
            end -= 1
        if end and RULE.match(self.lines[end - 1]):
            del self.lines[end - 1:]


def _without_quotations(lines: list[str]) -> tuple[list[str], bool]:
    """The lines above the first unmarked older mail, with the lines that introduce marked ones
    taken out; and whether there was either."""
    kept = _Kept()
    had_older, position, looks = False, 0, 0
    while position < len(lines):
        line = lines[position]
        if is_marked(line):
            # Some programs mark the introduction like the quotation.
            had_older = had_older or says_wrote(MARKS.sub("", line))
            kept.drop_device_lines()
            kept.add(line)
            position += 1
            continue
        header = length = 0
        if looks < MOST_LOOKS and may_begin_older(line):
            looks += 1
            if quotation.is_above_line(line) and kept.own:
                kept.drop_rule()
                return kept.lines, True
            header = begins_mail(lines, position)
            length = header or introduction(lines, position)
        is_followed = length > 0 and quotation.marked_follows(lines, position + length)
        if length and kept.own and not is_followed:
            kept.drop_rule()
            return kept.lines, True
        if length and (is_followed or not header):
            # An introduction with nothing above it: the sender writes below.
            kept.drop_rule()
            kept.drop_device_lines()
            had_older = True
            position += length
            continue
        kept.add(line)
        position += 1
    return kept.lines, had_older


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


def _is_own(line: str) -> bool:
    return bool(line.strip()) and not (
        is_marked(line) or DRAWN.match(line) or is_ruler(line))


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
