"""Reads the training data: pairs of texts that mean, ask or answer the same thing.

Nothing that is evaluated on is read here (see the model card), and the lines of the Tanaka corpus
that a public test set shares are left out.
"""

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from knowledge.training import office_help

Pages = Sequence[Sequence[office_help.Block]]

_TAUGHT_GLOSSES = 40_000
_ONE_STRETCH_IN = 6  # the teacher needs long for long texts

_SENTENCE_END = re.compile(r"(?<=[。！？!?])|\n+|(?<=\.)\s+")
_ROLE = re.compile(r":[\w:.+-]+:`!?~?([^`<]*?)(?:\s*<[^`>]*>)?`")
_MARKUP = re.compile(r"``([^`]*)``|`([^`<]*?)(?:\s*<[^`>]*>)?`_{0,2}|\*{1,2}([^*\s][^*]*)\*{1,2}")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_BLANK_AROUND_JAPANESE = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")


@dataclass(frozen=True)
class PairSet:
    """Pairs of one kind: a batch is drawn from one set, so that its negatives are of that kind.

    `share` is the set's part of the batches; `run` pairs that follow each other go into a batch
    together, where following means being about the same subject and not the same. In a `taught`
    set every pair is (English, Japanese), and both also learn the teacher's vector of the English.
    """

    name: str
    share: float
    pairs: list[tuple[str, str]] = field(repr=False)
    run: int = 1
    taught: bool = False


def read_pairs(data: Path, pages: Pages, seed: int) -> list[PairSet]:
    """Return every training set of the data folder and the office help, in a fixed order for one
    seed."""
    random_source = random.Random(seed)  # noqa: S311
    passages = {row["id"]: row["text"] for row in _rows(data / "jaquad/train.passages.jsonl.gz")}
    python = list(_python_docs(data))
    dictionary = list(read_dictionary(data))
    glosses = [(gloss, word) for word, gloss in random_source.sample(dictionary, _TAUGHT_GLOSSES)]
    japanese = [*passages.values(), *(ja for _, ja in python if len(ja) > 80)]
    english = [en for en, _ in python if len(en) > 160]
    return [
        PairSet("questions", 0.15, list(_questions(data, passages)), run=8),
        PairSet("cloze ja", 0.08, list(_cloze(japanese, random_source))),
        PairSet("cloze en", 0.03, list(_cloze(english, random_source))),
        PairSet("neighbours", 0.03, list(_neighbours(list(passages.values())))),
        PairSet("paraphrases", 0.04, list(_paraphrases(data))),
        PairSet("help pages", 0.02, list(_help_pages(data))),
        PairSet("office sections", 0.08, list(office_help.sections(pages)), run=4),
        PairSet("dictionary", 0.06, dictionary),
        PairSet("dictionary, taught", 0.05, glosses, taught=True),
        PairSet("sentences ja-en", 0.18, list(_sentences(data)), taught=True),
        PairSet("python docs", 0.14, python, run=8, taught=True),
        PairSet("python docs, long", 0.05, list(_stretches(python)), taught=True),
        PairSet("office help", 0.07, office_help.paragraph_pairs(pages), run=4, taught=True),
        PairSet("office help, long", 0.02, _long_pages(pages), taught=True),
    ]


def _stretches(pairs: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield every fourth stretch of four paragraphs that follow each other, both sides joined."""
    for start in range(0, len(pairs), 4 * _ONE_STRETCH_IN):
        part = pairs[start : start + 4]
        yield " ".join(en for en, _ in part), " ".join(ja for _, ja in part)


def _long_pages(pages: Pages) -> list[tuple[str, str]]:
    return list(office_help.stretches(pages, 5))[::_ONE_STRETCH_IN]


def read_dictionary(data: Path) -> Iterator[tuple[str, str]]:
    """Yield (Japanese headword, English gloss), the first three glosses of each entry."""
    with gzip.open(data / "edict/edict.tsv.gz", "rt", encoding="utf-8") as file:
        for line in file:
            headword, _, glosses, _ = line.rstrip("\n").split("\t")
            for gloss in glosses.split("; ")[:3]:
                plain = re.sub(r"\([^)]*\)", "", gloss).strip()
                if plain:
                    yield headword, plain


def _questions(data: Path, passages: dict[str, str]) -> Iterator[tuple[str, str]]:
    for row in _rows(data / "jaquad/train.queries.jsonl.gz"):
        yield row["query"], passages[row["positive"]]


def _cloze(texts: list[str], random_source: random.Random) -> Iterator[tuple[str, str]]:
    """Yield (a sentence, the rest of its text): the inverse cloze task (Lee et al., ACL 2019)."""
    for text in texts:
        sentences = split_sentences(text)
        if len(sentences) < 2:
            continue
        for at in random_source.sample(range(len(sentences)), min(3, len(sentences))):
            yield sentences[at], " ".join(sentences[:at] + sentences[at + 1 :])


def _neighbours(passages: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (passage, next passage): neighbours in the file are neighbours in an article."""
    yield from pairwise(passages)


def _paraphrases(data: Path) -> Iterator[tuple[str, str]]:
    for row in _rows(data / "jglue_pairs/jsts.train.jsonl.gz"):
        if row["label"] >= 3.5:
            yield row["sentence1"], row["sentence2"]
    for row in _rows(data / "jglue_pairs/jnli.valid.jsonl.gz"):
        if row["label"] == "entailment":
            yield row["sentence1"], row["sentence2"]


def _sentences(data: Path) -> Iterator[tuple[str, str]]:
    folder = data / "small_parallel_enja"
    listed = (folder / "exclude_train_lines_overlapping_tatoeba_test.txt").read_text()
    # The list does not say whether it counts from 0 or from 1: leave out both readings.
    left_out = {int(number) + base for number in listed.split() for base in (0, 1)}
    with gzip.open(folder / "train.tsv.gz", "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if number not in left_out:
                english, japanese = line.rstrip("\n").split("\t")
                yield english.replace(" '", "'"), japanese.replace(" ", "")


def _python_docs(data: Path) -> Iterator[tuple[str, str]]:
    path = data / "python_docs_parallel/parallel.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            source, english, japanese = line.rstrip("\n").split("\t")
            if "faq" not in source and english != japanese:
                yield _plain(english), _BLANK_AROUND_JAPANESE.sub("", _plain(japanese))


def _help_pages(data: Path) -> Iterator[tuple[str, str]]:
    """Yield title and paragraph pairs of GNOME help and Let's Encrypt, across and within."""
    for row in _rows(data / "gnome_help_enja/pages.jsonl.gz"):
        yield row["title_en"], row["title_ja"]
        yield row["title_en"], row["body_en"]
        yield row["title_ja"], row["body_ja"]
        yield from _aligned(row["body_en"], row["body_ja"], "\n")
    for row in _rows(data / "letsencrypt_docs_enja/docs.jsonl"):
        yield row["title_en"], row["title_ja"]
        yield from _aligned(row["en"], row["ja"], "\n\n")
    for language in ("en", "ja"):
        for row in _rows(data / f"letsencrypt_docs_enja/faq_{language}.jsonl"):
            yield row["q"], _plain(row["a"])


def _aligned(english: str, japanese: str, separator: str) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs in pairs if both sides have the same number, else the whole texts."""
    left = [part for part in english.split(separator) if part.strip()]
    right = [part for part in japanese.split(separator) if part.strip()]
    if len(left) == len(right):
        yield from ((_plain(a), _plain(b)) for a, b in zip(left, right, strict=True))
    else:
        yield _plain(english), _plain(japanese)


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text in either language, blanks stripped."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part and part.strip()]


def _plain(text: str) -> str:
    """Return the text without reStructuredText roles, Markdown links and emphasis."""
    text = _LINK.sub(r"\1", _ROLE.sub(r"\1", text))
    return _MARKUP.sub(lambda found: found[1] or found[2] or found[3] or "", text)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    for line in text.split("\n"):
        if line:
            yield json.loads(line)
