"""Markdown to safe HTML, for answers, operators' messages and article pages."""

from functools import cache

import nh3
from markdown_it import MarkdownIt

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "hr", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}
SCHEMES = {"http", "https", "mailto", "tel"}


def to_html(text: str, *, line_breaks: bool = True) -> str:
    """HTML of a small set of tags; HTML in the text is shown as text, never obeyed.

    Links open in a new window and may only lead to http, https, mailto and tel. A single line
    break stays one, as in a chat; in an article (`line_breaks=False`) it joins the lines.
    """
    parser = _markdown(line_breaks)
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            # h1 and h2 are the page's own.
            token.tag = "h3" if token.tag in ("h1", "h2", "h3") else "h4"
    return nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=TAGS,
        attributes={"a": {"href", "target"}, "ol": {"start"}},
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
        attribute_filter=_whole_links,
    )


def _whole_links(_tag: str, attribute: str, value: str) -> str | None:
    # A relative address would lead somewhere else on every company's page.
    whole = value.lower().startswith(tuple(f"{scheme}:" for scheme in SCHEMES))
    return value if attribute != "href" or whole else None


@cache
def _markdown(line_breaks: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": line_breaks})
    return parser.enable(["table", "strikethrough"])
