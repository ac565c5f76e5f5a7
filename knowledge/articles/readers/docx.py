"""Word: paragraphs, lists and tables in their order; headings become sections."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import docx
from docx.opc.exceptions import OpcError

from knowledge.articles.draft import ArticleDraft
from knowledge.articles.readers.limits import check_archive, refuse
from knowledge.articles.readers.plain import plain_draft


def read_docx(file: Path) -> list[ArticleDraft]:
    """Return one draft; raises ArticleRefused for damaged files and archives that explode."""
    check_archive(file)
    try:
        document = docx.Document(str(file))
        lines = list(_lines(document))
    except (OpcError, BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise refuse(file, "The file is not a Word document; save it as .docx again.") from error
    title = document.core_properties.title or _title(document)
    return [plain_draft(file, title, "\n\n".join(line for line in lines if line.strip()))]


def _lines(document: Any) -> Iterator[str]:
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            yield "\n".join(" | ".join(_cells(row)) for row in block.rows)
        elif _style(block) == "title":
            continue
        elif _style(block).startswith("heading") and block.text.strip():
            yield f"## {' '.join(block.text.split())}"
        else:
            yield block.text


def _cells(row: Any) -> Iterator[str]:
    previous = None
    for cell in row.cells:
        if cell._tc is not previous:  # a merged cell comes once for each column that it spans
            yield " ".join(cell.text.split())
        previous = cell._tc


def _style(paragraph: Any) -> str:
    """Return the style's built-in name: 見出し 1 is stored as "heading 1"."""
    return (paragraph.style.name or "").lower() if paragraph.style is not None else ""


def _title(document: Any) -> str:
    for paragraph in document.paragraphs:
        if _style(paragraph) in ("title", "heading 1") and paragraph.text.strip():
            return str(paragraph.text)
    return ""
