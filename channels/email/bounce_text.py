"""Delivery reports that follow no standard: whom they speak of, and what they say of each."""

import re
from collections.abc import Collection, Iterator

from channels.email.bounce_reasons import means, said_as

ADDRESS = r"[\w!#$%&*+/=?^{|}~-][\w.!#$%&'*+/=?^`{|}~-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
# Not from the midst of a longer one.
BEFORE = r"(?<![\w.+*-])"
FOUND = re.compile(BEFORE + ADDRESS)
ANY = re.compile(f"{BEFORE}({ADDRESS})")
RETURNED = re.compile(
    rf"[ \t\-=*|>]{{0,80}}(?:{said_as('returned')})[\s\-=*|:.]*", re.IGNORECASE)
RULED = re.compile(
    r"[ \t\-=*|>]{2,80}.{0,12}(?:original|returned|unsent|undelivered|copy).{0,60}$",
    re.IGNORECASE)
ALONE = re.compile(rf"^[\s>*\-|]*<?({ADDRESS})>?(?:\s+<{ADDRESS}>)?[\s:;,.]*$")
LEADS = re.compile(
    rf"^[\s>*\-|]*<?({ADDRESS})>?\s*(?::|\.\.\.|\[|\(|\bon\b|[-=]|\bInvalid|because)")
NAMED = re.compile(
    rf"(?:{said_as('before_recipients')})\b\W{{0,6}}{BEFORE}({ADDRESS})", re.IGNORECASE)
CODED = re.compile(rf"\b[45]\d\d[ -].{{0,60}}?{BEFORE}({ADDRESS})")
NOT_A_MEMBER = re.compile(rf"(?i)not (?:a )?members? of .{{0,60}}?{BEFORE}({ADDRESS})")
EXPANDED = re.compile(rf"(?i)(?:expanded|generated) from:?\s*<?({ADDRESS})")
BARE_NAME = re.compile(r"^[ \t]+[\w.-]{2,40}[ \t]*$")
MOST_TEXT = 30_000
MOST_RECIPIENTS = 50
LONGEST_LINE = 1_000
MOST_LINES = 500


def report_of(text: str) -> str:
    """The report's own words: what stands above the mail that comes back."""
    lines = text[:MOST_TEXT].split("\n")
    names_one = False
    for number, line in enumerate(lines):
        if names_one and (RETURNED.match(line[:LONGEST_LINE]) or RULED.match(line[:LONGEST_LINE])):
            return "\n".join(lines[:number])
        names_one = names_one or FOUND.search(line[:LONGEST_LINE]) is not None
    return "\n".join(lines)


def failures(
    report: str, own: Collection[str], domain: str = ""
) -> list[tuple[str, str]]:
    """(address, what is said of it) of each recipient that the report names, in order.

    `own` are addresses that are no recipients: the report's own sender and reader. What is said
    of an address goes on until the next one begins. A name without a domain is one at `domain`.
    """
    lines = report.split("\n")[:MOST_LINES]
    heading = next(
        (number for number, line in enumerate(lines) if means("headings").search(line)), -1)
    places = (_places(lines, own, NOT_A_MEMBER) or _places(lines, own, ALONE, LEADS)
              or _places(lines, own, CODED, NAMED) or _bare_names(lines, heading, domain)
              or _places(lines, own, ANY)
              or [(number, alias) for number, line in enumerate(lines)
                  if (alias := alias_in(line))])
    places = [place for place in places if place[0] >= heading] or places
    found: dict[str, list[str]] = {}
    for index, (number, address) in enumerate(places[:MOST_RECIPIENTS * 4]):
        following = next((place for place, other in places[index + 1:]
                          if other.lower() != address.lower() and place > number), len(lines))
        found.setdefault(address.lower(), []).append("\n".join(lines[number:following]))
    return [(address, "\n".join(said)) for address, said in list(found.items())[:MOST_RECIPIENTS]]


def alias_in(said: str) -> str:
    """The address that was written to, where the one that failed stands behind it."""
    found = EXPANDED.search(said)
    return found[1].lower() if found else ""


def _places(
    lines: list[str], own: Collection[str], *patterns: "re.Pattern[str]"
) -> list[tuple[int, str]]:
    return [
        (number, address)
        for number, line in enumerate(lines)
        for address in dict.fromkeys(_matches(line, patterns))
        if address.lower() not in own and not EXPANDED.search(line)
    ]


def _bare_names(lines: list[str], heading: int, domain: str) -> list[tuple[int, str]]:
    """Names alone on a line below "could not be delivered to the following recipients"."""
    below = [(number, line.strip()) for number, line in enumerate(lines)
             if 0 <= heading < number <= heading + 10 and BARE_NAME.match(line)]
    return [(number, f"{name}@{domain}") for number, name in below] if domain else []


def _matches(line: str, patterns: "tuple[re.Pattern[str], ...]") -> Iterator[str]:
    for pattern in patterns:
        for found in pattern.finditer(line[:LONGEST_LINE]):
            yield re.sub(r"(?i)^smtp=", "", found[1].strip("."))
