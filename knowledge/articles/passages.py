"""Cuts articles into passages and passages into what is searched."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

JAPANESE_CHARACTERS = 400
ENGLISH_WORDS = 150
WINDOW_SENTENCES = 2

_HEADING = re.compile(r"##[ \t]+(.*\S)\s*")
_QUESTION = re.compile(r"[?？][ \t]+(.*\S)\s*")
_CODE_FENCE = re.compile(r"\s*(```|~~~)")
_JINJA = re.compile(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", re.DOTALL)
_JINJA_OPENING = re.compile(r"\{(?=[{%#])")
_ESCAPED = '{{ "{" }}'
_MARK = "\0"
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_HTML = re.compile(r"</?[a-zA-Z][^>]*>|<!--.*?-->", re.DOTALL)
_LINE_MARK = re.compile(r"^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+|\d{1,3}[.)]\s+)+", re.MULTILINE)
_EMPHASIS = re.compile(r"\*\*|__|`+|~~|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_SENTENCE_END = re.compile(r"(?<=[。！？!?])(?![。！？!?」』）)])\s*|(?<=[.!?])\s+|\s*\n\s*")
_JAPANESE = re.compile("[\u3041-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True)
class Section:
    """A piece of a body: its place (0 is the lead), its heading, its source, its first line.

    `questions` stood below the heading as lines of "? …": they are searched and never shown.
    """

    position: int
    heading: str
    template: str
    line: int
    questions: tuple[str, ...] = ()


def sections(body: str) -> list[Section]:
    """Return the lead, if there is one, and each `##` section; the template has no heading line.

    The first `##` section has position 1 with or without a lead, so that the same section of a
    translation has the same position. `line` counts from 0 at the first line of the body.
    """
    found: list[Section] = []
    heading, start, lines, position, code = "", 0, list[str](), 0, False
    for number, line in enumerate([*body.splitlines(), "## end"]):
        code ^= bool(_CODE_FENCE.match(line))
        match = None if code else _HEADING.fullmatch(line)
        if match is None:
            lines.append(line)
            continue
        asked, rest = _asked(lines)
        template = "\n".join(rest).strip()
        if template or heading:
            found.append(Section(position, heading, template, start, asked))
        heading, start, lines, position = match[1], number, [], position + 1
    return found


def _asked(lines: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Return the questions that the section begins with, and the lines that follow them."""
    texts = [match[1] for line in lines if (match := _QUESTION.fullmatch(line))]
    is_question = [bool(_QUESTION.fullmatch(line)) or not line.strip() for line in lines]
    count = is_question.index(False) if False in is_question else len(lines)
    own = [line for line in lines[:count] if line.strip()]
    return tuple(texts[: len(own)]), lines[count:]


def plain_sections(body: str) -> list[Section]:
    """Return the sections of a text that is no template; long ones are cut at sentence ends.

    Every template is escaped: rendered as Jinja it prints the text as it stands.
    """
    found: list[Section] = []
    for section in sections(body):
        # In a text that is no article of ours such lines are text.
        asked = "".join(f"? {question}\n" for question in section.questions)
        for piece in _pieces(asked + section.template):
            template = verbatim(piece)
            found.append(Section(len(found), section.heading, template, section.line))
    return found


def verbatim(text: str) -> str:
    """Return a Jinja template that prints exactly this text, whatever it contains."""
    return _JINJA_OPENING.sub(_ESCAPED, text)


def searchable(template: str) -> str:
    """Return the words of a section: no Jinja, no Markdown marks, the texts of all branches."""
    text = template.replace(_ESCAPED, _MARK)
    text = _JINJA.sub(" ", text).replace(_MARK, "{")
    text = _HTML.sub(" ", _LINK.sub(r"\1", text))
    text = _EMPHASIS.sub("", _LINE_MARK.sub("", text))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def sentences(text: str) -> list[str]:
    """Return the sentences of a Japanese or English text; a line break ends one, too."""
    return [part for part in map(str.strip, _SENTENCE_END.split(text)) if part]


def windows(text: str) -> list[str]:
    """Return overlapping windows of two sentences; one window for a shorter text."""
    parts = sentences(text)
    if len(parts) <= WINDOW_SENTENCES:
        return [" ".join(parts)] if parts else []
    starts = range(len(parts) - WINDOW_SENTENCES + 1)
    return [" ".join(parts[start : start + WINDOW_SENTENCES]) for start in starts]


def extent(text: str) -> float:
    """Return the length of a text as a share of one passage; mixed text counts both ways."""
    japanese = len(_JAPANESE.findall(text))
    words = len(_JAPANESE.sub(" ", text).split())
    return japanese / JAPANESE_CHARACTERS + words / ENGLISH_WORDS


def _pieces(text: str) -> Iterator[str]:
    """Yield stretches of whole sentences of about the length of one passage."""
    piece: list[str] = []
    size = 0.0
    for sentence in _short_sentences(text):
        own = extent(sentence)
        if piece and size + own > 1.0:
            yield "\n".join(piece)
            piece, size = [], 0.0
        piece.append(sentence)
        size += own
    if piece:
        yield "\n".join(piece)


def _short_sentences(text: str) -> Iterator[str]:
    """Yield sentences; one that is longer than a passage (a list, a table) in slices."""
    for sentence in sentences(text):
        if extent(sentence) <= 1.0:
            yield sentence
        elif _JAPANESE.search(sentence):
            yield from _slices(sentence, JAPANESE_CHARACTERS)
        else:
            for words in _slices(sentence.split(), ENGLISH_WORDS):
                yield " ".join(words)


def _slices(items: Any, size: int) -> Iterator[Any]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
