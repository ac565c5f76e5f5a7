"""Finds what the check read in the text as it is written."""

import re
from collections.abc import Callable

_REACH = 16


def as_written(sentence: str, span: str, reading: Callable[[str], str]) -> str:
    """Return the shortest part of the sentence that is read as `span`; all of it if there is none.

    `reading` is the way from what is written to what was read: widths, cases, number words.
    """
    plain = re.search(re.escape(span), sentence, re.IGNORECASE)
    if plain is not None:
        return plain[0]
    for length in range(1, len(span) + _REACH):
        for start in range(len(sentence) - length + 1):
            part = sentence[start : start + length]
            if part == part.strip() and reading(part) == span:
                return part
    return sentence
