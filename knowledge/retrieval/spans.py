"""From a passage to what answers: the sentences, the list, the steps, the rows of a table.

1. The text is cut into sentences, list items, steps and rows (blocks.py).
2. Each is scored: the share of the question's words that it has, words that stand everywhere in the
   passage counting little; the cosine to the question; whether it holds what is asked for (an
   amount, an hour; expects.py); and being first, because articles answer in their first sentence.
3. What scores near the best is chosen, in the order of the text, with all that it leans on: a
   sentence that begins with a reference brings the one before it, a list its lead-in sentence;
   steps stay whole; a long table keeps its header and the rows that were chosen.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from knowledge.embedding import Embedder
from knowledge.retrieval.blocks import Block, Kind, Piece, blocks
from knowledge.retrieval.expects import Expected
from knowledge.text import analyze

# Measured on half of evaluation/spans.jsonl of the sample company.
WORDS, MEANING, EXPECTED, FIRST, STRUCTURE = 1.0, 1.0, 0.5, 0.1, 0.8
NEAR = 0.55
# A list or table up to this size is shown whole: cutting it would hide more than it saves.
ABOUT = 0.3
SMALL = 6
# Below this nothing in the passage is like the question: all of it is returned.
LEAST = 0.35

_REFERS = re.compile(
    r"(?:その|この|それ|これ|そう|ただし|しかし|また、|なお|どちらも|いずれも|同じく|一方)|"
    r"(?:in (?:that|this|these|those) case|however|but|this|these|those|they|it|otherwise|then|so|"
    r"both|also|for (?:that|this|these)|after that)\b",
    re.IGNORECASE,
)
_EXCEPTS = re.compile(
    r"(?:ただし|しかし|一方|例外)|(?:however|but|except|unless|otherwise)\b", re.IGNORECASE
)
_INTRODUCES = re.compile(
    r"[:：]$|次の|以下|とおり|下記|\b(?:following|below|as follows|these steps|like this)\b",
    re.IGNORECASE,
)
_CAUTION = re.compile(
    r"救急|すぐに|至急|危険|命に|おそれ|ないでください|避けてください|"
    r"\b(?:emergency|at once|immediately|danger|poison|never|do not|don't|without delay)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Span:
    """A chosen part of one block: text[start:end] holds it, `text` is it as it should be shown.

    A list or table of which a part is shown leaves out what lies between.
    """

    kind: Kind
    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True)
class Answer:
    """The spans in the order of the text, and the Markdown that they make."""

    spans: tuple[Span, ...]
    text: str
    complete: bool  # nothing of the passage was left out


class _Scored(NamedTuple):
    block: int
    piece: Piece
    score: float


def answer_in(
    question: str,
    text: str,
    embedder: Embedder | None = None,
    *,
    subject: str = "",
    cautions: bool = False,
) -> Answer:
    """Return the part of a rendered passage that answers; all of it where nothing stands out.

    `subject` is the passage's title and heading: their words tell little within it. With
    `cautions` a sentence that warns is always kept. Without an embedder words alone decide.
    """
    parts = blocks(text)
    scored = _scores(question, subject, parts, embedder)
    best = max((one.score for one in scored), default=0.0)
    if best < LEAST:
        chosen = set(range(len(scored)))
    else:
        chosen = {
            at for at, one in enumerate(scored)
            if one.score >= NEAR * best or (cautions and _CAUTION.search(one.piece.text))
        }  # fmt: skip
        chosen = _with_what_they_lean_on(chosen, scored, parts)
    spans = tuple(_spans(chosen, scored, parts))
    return Answer(spans, _joined(spans, text), len(chosen) == len(scored))


def _scores(
    question: str, subject: str, parts: Sequence[Block], embedder: Embedder | None
) -> list[_Scored]:
    pieces = [(at, piece) for at, block in enumerate(parts) for piece in block.pieces]
    if not pieces:
        return []
    expected = Expected(question)
    words = _word_scores(question, subject, [piece.text for _, piece in pieces])
    meanings = _meanings(question, [piece.text for _, piece in pieces], embedder)
    return [
        _Scored(at, piece, WORDS * words[number] + MEANING * meanings[number]
                + EXPECTED * expected.held_by(piece.text)
                + FIRST * (number == 0) + STRUCTURE * _fits(expected, parts[at].kind))
        for number, (at, piece) in enumerate(pieces)
    ]  # fmt: skip


def _fits(expected: Expected, kind: Kind) -> bool:
    return (expected.steps and kind == "steps") or (expected.enumeration and kind == "list")


def _word_scores(question: str, subject: str, texts: Sequence[str]) -> list[float]:
    """Return for each text the share of the question's weight that it has.

    A word that no text has says nothing; one that every text has, hardly anything.
    """
    terms = [set(analyze(text)) for text in texts]
    spread = Counter(term for own in terms for term in own)
    about = set(analyze(subject))
    weights = {
        term: math.log(1 + (len(texts) - spread[term] + 0.5) / (spread[term] + 0.5))
        * (ABOUT if term in about else 1.0)
        for term in set(analyze(question)) & spread.keys()
    }
    mass = sum(weights.values()) or 1.0
    return [sum(weights[term] for term in own & weights.keys()) / mass for own in terms]


def _meanings(question: str, texts: Sequence[str], embedder: Embedder | None) -> list[float]:
    """Return the cosine of each text to the question, between the least and the greatest."""
    if embedder is None:
        return [0.0] * len(texts)
    vectors = embedder.embed([question, *texts])
    cosines = vectors[1:] @ vectors[0]
    return [float(value) for value in np.maximum(cosines, 0.0)]


def _with_what_they_lean_on(
    chosen: set[int], scored: Sequence[_Scored], parts: Sequence[Block]
) -> set[int]:
    """Return the chosen places and, until nothing is added, what cannot be understood without."""
    by_block: dict[int, list[int]] = {}
    for at, one in enumerate(scored):
        by_block.setdefault(one.block, []).append(at)
    wanted = list(chosen)
    found: set[int] = set()
    while wanted:
        at = wanted.pop()
        if at not in found:
            found.add(at)
            wanted.extend(_leaned_on(at, chosen, scored, parts, by_block))
    return found


def _leaned_on(
    at: int,
    chosen: set[int],
    scored: Sequence[_Scored],
    parts: Sequence[Block],
    by_block: dict[int, list[int]],
) -> list[int]:
    one, own = scored[at], by_block[scored[at].block]
    kind = parts[one.block].kind
    leaned: list[int] = []
    if kind == "steps" or (kind in ("list", "table") and len(own) <= SMALL):
        leaned.extend(own)
    if kind in ("list", "steps", "table"):
        before = by_block.get(one.block - 1, [])
        if before and parts[one.block - 1].kind == "text":
            leaned.append(before[-1])
    if kind == "text":
        if _REFERS.match(one.piece.text) and at > 0:
            leaned.append(at - 1)
        if _INTRODUCES.search(one.piece.text):
            after = by_block.get(one.block + 1, [])
            of_text = after and parts[one.block + 1].kind == "text"
            leaned.extend([] if of_text or chosen & set(after) else after)
        if at + 1 < len(scored) and _EXCEPTS.match(scored[at + 1].piece.text):
            leaned.append(at + 1)
    return leaned


def _spans(
    chosen: set[int], scored: Sequence[_Scored], parts: Sequence[Block]
) -> list[Span]:
    found: list[Span] = []
    for number, block in enumerate(parts):
        own = [scored[at] for at in sorted(chosen) if scored[at].block == number]
        if not own:
            continue
        if block.kind == "text":
            found.extend(
                Span("text", one.piece.start, one.piece.end, one.piece.text, one.score)
                for one in own
            )
            continue
        lines = [block.head, *(one.piece.text for one in own)]
        found.append(Span(
            block.kind, block.start if block.head else own[0].piece.start, own[-1].piece.end,
            "\n".join(line for line in lines if line), max(one.score for one in own),
        ))  # fmt: skip
    return found


def _joined(spans: Sequence[Span], text: str) -> str:
    """Return the spans as Markdown: sentences of a paragraph together, blocks apart."""
    pieces: list[str] = []
    for before, span in zip((None, *spans), spans, strict=False):
        if before is not None:
            between = text[before.end : span.start]
            same = before.kind == span.kind == "text" and not re.search(r"\n\s*\n", between)
            gap = "\n" if "\n" in between else "" if before.text.endswith("。") else " "
            pieces.append(gap if same else "\n\n")
        pieces.append(span.text)
    return "".join(pieces)
