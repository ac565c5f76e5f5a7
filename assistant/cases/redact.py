"""Takes out of a text whatever tells whose it is.

1. What the house knows of the customer (known.py), however it is written.
2. What has the form of an address: mail, web, telephone, postal code, place.
3. Names of people, by title or by the dictionary, and capitalized words that no article has.
4. Dates, times, ages and weights, and every number of three digits and more that no article has.

More may go than must: the case still tells what was asked and how it was settled.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from sudachipy import SplitMode

from assistant.cases.known import Known
from assistant.company import read_yaml
from assistant.customers.catalogue import Catalogue
from knowledge.retrieval.results import PassageView
from knowledge.text import japanese_tokenizer

PLACEHOLDERS = Path(__file__).with_name("placeholders.yaml")
_LONGEST_STRETCH = 8_000  # Sudachi takes no more at once

_NUMBER = re.compile(r"\d+(?:[,.]\d+)*")
_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
_MONTH = (r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
          r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?")  # fmt: skip
_KANJI = "\u4e00-\u9fff"
_FORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("mail", (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",)),
    ("link", (r"https?://\S+", r"\bwww\.\S+")),
    ("card", (r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])",)),
    ("address", (r"〒?\s?(?<![\d-])\d{3}-\d{4}(?!\d|-)", r"〒\s?\d{7}")),
    ("phone", (
        r"(?<![\d-])(?:\+\d{1,3}[\s-]?)?(?:\(0?\d{1,4}\)|\d{2,4})[\s-]?\d{2,4}[\s-]\d{3,4}"
        r"(?!\d)",
        r"(?<!\d)0\d{9,10}(?!\d)", r"\+\d{8,14}",
    )),
    ("address", (
        rf"[{_KANJI}]{{1,3}}[都道府県][^\s、。,]{{1,12}}?[市区町村郡][^\s、。,]*",
        rf"[{_KANJI}ァ-ヶ]{{1,8}}[市区町村][^\s、。,]{{0,12}}?\d+(?:[-‐−の]\d+)+(?:号室?)?",
        r"\d+丁目[\d番地号の-]*", r"\d+番地[\d号の-]*", r"\d+(?:-\d+){2,}", r"\d+号室",
        r"\b\d{1,5} (?:[A-Z][a-z]+ ){1,3}"
        r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr)\b\.?",
    )),
    ("name", (
        r"(?-i:\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? ?[A-Z][a-z]+(?: [A-Z][a-z]+)?)",
        r"(?-i:(?<=name is )[A-Z]\w+(?: [A-Z]\w+)?)", r"(?-i:(?<=called )[A-Z]\w+)",
        rf"[{_KANJI}ァ-ヶー]{{1,8}}(?=と申します|と言います|といいます)",
    )),
    ("date", (
        r"(?:\d{4}|令和\s?\d{1,2}|平成\s?\d{1,2})年(?:\s?\d{1,2}月)?(?:\s?\d{1,2}日)?",
        r"\d{1,2}月\s?\d{1,2}日", r"\d{1,2}月(?!間)", r"(?<![\d,])\d{1,2}日(?!間|以|[前後目])",
        r"\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b",
        r"(?<![\d/])\d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\d/])",
        rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? \d{{4}})?(?!\w)",
        rf"\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?\b", rf"\b{_MONTH} \d{{4}}\b",
    )),
    ("time", (
        r"(?:午前|午後)?\s?\d{1,2}時(?!間)(?:\s?\d{1,2}分|半)?",
        r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)", r"\b\d{1,2}(?:[:.]\d{2})? ?[ap]\.?m\b\.?",
    )),
    ("age", (
        r"\d+(?:\.\d+)?\s?(?:歳|才|[かヶカケ]月齢)", r"生後\s?\d+\s?(?:[かヶカケ]月|週|日)",
        r"\b\d+[- ](?:years?|months?|weeks?)[- ]old\b",
    )),
    ("measure", (r"\d+(?:\.\d+)?\s?(?:kg|キロ|[匹頭羽]|(?:kilos?|pounds?|lbs?)\b)",)),
)
_RULES = [(kind, re.compile("|".join(forms), re.IGNORECASE)) for kind, forms in _FORMS]
# Before 様, さん and their like these are nobody's name.
_NOBODY = frozenset([
    "お客", "皆", "みな", "皆々", "お医者", "獣医", "獣医師", "飼い主", "飼主", "患者",
    "担当者", "奥", "旦那", "お子", "子ども", "赤", "お父", "お母", "ご主人", "主人", "神", "何",
    "ワン", "わん", "ネコ", "猫", "ねこ", "犬", "子猫", "子犬", "友達", "お友達", "店員",
    "スタッフ", "先生", "業者",
])  # fmt: skip
_TITLED = re.compile(
    rf"(?:お|ご)?(?:[{_KANJI}々ァ-ヶー]{{1,10}}|[A-Za-z]{{1,20}}|[ぁ-ん]{{2,6}}?)"
    r"(?=様|さま|さん|ちゃん|くん|君(?!が|の|は))"
)
_ENDS = re.compile(r"(?:^|[.!?:\n]\s*|[\"'“(]\s*)$")


@dataclass(frozen=True)
class Public:
    """What everybody may read in the articles: their Latin words, and their numbers."""

    words: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, passages: Iterable[PassageView]) -> "Public":
        words, numbers = set[str](), set[str]()
        for passage in passages:
            for text in (passage.title, passage.heading, passage.template, *passage.asked):
                words.update(word.lower() for word in _WORD.findall(text))
                numbers.update(_plain(number) for number in _NUMBER.findall(_normal(text)))
        return cls(frozenset(words), frozenset(numbers))


class Redaction:
    """How texts of one customer are redacted, in one language."""

    def __init__(
        self, known: Sequence[Known], public: Public, catalogue: Catalogue, language: str
    ) -> None:
        self._catalogue = catalogue
        self._language = language
        self._public = public
        self._numbers = {_plain(number) for one in known
                         for number in _NUMBER.findall(_normal(one.value))}  # fmt: skip
        self._known = [(one.kind, _pattern(one.value)) for one in known if one.value.strip()]

    def __call__(self, text: str) -> str:
        """The text with a word in brackets for whatever was taken out."""
        return "".join(one if isinstance(one, str) else self._word(one.kind)
                       for one in self.pieces(text))

    def pieces(self, text: str) -> "Pieces":
        """The normalized text in pieces, in order: what may stay, and a Hole for the rest."""
        pieces: Pieces = [_normal(text)]
        for kind, pattern in (*self._known, *_RULES):
            pieces = _each(pieces, partial(_cut, pattern=pattern, kind=kind))
        for cut in (_titled, _people, self._strange_words, self._strange_numbers):
            pieces = _each(pieces, cut)
        return pieces

    def _word(self, kind: str) -> str:
        words = _placeholders().get(kind)
        label = words[self._language] if words else self._catalogue.label(kind, self._language)
        return f"〔{label}〕" if self._language == "ja" else f"[{label}]"

    def _strange_words(self, text: str) -> "Pieces":
        """Capitalized words inside a sentence that no article has are names of somebody."""
        def strange(match: re.Match[str]) -> bool:
            word = match[0]
            return (
                word[0].isupper() and len(word) > 1 and not word.isupper()
                and word.lower() not in self._public.words
                and not _ENDS.search(text[: match.start()])
            )

        return _cut(text, _WORD, "name", strange)

    def _strange_numbers(self, text: str) -> "Pieces":
        def strange(match: re.Match[str]) -> bool:
            plain = _plain(match[0])
            long = len(plain.replace(".", "")) > 2
            return plain in self._numbers or (long and plain not in self._public.numbers)

        return _cut(text, _NUMBER, "number", strange)


@dataclass(frozen=True)
class Hole:
    """What tells whose a text is, and what it is: a key of placeholders.yaml or a fact's name."""

    kind: str
    text: str


Pieces = list[str | Hole]


def _each(pieces: Pieces, cut: Callable[[str], Pieces]) -> Pieces:
    """The pieces cut further, with no two texts side by side."""
    whole: Pieces = []
    for new in (new for one in pieces for new in (cut(one) if isinstance(one, str) else [one])):
        if isinstance(new, str) and whole and isinstance(last := whole[-1], str):
            whole[-1] = last + new
        else:
            whole.append(new)
    return whole


def _cut(
    text: str, pattern: re.Pattern[str], kind: str,
    wanted: Callable[[re.Match[str]], bool] = lambda match: bool(match[0]),
) -> Pieces:
    """The text in pieces, with a hole for each match that is wanted."""
    pieces: Pieces = []
    start = 0
    for match in pattern.finditer(text):
        if wanted(match):
            pieces += [text[start : match.start()], Hole(kind, match[0])]
            start = match.end()
    return [*pieces, text[start:]]


def _titled(text: str) -> Pieces:
    return _cut(text, _TITLED, "name", lambda match: match[0] not in _NOBODY)


def _people(text: str) -> Pieces:
    """Names of people and places, as the dictionary knows them."""
    pieces: Pieces = []
    for start in range(0, len(text), _LONGEST_STRETCH):
        for morpheme in japanese_tokenizer().tokenize(
            text[start : start + _LONGEST_STRETCH], SplitMode.C
        ):
            part, kind, whose = morpheme.part_of_speech()[:3]
            surface = morpheme.surface()
            proper = part == "名詞" and kind == "固有名詞" and not surface.isascii()
            hole = {"人名": "name", "地名": "place"}.get(whose) if proper else None
            pieces.append(Hole(hole, surface) if hole else surface)
    return pieces


def _pattern(value: str) -> re.Pattern[str]:
    """A pattern for a known value; a Latin one as a whole word, one letter only as a name."""
    plain = re.escape(_normal(value.strip()))
    if value.isascii():
        return re.compile(rf"(?<![A-Za-z0-9]){plain}(?![A-Za-z0-9])", re.IGNORECASE)
    if len(value) == 1:
        return re.compile(rf"{plain}(?=ちゃん|くん|君|さん|様|[はがのもをに、。]|です|と申)")
    return re.compile(plain, re.IGNORECASE)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _plain(number: str) -> str:
    return number.replace(",", "")


@cache
def _placeholders() -> dict[str, dict[str, str]]:
    return dict(read_yaml(PLACEHOLDERS))
