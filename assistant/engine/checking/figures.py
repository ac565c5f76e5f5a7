"""Numbers, amounts, dates and times: the same amount of the same unit with the same bound."""

import re
from collections.abc import Iterator

from assistant.engine.checking.evidence import Aligned, Evidence
from assistant.engine.checking.grounds import Unproven
from assistant.engine.checking.links import LINK
from assistant.engine.checking.reading import Reading
from assistant.engine.checking.spans import as_written
from assistant.engine.checking.values import Stated, agree, prepared

_KINDS = {"money": "amount", "phone": "link"} | dict.fromkeys(
    ("date", "clock", "weekday", "in month", "relative day"), "date"
)
# What the customer said of themselves may be said back as such.
_SAID_BACK = re.compile(
    r"とのこと|とおっしゃ|ご希望の|ご質問の|お尋ねの"
    r"|\byou (?:mention|ask|said|wrote|told)|\byour question"
)
_ITEMS = (re.compile(r"[、,]"), re.compile(r"(?<=[店）)\w])と(?=\w)|\band\b|\bor\b"),
          re.compile(r"[、,]\s*(?:and|or)?|\band\b|\bor\b"))  # fmt: skip
_THINGS = frozenset({"of つ", "of 店", "of 種", "of shops", "of ways", "of things", "of options"})
_NEAR = 0.5
_REPEATS = 0.7


def figures(sentence: Reading, aligned: Aligned, evidence: Evidence) -> Iterator[Unproven]:
    """Yield the values that no evidence states."""
    linked = " ".join(LINK.findall(sentence.text))
    for value in sentence.values:
        if value.kind == "phone" or value.text in linked:
            continue
        if not _proven(value, sentence, aligned, evidence):
            span = as_written(sentence.sentence, value.text, prepared)
            yield Unproven(span, _KINDS.get(value.kind, "number"))


def _proven(value: Stated, sentence: Reading, aligned: Aligned, evidence: Evidence) -> bool:
    same = [other for other in evidence.values if _same(value, other)]
    if not same:
        said_back = _SAID_BACK.search(sentence.text) is not None
        return ((said_back and value.text in prepared("\n".join(evidence.grounds.asked)))
                or value.key in evidence.ones or _counts(value, aligned))  # fmt: skip
    near = [other for one in aligned.sentences for other in one.values]
    here = [other for other in near if _same(value, other)]
    if not here and aligned.nearness >= _NEAR and _others_of_kind(value, aligned):
        return False
    repeats = here and aligned.nearness >= _REPEATS
    return any(agree(value.bounds, other.bounds) for other in (here if repeats else same))


def _same(value: Stated, other: Stated) -> bool:
    if value.key == other.key:
        return True
    # A count with no unit, or with a word of another language for it.
    if value.amount != other.amount:
        return False
    loose = value.kind == "number" or other.kind == "number"
    both = value.kind.startswith("of ") and other.kind.startswith("of ")
    across = value.kind[3:].isascii() != other.kind[3:].isascii()
    return loose or (both and across)


def _counts(value: Stated, aligned: Aligned) -> bool:
    """Whether it is how many things a sentence of the evidence lists: "two shops"."""
    if value.kind not in _THINGS:
        return False
    counts = {1 + len(look.findall(one.text)) for one in aligned.sentences for look in _ITEMS}
    return value.amount in {str(count) for count in counts}


def _others_of_kind(value: Stated, aligned: Aligned) -> bool:
    """Whether the sentence that it rests on states another value of this kind in its place."""
    return any(other.kind == value.kind for other in aligned.sentences[0].values)
