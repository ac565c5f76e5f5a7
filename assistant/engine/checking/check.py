"""The one entry: a text against its grounds, sentence by sentence."""

from collections.abc import Iterator
from dataclasses import replace

from assistant.engine.checking.coverage import coverage
from assistant.engine.checking.evidence import Evidence
from assistant.engine.checking.figures import figures
from assistant.engine.checking.grounds import Grounds, Unproven
from assistant.engine.checking.links import links
from assistant.engine.checking.meaning import meaning
from assistant.engine.checking.naming import names
from assistant.engine.checking.promises import promises
from assistant.engine.checking.reading import Reading, readings
from assistant.engine.checking.spans import as_written
from assistant.engine.checking.tone import tone
from assistant.engine.checking.values import prepared


def check(text: str, grounds: Grounds) -> tuple[Unproven, ...]:
    """Return what the text states and its grounds do not bear out; empty: it may be sent.

    Given words (the frame) are passed over. A sentence that stands in the evidence is proven;
    promises and tone are looked at even there. Where a sentence is in another language than all
    of the evidence, its values, names and links are compared and its words are not.
    """
    evidence = Evidence(grounds)
    found: list[Unproven] = []
    for sentence in readings(text):
        if sentence.plain and sentence.plain not in evidence.frame:
            found.extend(_placed(_of(sentence, evidence), sentence, evidence))
    return tuple(dict.fromkeys(found))


def _of(sentence: Reading, evidence: Evidence) -> Iterator[Unproven]:
    verbatim = sentence.plain in evidence.verbatim
    aligned = evidence.bearing(sentence)
    yield from promises(sentence, aligned, evidence, verbatim=verbatim)
    yield from tone(sentence, evidence)
    if verbatim and _is_backed(sentence, evidence):
        return
    yield from links(sentence, evidence)
    yield from figures(sentence, aligned, evidence)
    if verbatim:
        return
    yield from names(sentence, aligned, evidence)
    if sentence.language in evidence.languages:
        yield from meaning(sentence, aligned, evidence)
        yield from coverage(sentence, aligned, evidence)


def _is_backed(sentence: Reading, evidence: Evidence) -> bool:
    """Whether all its values stand in the stored articles or in facts."""
    keys = {value.key for value in evidence.values}
    return all(value.key in keys for value in sentence.values)


def _placed(
    found: Iterator[Unproven], sentence: Reading, evidence: Evidence
) -> Iterator[Unproven]:
    """Yield each with its span as it is written and the evidence that comes closest."""
    for one in found:
        span = as_written(sentence.sentence, one.span, prepared)
        yield replace(one, span=span, sentence=sentence.sentence,
                      nearest=evidence.nearest(sentence))  # fmt: skip
