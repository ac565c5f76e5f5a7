"""Words: a sentence whose content words hardly occur in the evidence is not borne out by it.

The share of a sentence's content words that its evidence has, as in unigram precision (Lin,
2004), where synonyms count as the same and words that say nothing do not count. One new word is
too much where it narrows, widens or promises (words.yaml: strict), or stands in the place of
another in a sentence that otherwise repeats the evidence.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from assistant.engine.checking.evidence import Aligned, Evidence
from assistant.engine.checking.grounds import Unproven
from assistant.engine.checking.lexicon import alike, listed
from assistant.engine.checking.meaning import written
from assistant.engine.checking.reading import Reading

# Set on the first half of the paraphrases and of BEGIN (benchmarks/answer_check.py).
MOST_NEW = 0.25
_ELSEWHERE = 0.4
_FEWEST = 4
_REPEATS = 0.7
_CLAUSE = re.compile(
    r"[、,;；:：]|\b(?:and|or|but|if|unless|so|because|when)\b|(?<=[^も])(?:ので|が)(?=、)"
)
# An assistant has seen, liked and done nothing that an article could bear out.
_OF_OURSELVES = re.compile(
    r"\bI(?:'ve|'m)? (?!am (?:sorry|afraid|not able)|hope|can|understand|see that|sorry|afraid)\w"
    r"|\bmy (?:favou?rite|dad|mom|mother|father|wife|husband|friend|own|kids?|dog|cat)\b",
    re.IGNORECASE,
)


def coverage(sentence: Reading, aligned: Aligned, evidence: Evidence) -> Iterator[Unproven]:
    """Yield the words that may not be new, or the sentence if too many of its words are."""
    new = [(term, _newness(term, aligned, evidence)) for term in dict.fromkeys(sentence.terms)]
    strict = listed("strict")
    for term, weight in new:
        if term in strict and (weight == 1.0 or (weight and aligned.nearness >= _REPEATS)):
            yield Unproven(_written(sentence, term), "coverage")
    yield from _in_the_place_of(sentence, aligned, evidence)
    yield from _new_clauses(sentence, dict(new))
    counted = [weight for term, weight in new if term not in listed("neutral")]
    if _too_new(counted, len(sentence.values)) or _OF_OURSELVES.search(sentence.sentence):
        yield Unproven(sentence.sentence, "coverage")


def _new_clauses(sentence: Reading, newness: Mapping[str, float]) -> Iterator[Unproven]:
    """A clause, or an item of a list, of which nothing stands anywhere."""
    ends = [*(match.start() for match in _CLAUSE.finditer(sentence.text)), len(sentence.text)]
    start = 0
    for end in ends:
        own = [term for term, at in zip(sentence.terms, sentence.places, strict=True)
               if start <= at < end and term not in listed("neutral")]  # fmt: skip
        valued = any(start <= value.start < end for value in sentence.values)
        if own and not valued and all(newness[term] == 1.0 for term in own):
            yield Unproven(sentence.text[start:end].strip(" 、,") or own[0], "coverage")
        start = end


def _too_new(newness: list[float], values: int) -> bool:
    """Whether too large a share of the words is new, or more of them than are not."""
    new = sum(newness)
    borne_out = sum(weight == 0.0 for weight in newness) + values
    return new / max(_FEWEST, len(newness)) > MOST_NEW or new > max(borne_out, 0.9)


def _newness(term: str, aligned: Aligned, evidence: Evidence) -> float:
    """How new a word is: 0 where the bearing sentences have it, 1 where nothing has it."""
    if term in aligned.terms or term in evidence.topic or term in evidence.named:
        return 0.0
    if term not in listed("strict") and any(alike(term, other) for other in aligned.terms):
        return 0.0
    if term in evidence.terms or term in evidence.asked:
        return _ELSEWHERE
    return 1.0


def _in_the_place_of(
    sentence: Reading, aligned: Aligned, evidence: Evidence
) -> Iterator[Unproven]:
    """A word for another in a sentence that is otherwise the same."""
    if not aligned.sentences or aligned.nearness < _REPEATS:
        return
    ours, theirs = list(sentence.terms), list(aligned.sentences[0].terms)
    for what, i, j, m, n in SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes():
        for term in ours[m:n] if what in ("replace", "insert") else ():
            newness = _newness(term, aligned, evidence)
            if term in theirs or term in listed("neutral") or newness == 0.0:
                continue
            if any(alike(term, other) for other in theirs[i:j]):
                continue
            if newness < 1.0 or what == "insert":
                yield Unproven(_written(sentence, term), "coverage")


def _written(sentence: Reading, term: str) -> str:
    return written(sentence, term, sentence.places[sentence.terms.index(term)])
