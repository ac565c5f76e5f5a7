"""Promises: what we say that we will do for this customer needs a ToDo behind it."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.company import read_yaml
from assistant.engine.checking.evidence import Aligned, Evidence
from assistant.engine.checking.grounds import Unproven
from assistant.engine.checking.reading import Reading, read

_WHEN = re.compile(r"(?:場合|とき|際|たら|れば)[はに、]|\b(?:if|when|once|whenever)\b")


def promises(
    sentence: Reading, aligned: Aligned, evidence: Evidence, *, verbatim: bool
) -> Iterator[Unproven]:
    """Yield the promises that no ToDo stands behind.

    Not a promise to somebody is how things are done for everybody: what an article says (unless it
    says "shortly" or "we have booked"), or says likewise.
    """
    backed = {act for text in evidence.grounds.promises for act, _ in _acts(read(text))}
    soon = re.search(_words()[sentence.language]["soon"], sentence.text) is not None
    for act, span in _acts(sentence):
        custom = verbatim or any(_says(act, one) for one in aligned.sentences)
        if act in backed or (custom and (not soon or _WHEN.search(sentence.text))):
            continue
        yield Unproven(span, "promise")


def _acts(sentence: Reading) -> Iterator[tuple[str, str]]:
    """Yield what is promised, and the words for it."""
    own = _words()[sentence.language]
    for act, look in own["acts"].items():
        pattern = rf"(?:(?:{own['soon']})[^。、]{{0,24}}?)?(?:{look}){own['does']}" \
            if sentence.language == "ja" else rf"{own['we']}(?:{look})(?:ed|d|t|led)?\b"
        for match in re.finditer(pattern, sentence.text):
            yield act, match[0]


def _says(act: str, sentence: Reading) -> bool:
    """Whether a sentence of the evidence tells that it is done."""
    return re.search(_words()[sentence.language]["acts"][act], sentence.text) is not None


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    return read_yaml(Path(__file__).with_name("promises.yaml"))
