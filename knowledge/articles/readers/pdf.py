"""PDF: the text of all pages as one article, cut into passages when it is published."""

import re
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from knowledge.articles.draft import ArticleDraft, ArticleRefused
from knowledge.articles.readers.limits import PDF_PAGES, TEXT_CHARACTERS, refuse
from knowledge.articles.readers.plain import plain_draft

# A line of a PDF ends where the paper ends: inside a Japanese sentence nothing belongs there.
_BROKEN_JAPANESE = re.compile(
    "(?<=[\u3041-\u30ff\u3400-\u9fff、])\n(?=[\u3041-\u30ff\u3400-\u9fff])"
)
_BROKEN_ENGLISH = re.compile(r"(?<=[a-z,;])\n(?=[a-z(])")


def read_pdf(file: Path) -> list[ArticleDraft]:
    """Return one draft; raises ArticleRefused for encrypted, damaged, scanned or huge files."""
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise refuse(file, "The PDF has a password; save a copy without one.")
        title = str(reader.metadata.title or "") if reader.metadata else ""
        text = _text(reader, file)
    except ArticleRefused:
        raise
    except DependencyError as error:
        raise refuse(file, "The PDF is encrypted; save a copy without a password.") from error
    except (PyPdfError, ValueError, KeyError, TypeError, OSError, RecursionError) as error:
        raise refuse(file, "The PDF is damaged or not readable; export it again.") from error
    text = _BROKEN_ENGLISH.sub(" ", _BROKEN_JAPANESE.sub("", text))
    return [plain_draft(file, title, text)]


def _text(reader: PdfReader, file: Path) -> str:
    if len(reader.pages) > PDF_PAGES:
        raise refuse(file, f"The PDF has more than {PDF_PAGES:,} pages; split it.")
    pages: list[str] = []
    size = 0
    for page in reader.pages:
        pages.append(page.extract_text())
        size += len(pages[-1])
        if size > TEXT_CHARACTERS:
            break  # refused by its length; the rest need not be read for that
    return "\n\n".join(pages)
