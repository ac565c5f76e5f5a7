"""A sentence as the check reads it: content words, values, marks, in one prepared text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sudachipy import SplitMode

from assistant.engine.checking.marks import Mark, marks
from assistant.engine.checking.values import Stated, prepared, units_of_one, values
from knowledge.articles.passages import searchable, sentences
from knowledge.stopwords import JAPANESE_STOP_TERMS
from knowledge.text import analyze, japanese_tokenizer, language_of, normalize

_LONGEST = 2_000
_LATIN = re.compile(r"[a-z\u00c0-\u024f]+(?:'[a-z]+)?")
_LIST_MARK = re.compile(r"^\s*(?:[-*+•・]\s*|\d{1,3}[.)]\s+)+")
_GRAMMAR = frozenset({"補助記号", "空白", "助詞", "助動詞", "記号", "代名詞", "連体詞", "接続詞"})


@dataclass(frozen=True)
class Reading:
    """What one sentence says. `plain` is its normalized text without list marks; `terms` are its
    content words in order, `places` where they begin in the prepared text."""

    sentence: str
    plain: str
    text: str
    language: str
    terms: tuple[str, ...]
    places: tuple[int, ...]
    values: tuple[Stated, ...]
    marks: tuple[Mark, ...]
    ones: frozenset[tuple[str, str]]
    in_list: bool = False

    def of(self, *names: str) -> tuple[Mark, ...]:
        """The marks of these names."""
        return tuple(mark for mark in self.marks if mark.name in names)


def readings(text: str) -> list[Reading]:
    """Return the reading of each sentence of a text; a line break ends one, too."""
    found = []
    for line in text.splitlines():
        bare = _LIST_MARK.sub("", line)
        found += [read(sentence, bare != line) for sentence in sentences(bare)]
    return found


@lru_cache(maxsize=2_000)
def read(sentence: str, in_list: bool = False) -> Reading:
    """Return the reading of one sentence; of an overlong one, only the beginning has words."""
    plain = searchable(sentence)
    text = prepared(plain)[:_LONGEST]
    language = language_of(plain, "en" if plain.isascii() else "ja")
    found = tuple(values(text))
    spans = [(value.start, value.end) for value in found]
    placed = [(term, at) for term, at in _placed(text)
              if not any(start <= at < end for start, end in spans) and not term[0].isdigit()]
    turning = marks(text, placed, language)
    # What turns a sentence is compared as such, and is no word of its subject.
    placed = [(term, at) for term, at in placed
              if not any(mark.start <= at < mark.start + len(mark.text) for mark in turning)]
    return Reading(
        sentence, normalize(plain), text, language,
        tuple(term for term, _ in placed), tuple(at for _, at in placed), found,
        turning, frozenset(units_of_one(text)), in_list,
    )


def _placed(text: str) -> Iterator[tuple[str, int]]:
    """Yield the content terms with their places: normal forms and stems, as `analyze` has them."""
    if language_of(text, "en") == "en":
        for match in _LATIN.finditer(text):
            for term in _stems(match[0]):
                yield term, match.start()
        return
    for morpheme in japanese_tokenizer().tokenize(text, SplitMode.A):
        part, subclass = morpheme.part_of_speech()[:2]
        surface, term = morpheme.surface(), morpheme.normalized_form().lower()
        if part in _GRAMMAR or subclass == "助動詞語幹" or term in JAPANESE_STOP_TERMS:
            continue
        if surface.isascii():
            yield from ((stem, morpheme.begin()) for stem in _stems(surface))
        else:
            yield term, morpheme.begin()


@lru_cache(maxsize=20_000)
def _stems(word: str) -> tuple[str, ...]:
    return tuple(analyze(word))
