"""Reads files as article drafts: one module for each kind, chosen by the file's suffix."""

from collections.abc import Callable, Iterator
from pathlib import Path

from knowledge.articles.draft import ArticleDraft, ArticleRefused, Problem
from knowledge.articles.readers.docx import read_docx
from knowledge.articles.readers.html import read_html
from knowledge.articles.readers.limits import FILE_BYTES, refuse
from knowledge.articles.readers.markdown import read_markdown
from knowledge.articles.readers.pdf import read_pdf
from knowledge.articles.readers.tables import read_csv, read_xlsx

Reader = Callable[[Path], list[ArticleDraft]]

READERS: dict[str, Reader] = {
    ".md": read_markdown,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".html": read_html,
    ".htm": read_html,
    ".csv": read_csv,
    ".xlsx": read_xlsx,
}


def read_articles(path: Path) -> list[ArticleDraft]:
    """Return the drafts of a file, or of every readable file below a folder, sorted by path.

    Raises ArticleRefused with the problems of all files that cannot be read.
    """
    drafts: list[ArticleDraft] = []
    problems: list[Problem] = []
    for file in article_files(path):
        try:
            drafts.extend(_read_file(file))
        except ArticleRefused as refused:
            problems.extend(refused.problems)
    if problems:
        raise ArticleRefused(problems)
    return drafts


def article_files(path: Path) -> Iterator[Path]:
    """Yield the file itself, or the files below the folder that a reader knows, sorted.

    Hidden files, links and READMEs of a folder are not articles.
    """
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path).parts
        if any(part.startswith((".", "~$")) for part in inside) or file.is_symlink():
            continue
        if file.is_file() and file.suffix.lower() in READERS and file.stem.lower() != "readme":
            yield file


def _read_file(file: Path) -> list[ArticleDraft]:
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise refuse(file, f"No reader knows {file.suffix or 'this kind'}; use one of {known}.")
    if file.stat().st_size > FILE_BYTES:
        raise refuse(file, f"The file is larger than {FILE_BYTES >> 20} MB; split it.")
    return reader(file)
