"""Makes drafts of text that nobody wrote as an article: it is shown as it is, never as Jinja."""

import re
from pathlib import Path

from knowledge.articles.draft import ArticleDraft
from knowledge.articles.readers.limits import check_text
from knowledge.text import language_of, normalize

_NOT_IN_AN_ID = re.compile(r"[^\w.]+|_+")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def plain_draft(file: Path, title: str, text: str, language: str = "") -> ArticleDraft:
    """Return the draft of a whole document; its id is the name of the file."""
    text = clean(check_text(file, text))
    return ArticleDraft(
        article_id=slug(file.stem),
        language=language or language_of(f"{title}\n{text[:2_000]}"),
        title=" ".join(clean(title).split()) or file.stem,
        body=text,
        is_template=False,
        source=str(file),
    )


def clean(text: str) -> str:
    """Return the text with plain line ends, no control characters, one blank line in a row."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    return _BLANK_LINES.sub("\n\n", _CONTROLS.sub("", text)).strip()


def slug(text: str) -> str:
    """Return an id made of a name: lower case, words joined by hyphens, kanji and kana kept."""
    return _NOT_IN_AN_ID.sub("-", normalize(text)).strip("-.")[:150] or "article"
