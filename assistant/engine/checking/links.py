"""Web addresses, mail addresses and telephone numbers: each must stand in the grounds as it is."""

import re
from collections.abc import Iterator

from assistant.engine.checking.evidence import Evidence
from assistant.engine.checking.grounds import Unproven
from assistant.engine.checking.reading import Reading
from knowledge.text import normalize

LINK = re.compile(r"https?://[^\s)>」』）]+|(?:www\.)[\w-]+\.[\w./-]+|[\w.+-]+@[\w-]+\.[\w.]+")
_PHONE = re.compile(r"(?<![\d-])(?:\+81[- ]?\d|0\d)\d{0,4}[- ]\d{1,4}[- ]\d{3,4}(?!\d)")


def links(sentence: Reading, evidence: Evidence) -> Iterator[Unproven]:
    """Yield the addresses and numbers that the grounds do not have."""
    known = {_trimmed(normalize(link)) for link in LINK.findall(evidence.stated)}
    phones = {_digits(phone) for phone in _PHONE.findall(evidence.stated)}
    for match in LINK.finditer(sentence.sentence):
        if _trimmed(normalize(match[0])) not in known:
            yield Unproven(_trimmed(match[0]), "link")
    for match in _PHONE.finditer(sentence.sentence):
        if _digits(match[0]) not in phones:
            yield Unproven(match[0], "link")


def _trimmed(link: str) -> str:
    return link.rstrip(".,。、/")


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone.replace("+81", "0"))
