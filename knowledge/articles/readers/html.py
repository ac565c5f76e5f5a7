"""HTML: the text as a browser lays it out; headings become sections."""

from pathlib import Path

import lxml.html  # type: ignore[import-untyped]
from inscriptis import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml.etree import LxmlError, strip_elements  # type: ignore[import-untyped]

from knowledge.articles.draft import LANGUAGES, ArticleDraft
from knowledge.articles.readers.limits import refuse
from knowledge.articles.readers.plain import plain_draft

_NEVER = (
    "script", "style", "noscript", "template", "iframe", "object", "svg", "head", "nav", "form",
    "footer", "aside",
)  # fmt: skip
_HEADINGS = ("h2", "h3")


def read_html(file: Path) -> list[ArticleDraft]:
    """Return one draft; the title is `<title>`, else the first `<h1>`; scripts are never text."""
    try:
        tree = lxml.html.document_fromstring(file.read_bytes())
    except (LxmlError, ValueError) as error:
        raise refuse(file, "The file is not HTML; save the page again.") from error
    title = tree.findtext(".//title") or "".join(tree.xpath("(//h1)[1]//text()"))
    language = str(tree.get("lang") or "").lower()[:2]
    strip_elements(tree, *_NEVER, with_tail=False)
    for heading in [element for name in _HEADINGS for element in tree.iter(name)]:
        text = " ".join("".join(heading.itertext()).split())
        for child in list(heading):
            heading.remove(child)
        heading.text = f"## {text}"
    text = Inscriptis(tree, ParserConfig()).get_text()
    lines = (line.strip() for line in text.splitlines())
    return [plain_draft(file, title, "\n".join(lines), language if language in LANGUAGES else "")]
