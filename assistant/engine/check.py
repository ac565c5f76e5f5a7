"""Step 4b: does everything that the text states stand in the evidence? No model is asked."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.text import normalize

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_URL = re.compile(r"https?://[^\s)>」』]+|[\w.+-]+@[\w-]+\.[\w.]+")


@dataclass(frozen=True)
class Unproven:
    """A span of the text that no evidence bears out."""

    span: str
    kind: str


def check(text: str, evidence: Iterable[str]) -> tuple[Unproven, ...]:
    """The numbers, amounts, dates, addresses and links of `text` that are not in `evidence`.

    Empty means that the text may be sent. A number counts as the same however it is written
    (6,600 and ６６００); 660 is not borne out by 6,600.
    """
    known = normalize("\n".join(evidence))
    stated = normalize(text)
    links = {_trimmed(link) for link in _URL.findall(known)}
    unproven = [Unproven(link, "link") for link in map(_trimmed, _URL.findall(stated))
                if link not in links]
    numbers = {_bare(number) for number in _NUMBER.findall(_URL.sub(" ", known))}
    unproven += [
        Unproven(number, "number")
        for number in _NUMBER.findall(_URL.sub(" ", stated))
        if _bare(number) not in numbers
    ]
    return tuple(unproven)


def _bare(number: str) -> str:
    return number.replace(",", "")


def _trimmed(link: str) -> str:
    return link.rstrip(".,。、")
