"""What a file may cost to read, and how it is refused."""

import zipfile
from pathlib import Path

from knowledge.articles.draft import ArticleRefused, Problem

FILE_BYTES = 32 << 20
UNPACKED_BYTES = 256 << 20
UNPACKED_RATIO = 200
ARCHIVE_ENTRIES = 5_000
TEXT_CHARACTERS = 2_000_000
PDF_PAGES = 2_000
TABLE_ROWS = 100_000


def refuse(file: Path, reason: str, line: int = 1) -> ArticleRefused:
    """Return the error to raise for one problem of a file."""
    return ArticleRefused([Problem(str(file), line, reason)])


def check_archive(file: Path) -> None:
    """Raise ArticleRefused for an office file that is no archive, or a bomb.

    The sizes that the archive declares may be trusted: zipfile reads no entry beyond its own.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        reason = "The file is damaged or has a password; save it again without one."
        raise refuse(file, reason) from None
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    large = unpacked > UNPACKED_BYTES or len(entries) > ARCHIVE_ENTRIES
    if large or (unpacked > UNPACKED_BYTES // 8 and unpacked / packed > UNPACKED_RATIO):
        raise refuse(file, "The file unpacks to far more than an article; it is not opened.")


def check_text(file: Path, text: str) -> str:
    """Return the text; raise ArticleRefused where it is empty or too long for articles."""
    if not text.strip():
        raise refuse(file, "The file holds no text; a scan must go through text recognition first.")
    if len(text) > TEXT_CHARACTERS:
        raise refuse(file, f"The text is longer than {TEXT_CHARACTERS:,} characters; split it.")
    return text
