"""Polarity and modality: what a sentence denies, demands, allows or hedges, against the sentences
that bear it out.

A mark of the text needs the same mark at the same word, or at a word that the other sentence says
otherwise; a mark of the evidence may not be lost where its word is said again. A contrary word in
the place of another is a lost mark, too. The closer a sentence follows another, the less its marks
may differ (natural logic: MacCartney and Manning, 2007).
"""

import re
from collections.abc import Iterator

from assistant.engine.checking.evidence import Aligned, Evidence
from assistant.engine.checking.grounds import Unproven
from assistant.engine.checking.lexicon import alike, opposite
from assistant.engine.checking.marks import (
    AFTER,
    ALL,
    ASK,
    BEFORE,
    CAN,
    CANNOT,
    DENIALS,
    DO_NOT,
    EXCEPT,
    FREE,
    IMPERATIVE,
    LESS,
    MAY,
    MODALS,
    MORE,
    MUST,
    NEEDLESS,
    ONLY,
    SHOULD,
    WILL,
    Mark,
)
from assistant.engine.checking.reading import Reading

# What may stand for what: a request for a must, since both ask; never a must for an advice.
_ACCEPTED = {
    MUST: {MUST}, SHOULD: {SHOULD}, CAN: {CAN}, MAY: {MAY},
    ASK: {ASK, MUST, SHOULD, DO_NOT, IMPERATIVE},
}  # fmt: skip
_COSTS = frozenset(
    {"料金", "料", "費用", "加算", "代金", "代", "掛かる", "キャンセル"}
    | {"charg", "fee", "cost", "pay", "price", "surcharg"}
)
_DEMANDS = {ASK, MUST, DO_NOT, IMPERATIVE}
_CONTRARY = {BEFORE: AFTER, AFTER: BEFORE, MORE: LESS, LESS: MORE, WILL: CAN}
# What cannot be said of nothing in particular.
_CLAIMS = (FREE, NEEDLESS, CANNOT, ONLY, EXCEPT, MUST)
_NEAR = 0.5
# From here on a sentence repeats another rather than tells it anew.
_REPEATS = 0.75


def meaning(sentence: Reading, aligned: Aligned, evidence: Evidence) -> Iterator[Unproven]:
    """Yield the marks that turn the sentence against its evidence."""
    if not aligned.sentences:
        for mark in sentence.of(*_CLAIMS):
            yield Unproven(mark.text, "modality" if mark.name == MUST else "negation")
        return
    yield from _denied(sentence, aligned, evidence)
    yield from _affirmed(sentence, aligned)
    yield from _narrowed(sentence, aligned, evidence)
    yield from _contrary(sentence, aligned)
    yield from _modal(sentence, aligned, evidence)
    if aligned.nearness >= _REPEATS:
        yield from _lost(sentence, aligned.sentences[0])


def _denied(sentence: Reading, aligned: Aligned, evidence: Evidence) -> Iterator[Unproven]:
    """A no that the evidence does not have."""
    theirs = [mark for one in aligned.sentences for mark in one.of(*DENIALS)]
    ours = sentence.of(*DENIALS)
    # A no of the nearest that ours does not repeat may be the one that ours says with other words.
    said_otherwise = [other for other in aligned.sentences[0].of(*(DENIALS - {FREE}))
                      if not any(_same(mark, other) for mark in ours)]  # fmt: skip
    for mark in ours:
        if any(_same(mark, other) for other in theirs) or \
                evidence.marked(mark.head, {FREE} if mark.name == FREE else DENIALS - {FREE}):
            continue
        if said_otherwise:
            said_otherwise.pop()
        elif not theirs or mark.head in aligned.terms:
            yield Unproven(mark.text, "negation")


def _affirmed(sentence: Reading, aligned: Aligned) -> Iterator[Unproven]:
    """A word that the evidence denies wherever it has it, and the text does not."""
    theirs = [mark for one in aligned.sentences for mark in one.of(*DENIALS, EXCEPT)]
    ours = sentence.of(*DENIALS, EXCEPT)
    denials = DENIALS - {FREE} if sentence.of(FREE) else DENIALS
    # A no that the evidence says with another word may be the one that is missed.
    if any(not any(_same(mark, other) for other in theirs) for mark in ours):
        return
    for term, place in zip(sentence.terms, sentence.places, strict=True):
        if any(mark.head == term for mark in ours):
            continue
        having = [one for one in aligned.sentences if any(alike(term, own) for own in one.terms)]
        if having and all(any(mark.head == term for mark in one.of(*denials)) for one in having):
            yield Unproven(written(sentence, term, place), "negation")


def _narrowed(sentence: Reading, aligned: Aligned, evidence: Evidence) -> Iterator[Unproven]:
    """An only, an all or an except that is not there, or an except that is lost."""
    for mark in sentence.of(ONLY, EXCEPT, ALL):
        there = any(one.of(mark.name) for one in aligned.sentences)
        if not there and not evidence.marked(mark.head, {mark.name}):
            yield Unproven(mark.text, "negation")
    nearest = aligned.sentences[0]
    if aligned.nearness >= _NEAR and nearest.of(EXCEPT) and not sentence.of(EXCEPT, ONLY, *DENIALS):
        yield Unproven(sentence.sentence, "negation")


def _contrary(sentence: Reading, aligned: Aligned) -> Iterator[Unproven]:
    """Before for after, up for down: a contrary in the place of what the evidence has."""
    for mark in sentence.of(*_CONTRARY):
        same = any(one.of(mark.name) for one in aligned.sentences)
        other = [one for each in aligned.sentences for one in each.of(_CONTRARY[mark.name])]
        lost = aligned.nearness >= _REPEATS and not sentence.of(_CONTRARY[mark.name])
        if not same and any(lost or _same(mark, one) for one in other):
            yield Unproven(mark.text, "negation")
    for term, place in zip(sentence.terms, sentence.places, strict=True):
        nearest = frozenset(aligned.sentences[0].terms)
        has = nearest if opposite(term) & nearest else aligned.terms
        if term not in has and opposite(term) & has - set(sentence.terms):
            yield Unproven(written(sentence, term, place), "negation")


def _modal(sentence: Reading, aligned: Aligned, evidence: Evidence) -> Iterator[Unproven]:
    """A must, should, can or may that the evidence has otherwise; a may that it has and we lost."""
    nearest = {mark.name for mark in aligned.sentences[0].marks}
    repeats = aligned.nearness >= _REPEATS
    theirs = nearest if repeats else {mark.name for one in aligned.sentences for mark in one.marks}
    demands = {ASK, IMPERATIVE} if not repeats and SHOULD not in theirs else set()
    for mark in sentence.of(*MODALS):
        accepted = _ACCEPTED[mark.name] | (demands if mark.name == MUST else set())
        if theirs & accepted and not (repeats and _oftener(mark.name, sentence, aligned)):
            continue
        # To hedge or to advise what the evidence demands is to say less.
        weaker = mark.name == MAY or (mark.name == SHOULD and theirs & _DEMANDS)
        if not repeats and (weaker or evidence.marked(mark.head, accepted)):
            continue
        # "You can" for a plain statement says no more; for a demand or a hedge it does.
        others = aligned.sentences[0].of(*(MODALS - _ACCEPTED[mark.name]))
        if mark.name in (CAN, ASK) and not any(repeats or _same(mark, one) for one in others):
            continue
        yield Unproven(mark.text, "modality")
    if MAY in nearest and aligned.nearness >= _NEAR and not sentence.of(MAY, CAN, SHOULD):
        yield Unproven(sentence.sentence, "modality")


def _oftener(name: str, sentence: Reading, aligned: Aligned) -> bool:
    """Whether a sentence says a mark more often than the one that it repeats."""
    return len(sentence.of(name)) > len(aligned.sentences[0].of(*_ACCEPTED[name]))


def _lost(sentence: Reading, nearest: Reading) -> Iterator[Unproven]:
    """A mark of the sentence that ours repeats and that ours does not have."""
    ours = {mark.name for mark in sentence.marks}
    groups = (
        (DENIALS | {EXCEPT, ONLY}, DENIALS | {EXCEPT, ONLY}, "negation"),
        ({MUST}, {MUST, ASK, NEEDLESS, IMPERATIVE}, "modality"),
        ({SHOULD}, {SHOULD, ASK}, "modality"),
        ({ASK, DO_NOT}, _ACCEPTED[ASK], "modality"),
        ({CANNOT}, {CANNOT, *DENIALS}, "modality"),
    )
    for lost, kept, kind in groups:
        if {mark.name for mark in nearest.marks} & lost and not ours & kept:
            yield Unproven(sentence.sentence, kind)


def _same(mark: Mark, other: Mark) -> bool:
    """Whether two marks say the same of the same: a fee that is not charged is free."""
    if FREE in (mark.name, other.name):
        return mark.name == other.name or bool({mark.head, other.head} & _COSTS)
    heads = mark.head, other.head
    return heads[0] == heads[1] or (all(heads) and alike(*heads))


def written(sentence: Reading, term: str, place: int) -> str:
    """The word at this place of the prepared text, at most up to the next content word."""
    word = re.match(r"[a-z']+", sentence.text[place:])
    if word is not None:
        return word[0]
    following = [at for at in sentence.places if at > place]
    return sentence.text[place : min([*following, place + max(2, len(term))])].strip()
