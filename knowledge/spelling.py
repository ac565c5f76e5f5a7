"""What a text sounds like, in one alphabet: けんこうしんだん, kenkou shindan and 健康診断 alike.

Letters are those of Hepburn's romanization with long vowels and double letters made single, so
that the common ways to type Japanese in Latin letters, and many typing errors of English, meet.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from sudachipy import SplitMode

from knowledge.text import japanese_tokenizer, normalize

GRAM = 4

_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "g": "ガギグゲゴ", "s": "サシスセソ", "z": "ザジズゼゾ",
    "t": "タチツテト", "d": "ダヂヅデド", "n": "ナニヌネノ", "h": "ハヒフヘホ", "b": "バビブベボ",
    "p": "パピプペポ", "m": "マミムメモ", "r": "ラリルレロ",
}  # fmt: skip
_LATIN = {
    kana: consonant + vowel
    for consonant, row in _ROWS.items()
    for kana, vowel in zip(row, "aiueo", strict=True)
} | {
    "ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヲ": "o", "ン": "n", "ァ": "a",
    "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o", "ヮ": "wa", "ー": "", "ッ": "",
}  # fmt: skip
_LATIN["ヴ"] = "bu"  # codespell:ignore
_SMALL = {"ャ": "ya", "ュ": "yu", "ョ": "yo"}
# In this order, on readings and on typed letters alike: what is meant the same is written the same.
_SAME = (
    ("shi", "si"), ("sh", "sy"), ("chi", "ti"), ("ch", "ty"), ("cch", "ty"), ("tsu", "tu"),
    ("fu", "hu"), ("ji", "zi"), ("j", "zy"), ("di", "zi"), ("du", "zu"), ("ou", "o"),
    ("mb", "nb"), ("mp", "np"), ("l", "r"), ("v", "b"),
)  # fmt: skip
_REPEATED = re.compile(r"(.)\1+")
_HIRAGANA_CODES = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_HIRAGANA = str.maketrans({chr(code): chr(other) for code, other in _HIRAGANA_CODES.items()})
_HIRAGANA_RUN = re.compile("[\u3041-\u3096ー]{6,}")
_RUN = re.compile("[\u3041-\u30ff\u3400-\u9fff々]+|[a-z][a-z'-]*")


def sounds(text: str) -> list[str]:
    """Return the overlapping groups of four letters of each Latin word and Japanese stretch."""
    return [gram for run in runs(text) for gram in grams(run)]


def runs(text: str) -> list[str]:
    """Return the Latin words and the Japanese stretches of a text, normalized, in order."""
    return _RUN.findall(normalize(text))


def grams(run: str) -> list[str]:
    """Return the overlapping groups of four letters of one run; none for a shorter one."""
    letters = _canonical(run if run.isascii() else "".join(_romanized(_reading(run))))
    return [letters[at : at + GRAM] for at in range(len(letters) - GRAM + 1)]


def in_kana(run: str) -> bool:
    """Return whether a stretch is all hiragana and long enough to be words, not grammar."""
    return _HIRAGANA_RUN.fullmatch(run) is not None


def readings(name: str) -> tuple[str, ...]:
    """Return how a Japanese name is read, in katakana, hiragana and Latin letters; nothing for a
    name in Latin letters."""
    if name.isascii():
        return ()
    kana = _reading(normalize(name))
    hiragana = kana.translate({after: before for before, after in _HIRAGANA_CODES.items()})
    return kana, hiragana, "".join(_romanized(kana))


def _canonical(letters: str) -> str:
    letters = re.sub("[^a-z]", "", letters)
    for written, same in _SAME:
        letters = letters.replace(written, same)
    return _REPEATED.sub(r"\1", letters)


def _romanized(kana: str) -> Iterator[str]:
    for at, character in enumerate(kana):
        latin = _LATIN.get(character, "")
        following = _SMALL.get(kana[at + 1 : at + 2])
        if following and latin.endswith("i"):
            yield latin[:-1] + following
        elif character not in _SMALL:
            yield latin


@lru_cache(maxsize=20_000)
def _reading(run: str) -> str:
    """Return the katakana of a Japanese stretch; what is written in kana stays as written."""
    kana = run.translate(_HIRAGANA)
    if re.fullmatch("[\u30a1-\u30ff]+", kana):
        return kana
    morphemes = japanese_tokenizer().tokenize(run[:8_000], SplitMode.C)
    readings = (morpheme.reading_form() or morpheme.surface() for morpheme in morphemes)
    return "".join(readings).translate(_HIRAGANA)
