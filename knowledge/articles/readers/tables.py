"""CSV and XLSX: each row is a question and its answer, and becomes an article of its own."""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from knowledge.articles.draft import LANGUAGES, ArticleDraft, ArticleRefused
from knowledge.articles.readers.limits import (
    TABLE_ROWS,
    TEXT_CHARACTERS,
    check_archive,
    check_text,
    refuse,
)
from knowledge.articles.readers.plain import clean, slug
from knowledge.text import language_of, normalize

COLUMNS = {
    "question": ("question", "questions", "q", "質問", "ご質問", "問い", "問合せ", "問い合わせ"),
    "answer": ("answer", "a", "body", "回答", "答え", "ご回答", "本文"),
    "language": ("language", "lang", "言語"),
    "id": ("id", "article_id", "番号", "記事id"),
    "title": ("title", "件名", "題名", "タイトル", "見出し"),
}
# UTF-8 first: what is not UTF-8 practically never reads as such; then what Excel writes in Japan.
_ENCODINGS = ("utf-8-sig", "cp932")

Row = Sequence[object]


def read_csv(file: Path) -> list[ArticleDraft]:
    """Return a draft for each row; raises ArticleRefused for missing columns or odd encodings."""
    data = file.read_bytes()
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise refuse(file, "The file is neither UTF-8 nor Shift_JIS; save it as CSV UTF-8.")
    header = text.split("\n", 1)[0]
    try:
        return _drafts(file, csv.reader(text.splitlines(True), delimiter=_delimiter(header)))
    except csv.Error as error:
        raise refuse(file, f"The file is not CSV ({error}); export it again.") from error


def read_xlsx(file: Path) -> list[ArticleDraft]:
    """Return a draft for each row of each sheet; raises ArticleRefused for damaged files."""
    check_archive(file)
    try:
        with closing(load_workbook(file, read_only=True, data_only=True)) as workbook:
            sheets = [sheet.iter_rows(values_only=True) for sheet in workbook.worksheets]
            return [draft for rows in sheets for draft in _drafts(file, rows)]
    except ArticleRefused:
        raise
    except (
        InvalidFileException,
        BadZipFile,
        KeyError,
        SyntaxError,
        ValueError,
        TypeError,
    ) as error:
        raise refuse(file, "The file is not a workbook; save it as .xlsx again.") from error


def _delimiter(header: str) -> str:
    return max(",\t;", key=header.count)


def _drafts(file: Path, rows: Iterable[Row]) -> list[ArticleDraft]:
    rows = iter(rows)
    header = [normalize(str(cell or "")) for cell in next(rows, ())]
    if not any(header):
        return []
    columns = {
        name: next((at for at, cell in enumerate(header) if cell in spellings), None)
        for name, spellings in COLUMNS.items()
    }
    for name in ("question", "answer"):
        if columns[name] is None:
            spellings = ", ".join(COLUMNS[name])
            raise refuse(file, f"No column is the {name}; name one of them: {spellings}.")
    return list(_row_drafts(file, columns, rows))


def _row_drafts(
    file: Path, columns: dict[str, int | None], rows: Iterator[Row]
) -> Iterator[ArticleDraft]:
    size = 0
    for line, row in enumerate(rows, start=2):
        if line > TABLE_ROWS + 1:
            raise refuse(file, f"The table has more than {TABLE_ROWS:,} rows; split it.", line)
        cells = {name: _cell(row, at) for name, at in columns.items()}
        if not any(cells.values()):
            continue
        size += sum(map(len, cells.values()))
        if size > TEXT_CHARACTERS * 10:
            raise refuse(file, "The table holds more text than articles do; split it.", line)
        if not cells["question"] or not cells["answer"]:
            missing = "answer" if cells["question"] else "question"
            raise refuse(file, f"The row has no {missing}; fill it in or delete the row.", line)
        yield _draft(file, line, cells)


def _cell(row: Row, at: int | None) -> str:
    value = row[at] if at is not None and at < len(row) else None
    return "" if value is None else clean(str(value))


def _draft(file: Path, line: int, cells: dict[str, str]) -> ArticleDraft:
    question = " ".join(cells["question"].split())
    language = cells["language"].lower()
    if language and language not in LANGUAGES:
        raise refuse(file, f"The language {language!r} is unknown; use ja or en.", line)
    # An id by content and not by row number: a row that moves stays the same article.
    digest = hashlib.sha256(question.encode()).hexdigest()[:10]
    return ArticleDraft(
        article_id=slug(cells["id"]) if cells["id"] else f"{slug(file.stem)}-{digest}",
        language=language or language_of(question + cells["answer"]),
        title=" ".join(cells["title"].split()) or question,
        body=check_text(file, cells["answer"]),
        questions=(question,),
        is_template=False,
        source=str(file),
        body_line=line,
    )
