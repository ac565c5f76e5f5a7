"""Markdown to safe HTML, for answers, operators' messages and article pages."""

from functools import cache

import nh3
from markdown_it import MarkdownIt

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "hr", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}
SCHEMES = {"http", "https", "mailto", "tel"}


def to_html(text: str) -> str:
    """HTML of a small set of tags; HTML in the text is shown as text, never obeyed.

    Links open in a new window and may only lead to http, https, mailto and tel.
    """
    return nh3.clean(
        _markdown().render(text),
        tags=TAGS,
        attributes={"a": {"href", "target"}, "ol": {"start"}},
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    )


@cache
def _markdown() -> MarkdownIt:
    # A single line break is one in a chat, so it stays one.
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True})
    return parser.enable(["table", "strikethrough"])
