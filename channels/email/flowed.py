"""Paragraphs of format=flowed text put together again (RFC 3676)."""


import re

# Outlook Express ends the ruler above a quotation with a space that means nothing.
RULER = re.compile(r"[-=_*]{3,}.{0,80}[-=_*]{3,} ?")


def unflowed(text: str, *, delete_space: bool) -> str:
    """The text with soft line breaks removed; quotation marks and "-- " stay as they are."""
    lines: list[str] = []
    paragraph, depth = "", -1
    for line in text.split("\n"):
        mark, rest = _depth(line)
        is_flowed = rest.endswith(" ") and rest != "-- " and not RULER.fullmatch(rest)
        if depth not in (-1, mark):
            # A paragraph that ends with a soft break before another depth ends there anyway.
            lines.append(_marked(paragraph, depth))
            paragraph, depth = "", -1
        paragraph += rest[:-1] if is_flowed and delete_space else rest
        depth = mark
        if not is_flowed:
            lines.append(_marked(paragraph, depth))
            paragraph, depth = "", -1
    if depth != -1:
        lines.append(_marked(paragraph, depth))
    return "\n".join(lines)


def _depth(line: str) -> tuple[int, str]:
    rest = line.lstrip(">")
    mark = len(line) - len(rest)
    return mark, rest[1:] if rest.startswith(" ") else rest


def _marked(paragraph: str, depth: int) -> str:
    return f"{'>' * depth} {paragraph}" if depth else paragraph
