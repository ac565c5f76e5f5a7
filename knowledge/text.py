"""Japanese and English text, analysed once for both the embedding and the lexical index.

Japanese goes through Sudachi (split mode A, `normalized_form`: 打込む and 打ち込む are one term);
Latin words through the Snowball English stemmer (Porter, 1980 and 2001).
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import snowballstemmer
from sudachipy import Dictionary, SplitMode

from knowledge.stopwords import ENGLISH_STOPWORDS, JAPANESE_NEGATIONS, JAPANESE_STOP_TERMS

_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_JAPANESE = re.compile(f"[{_KANA}{_HAN}]")
_KANA_CHARACTER = re.compile(f"[{_KANA}]")
_LATIN_WORD = re.compile(r"[a-z\u00c0-\u024f]+(?:'[a-z]+)?")
_LATIN_TERM = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+|\+\+|#)?|\d+(?:,\d{3})*(?:\.\d+)*")
# The lookbehind keeps a long run without an @ linear: no second start inside it.
_ADDRESS = re.compile(r"https?://[!-~]+|(?<![a-z0-9._+-])[a-z0-9._+-]+@[a-z0-9.-]+")
_DASH_AS_LONG_VOWEL = re.compile(f"(?<=[{_KANA}])[\u2010-\u2015\u2212\u2500\u2501\uff0d]+|ー{{2,}}")
_DASHES = re.compile("[\u2010-\u2015\u2212\u2500\u2501]")
_WAVES = re.compile("[\u301c\u223c\u223e\u3030\u02dc]+")
_APOSTROPHES = re.compile("[\u2018\u2019\u02bc]")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"\s+")

# Sudachi refuses more than 49,149 bytes at once; a normalized character has at most four.
_LONGEST_STRETCH = 8_000
_STRETCH = re.compile(r"\S+")
_SHORT = 400
_LONGEST_WORD = 64  # beyond it stand keys and encoded data: no word, and nothing to remember

_CONTENT = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞", "接尾辞", "接頭辞", "感動詞"})
_PRONOUN = "代名詞"
_AUXILIARY = "助動詞"
# よう, そう, みたい: grammar, though tagged as a noun or an adjective.
_FUNCTION_SUBCLASS = "助動詞語幹"


class Segment(NamedTuple):
    """One Japanese term in its normal form, or one run of text in another script, as written.

    `content` is False for who, where, not and their like: they tell an embedding something, but
    no search should hang on them.
    """

    text: str
    japanese: bool
    content: bool = True


def normalize(text: str) -> str:
    """Return the text with one spelling for what looks alike.

    NFKC, lower case, one long-vowel mark, one wave dash, one apostrophe, single spaces.
    """
    text = _WAVES.sub("~", text)
    text = _DASH_AS_LONG_VOWEL.sub("ー", unicodedata.normalize("NFKC", text)).lower()
    text = _APOSTROPHES.sub("'", _DASHES.sub("-", text))
    return _SPACES.sub(" ", text).strip()


def straight(text: str) -> str:
    """Return the text without the marks that turn the direction of writing: quoted in a sentence
    of ours, they would turn our words as well (Unicode Technical Report 36, section 2.3)."""
    return _TURNING.sub("", text)


def language_of(text: str, default: str = "ja") -> str:
    """Return "ja" or "en" by script; the default for a text with no letter of either.

    In a mixed text one Japanese character weighs as much as one Latin word, so that
    「iPhone 15 Proの返品」 is Japanese and "How do I say ありがとう in Japanese?" is English.
    Web and mail addresses say nothing about the language.
    """
    plain = _ADDRESS.sub(" ", normalize(text))
    japanese = len(_JAPANESE.findall(plain))
    latin = len(_LATIN_WORD.findall(plain))
    if japanese == 0:
        return "en" if latin else default
    if japanese == latin:
        return "ja" if _KANA_CHARACTER.search(plain) else "en"
    return "ja" if japanese > latin else "en"


def analyze(text: str) -> list[str]:
    """Return the content terms of a text for search, in order, repetitions kept.

    Japanese: normal forms of nouns, verbs, adjectives, adverbs and affixes. Latin: stems without
    stopwords. Numbers stay, with no thousands separator.
    """
    terms: list[str] = []
    for segment in segments(text):
        if not segment.japanese:
            terms.extend(_latin_terms(segment.text))
        elif segment.content:
            terms.append(segment.text)
    return terms


def segments(text: str) -> Iterator[Segment]:
    """Yield the Japanese terms that tell something and, between them, runs in other scripts."""
    yield from _remembered(text) if len(text) <= _SHORT else _segments(text)


@lru_cache(maxsize=500)
def _remembered(text: str) -> tuple[Segment, ...]:
    # A question is analysed for the words, for the embedding, and often asked twice.
    return tuple(_segments(text))


def _segments(text: str) -> Iterator[Segment]:
    for stretch in _STRETCH.findall(normalize(text)):
        if not _JAPANESE.search(stretch):
            yield Segment(stretch, japanese=False)
            continue
        for start in range(0, len(stretch), _LONGEST_STRETCH):
            yield from _japanese_segments(stretch[start : start + _LONGEST_STRETCH])


def _japanese_segments(stretch: str) -> Iterator[Segment]:
    other = ""
    for morpheme in japanese_tokenizer().tokenize(stretch, SplitMode.A):
        surface = morpheme.surface()
        if not _JAPANESE.search(surface):
            other += surface  # "3.11" or "c++" in pieces: one run again, read as elsewhere
            continue
        if other:
            yield Segment(other, japanese=False)
            other = ""
        term = morpheme.normalized_form().lower()
        part, subclass = morpheme.part_of_speech()[:2]
        if part == _PRONOUN or (part == _AUXILIARY and term in JAPANESE_NEGATIONS):
            yield Segment(term, japanese=True, content=False)
        elif (
            part in _CONTENT and subclass != _FUNCTION_SUBCLASS and term not in JAPANESE_STOP_TERMS
        ):
            yield Segment(term, japanese=True)
    if other:
        yield Segment(other, japanese=False)


def _latin_terms(run: str) -> Iterator[str]:
    for word in _LATIN_TERM.findall(run):
        if word[0].isdigit():
            yield word.replace(",", "")
        elif len(word) > _LONGEST_WORD:
            yield word
        elif word not in ENGLISH_STOPWORDS:
            yield _stem(word.removesuffix("'s"))


_per_thread = threading.local()
_loading = threading.Lock()


@lru_cache(maxsize=1)
def _dictionary() -> Any:
    return Dictionary()


def japanese_tokenizer() -> Any:
    """Return this thread's tokenizer: the dictionary may be shared, its tokenizers may not."""
    if not hasattr(_per_thread, "tokenizer"):
        with _loading:
            _per_thread.tokenizer = _dictionary().tokenizer()
    return _per_thread.tokenizer


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    if not hasattr(_per_thread, "stemmer"):
        _per_thread.stemmer = snowballstemmer.stemmer("english")
    return str(_per_thread.stemmer.stemWord(word))
