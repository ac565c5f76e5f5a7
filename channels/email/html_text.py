"""HTML of a mail as plain text, in which quotations are marked with "> " as in plain mail."""

import re

from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from lxml import etree, html  # type: ignore[import-untyped]

# Some senders declare a quotation with a class or an id of their own.
QUOTATION = re.compile(r"gmail_quote|yahoo_quoted|protonmail_quote|tutanota_quote|moz-cite|cite",
                       re.IGNORECASE)
INVISIBLE = ("script", "style", "title", "head", "meta", "template", "noscript", "object")
LONGEST_HTML = 1_000_000
DEEPEST_QUOTATION = 12
CONFIG = ParserConfig(css=CSS_PROFILES["strict"].copy())


def html_to_text(source: str) -> str:
    """The text that a reader sees; empty if there is none."""
    tree = _tree(source[:LONGEST_HTML])
    if tree is None:
        return ""
    for element in list(tree.iter(*INVISIBLE)):
        _remove(element)
    for element in list(tree.iter()):
        if _is_hidden(element):
            _remove(element)
    return _rendered(tree, 0).strip()


def _tree(source: str) -> "html.HtmlElement | None":
    # lxml refuses a text that declares its own encoding, and characters that XML does not know.
    source = re.sub(r"\A\s*<\?xml[^>]*\?>", "", source)
    source = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "", source)
    try:
        return html.document_fromstring(source) if source.strip() else None
    except (etree.ParserError, ValueError):
        return None


def _rendered(tree: "html.HtmlElement", depth: int) -> str:
    """Quotations are rendered by themselves, innermost first, and put back with their marks."""
    for element in _outermost_quotations(tree) if depth < DEEPEST_QUOTATION else ():
        # What follows the quotation belongs to its parent; without it the element stands alone.
        tail, element.tail = element.tail, None
        parent = element.getparent()
        marked = html.Element("pre")
        parent.replace(element, marked)
        holder = html.Element("div")
        holder.extend([element])
        element.tag, element.attrib["class"] = "div", ""
        quoted = _rendered(holder, depth + 1).strip("\n")
        marked.text = "\n".join(f"> {line}".rstrip() for line in quoted.split("\n"))
        marked.tail = tail
    text = Inscriptis(tree, CONFIG).get_text()
    lines = [line.rstrip() for line in text.replace("\xa0", " ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _outermost_quotations(tree: "html.HtmlElement") -> "list[html.HtmlElement]":
    # A mapping keeps the order, and finds ancestors fast in a mail of many quotations.
    found: dict[html.HtmlElement, None] = {}
    for element in tree.iter("blockquote", "div"):
        if element is not tree and _is_quotation(element) and not any(
            ancestor in found for ancestor in element.iterancestors()
        ):
            found[element] = None
    return list(found)


def _is_quotation(element: "html.HtmlElement") -> bool:
    names = f"{element.get('class', '')} {element.get('id', '')}"
    if element.tag == "div":
        # Gmail's outer div also holds the line "… wrote:" and answers between the quotations.
        return "yahoo_quoted" in names
    if "border:none" in element.get("style", "").replace(" ", "").lower():
        return False  # an indented paragraph of the writer's own
    if element.get("type") == "cite" or element.get("cite") or QUOTATION.search(names):
        return True
    before = element.getprevious()
    said = "".join(before.itertext()) + (before.tail or "") if before is not None else ""
    return said.strip().endswith((":", "："))


def _is_hidden(element: "html.HtmlElement") -> bool:
    if not isinstance(element.tag, str):
        return True  # a comment
    style = element.get("style", "").replace(" ", "").lower()
    return "display:none" in style or "mso-hide:all" in style


def _remove(element: "html.HtmlElement") -> None:
    if element.getparent() is not None:
        element.drop_tree()
