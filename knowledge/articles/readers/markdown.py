"""Markdown with front matter: the only files whose text is a template."""

from pathlib import Path

from knowledge.articles.draft import ArticleDraft, parse_article
from knowledge.articles.readers.limits import check_text, refuse


def read_markdown(file: Path) -> list[ArticleDraft]:
    """Return the one draft of the file; raises ArticleRefused with every problem and its line."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise refuse(file, "The file is not UTF-8; save it with that encoding.") from None
    return [parse_article(check_text(file, text), str(file))]
