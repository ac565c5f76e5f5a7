"""Cuts a Markdown text into what a reader sees as one: sentences, list items, steps, table rows.

Every piece knows its place in the text, so that what is chosen can be cut out as it stands.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

Kind = Literal["text", "list", "steps", "table", "other"]

_KINDS: dict[str, Kind] = {
    "paragraph_open": "text",
    "bullet_list_open": "list",
    "ordered_list_open": "steps",
    "table_open": "table",
}
_ITEMS: dict[Kind, str] = {"list": "list_item_open", "steps": "list_item_open", "table": "tr_open"}
# A line break ends no sentence: a paragraph may be wrapped anywhere.
_SENTENCE_END = re.compile(r"(?<=[。！？!?])(?![。！？!?」』）)])\s*|(?<=[.!?])[\"')\]]?\s+")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|approx|no|dr|mr|mrs|ms|st|a\.m|p\.m)\.$", re.I)
_SMALL = re.compile(r"[a-z(]")


@dataclass(frozen=True)
class Piece:
    """One sentence, list item, step or table row: text[start:end]."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Block:
    """A paragraph, list or table with its pieces; `head` is a table's header, with its rule."""

    kind: Kind
    start: int
    end: int
    pieces: tuple[Piece, ...]
    head: str = ""


def blocks(text: str) -> list[Block]:
    """Return the blocks of a Markdown text in their order; what is no prose is one piece each."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return [_block(text, starts, own) for own in _top_level(_parser().parse(text))]


def sentences_of(text: str, start: int, end: int) -> Iterator[Piece]:
    """Yield the sentences of text[start:end]; an abbreviation ends none."""
    begin = start
    for match in _SENTENCE_END.finditer(text, start, end):
        so_far, after = text[begin : match.start()].rstrip(), text[match.end() : match.end() + 1]
        if _ABBREVIATION.search(so_far) and _SMALL.match(after):
            continue
        yield from _piece(text, begin, match.start())
        begin = match.end()
    yield from _piece(text, begin, end)


def _top_level(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the tokens of each block that stands in no other."""
    first = 0
    for at, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            yield tokens[first : at + 1]
            first = at + 1


def _block(text: str, starts: Sequence[int], tokens: Sequence[Token]) -> Block:
    kind = _KINDS.get(tokens[0].type, "other")
    start, end = _place(text, starts, tokens[0])
    if kind == "text":
        return Block(kind, start, end, tuple(sentences_of(text, start, end)))
    if kind == "other":
        return Block(kind, start, end, tuple(_piece(text, start, end)))
    level = tokens[0].level + (2 if kind == "table" else 1)
    items = [one for one in tokens if one.type == _ITEMS[kind] and one.level == level]
    places = [_place(text, starts, item) for item in items]
    if kind == "table":
        head_end = places[1][0] if len(places) > 1 else end
        rows = (piece for place in places[1:] for piece in _piece(text, *place))
        return Block(kind, start, end, tuple(rows), text[start:head_end].rstrip())
    return Block(kind, start, end, tuple(p for place in places for p in _piece(text, *place)))


def _place(text: str, starts: Sequence[int], token: Token) -> tuple[int, int]:
    first, last = token.map or (0, len(starts) - 1)
    return starts[first], starts[min(last, len(starts) - 1)]


def _piece(text: str, start: int, end: int) -> Iterator[Piece]:
    """Yield the piece without the white space around it, unless nothing is left."""
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip())
    inner = inner.strip()
    if inner:
        yield Piece(start, start + len(inner), inner)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
