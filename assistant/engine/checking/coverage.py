"""Words: a sentence whose content words hardly occur in the evidence is not borne out by it.

The share of a sentence's content words that its evidence has, as in the precision of ROUGE (Lin,
2004), where synonyms count as the same and words that say nothing do not count. One new word is
too much where it narrows, widens or promises (words.yaml: strict), or stands in the place of
another in a sentence that otherwise repeats the evidence.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher

from assistant.engine.checking.evidence import Aligned, Evidence
from assistant.engine.checking.grounds import Unproven
from assistant.engine.checking.lexicon import alike, listed
from assistant.engine.checking.meaning import written
from assistant.engine.checking.reading import Reading

# Set on the first half of the paraphrases and of BEGIN (benchmarks/answer_check.py).
MOST_NEW = 0.3
_ELSEWHERE = 0.4
_FEWEST = 4
_REPEATS = 0.7


def coverage(sentence: Reading, aligned: Aligned, evidence: Evidence) -> Iterator[Unproven]:
    """Yield the words that may not be new, or the sentence if too many of its words are."""
    new = [(term, _newness(term, aligned, evidence)) for term in dict.fromkeys(sentence.terms)]
    strict = listed("strict")
    for term, weight in new:
        if term in strict and (weight == 1.0 or (weight and aligned.nearness >= _REPEATS)):
            yield Unproven(_written(sentence, term), "coverage")
    yield from _in_the_place_of(sentence, aligned, evidence)
    counted = [weight for term, weight in new if term not in listed("neutral")]
    if sum(counted) / max(_FEWEST, len(counted)) > MOST_NEW:
        yield Unproven(sentence.sentence, "coverage")


def _newness(term: str, aligned: Aligned, evidence: Evidence) -> float:
    """How new a word is: 0 where the bearing sentences have it, 1 where nothing has it."""
    if term in aligned.terms or term in evidence.topic:
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
