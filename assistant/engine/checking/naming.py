"""Names: of people, pets, places and products. A name must stand somewhere in the grounds."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from sudachipy import SplitMode

from assistant.engine.checking.evidence import Aligned, Evidence
from assistant.engine.checking.grounds import Unproven
from assistant.engine.checking.lexicon import is_common, listed
from assistant.engine.checking.marks import DENIALS
from assistant.engine.checking.meaning import written
from assistant.engine.checking.reading import Reading
from knowledge.text import analyze, japanese_tokenizer, normalize

_CALLED = re.compile(
    r"([一-鿿々]{1,6}|[ァ-ヺー]{2,}|[A-Za-z]+)(?:様(?![子々式])|さま|さん|ちゃん|くん|君|先生|氏)"
    r"|([ぁ-ゖー]{2,5})(?:ちゃん|さん)"
)
_KATAKANA = re.compile(r"[ァ-ヺー][ァ-ヺー・]+")
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? ([A-Z][\w'-]+)")
_CAPITALISED = re.compile(r"(?<![.!?:;\"“”\n(] )(?<!^)(?<![-•*] )\b[A-Z][a-zA-Z'’&-]+\b")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'-]+")
_NO_NAMES = frozenset(
    """january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday
    am pm yen i i'm i'll i've i'd""".split()  # noqa: SIM905
)


def names(sentence: Reading, aligned: Aligned, evidence: Evidence) -> Iterator[Unproven]:
    """Yield the names that the grounds do not have, and those that stand in another's place."""
    yield from _exchanged(sentence, aligned, evidence)
    found = _english(sentence.sentence) if sentence.language == "en" else _japanese(sentence)
    for name in dict.fromkeys(found):
        if not _known(name, evidence):
            yield Unproven(name, "name")


def _exchanged(sentence: Reading, aligned: Aligned, evidence: Evidence) -> Iterator[Unproven]:
    """A name that may be said, but where the evidence has the name of somebody else."""
    if not aligned.sentences:
        return
    nearest = aligned.sentences[0]
    lost = [name for name in evidence.grounds.names
            if normalize(name) in nearest.plain and normalize(name) not in sentence.plain]
    yield from _added(sentence, aligned, evidence)
    if not lost:
        return
    of_lost = {term for name in lost for term in analyze(name)}
    ours, theirs = list(sentence.terms), list(nearest.terms)
    for what, i, j, m, n in SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes():
        if what != "replace" or not of_lost & set(theirs[i:j]):
            continue
        for at in range(m, n):
            if ours[at] in aligned.terms or ours[at] in listed("neutral"):
                continue
            if sentence.language == "ja" or _is_capital(sentence, sentence.places[at]):
                yield Unproven(written(sentence, ours[at], sentence.places[at]), "name")


def _added(sentence: Reading, aligned: Aligned, evidence: Evidence) -> Iterator[Unproven]:
    """A name beside those that the evidence has, unless somebody is spoken to by it."""
    known = [normalize(name) for name in evidence.grounds.names if name]
    if not any(name in aligned.sentences[0].plain for name in known):
        return
    for name in known:
        # A shop that "does not offer it" stands there, but not for this.
        there = any(name in one.plain for one in aligned.sentences
                    if sentence.of(*DENIALS) or not one.of(*DENIALS))  # fmt: skip
        if name in sentence.plain and not there and name not in evidence.asked_text:
            at = sentence.plain.index(name)
            before, after = sentence.plain[:at], sentence.plain[at + len(name) :]
            if not before.removeprefix("dear ") and re.match(r"(?:様|さん)?(?:[、,]|$)", after):
                continue
            yield Unproven(name, "name")


def _is_capital(sentence: Reading, place: int) -> bool:
    """Whether the word at this place of the prepared text is written with a capital."""
    word = re.match(r"[a-z']+", sentence.text[place:])
    found = word and re.search(rf"\b{re.escape(word[0])}\b", sentence.sentence, re.IGNORECASE)
    return bool(found and found[0][0].isupper())


def _known(name: str, evidence: Evidence) -> bool:
    wanted = normalize(name)
    if wanted.isascii():
        wanted = wanted.removesuffix("'s")
        if re.search(rf"(?<![a-z]){re.escape(wanted)}(?![a-rt-z])", evidence.said):
            return True
        terms = analyze(wanted)
        return bool(terms) and all(term in evidence.terms | evidence.topic for term in terms)
    return wanted in evidence.said


def _japanese(sentence: Reading) -> Iterator[str]:
    text = sentence.sentence
    for match in _CALLED.finditer(text):
        called = match[1] or match[2]
        if called not in listed("called") and not called.startswith(("お", "ご")):
            yield called
    for match in _KATAKANA.finditer(text):
        # A word that translations know is no name: whether it fits is a question of coverage.
        if not is_common(normalize(match[0])):
            yield match[0]
    for match in _LATIN.finditer(text):
        if normalize(match[0]) not in _NO_NAMES:
            yield match[0]
    for morpheme in japanese_tokenizer().tokenize(text[:2_000], SplitMode.C):
        part = morpheme.part_of_speech()
        surface = morpheme.surface()
        if part[1] == "固有名詞" and len(surface) > 1 and not surface.isascii():
            yield surface


def _english(text: str) -> Iterator[str]:
    for match in _TITLED.finditer(text):
        yield match[1]
    for match in _CAPITALISED.finditer(text):
        if normalize(match[0]).split("'")[0] not in _NO_NAMES:
            yield match[0]
