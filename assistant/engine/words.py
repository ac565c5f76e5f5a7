"""Words to look for in normalized text."""

import re
from collections.abc import Sequence

from knowledge.text import normalize


class Words:
    """Words to look for: Japanese anywhere, English only as whole words."""

    def __init__(self, words: Sequence[str]) -> None:
        # The longest first: 横浜みなと店 before みなと.
        normal = sorted({normalize(word) for word in words if word}, key=len, reverse=True)
        latin = [re.escape(word) for word in normal if word.isascii()]
        other = [re.escape(word) for word in normal if not word.isascii()]
        parts = ([rf"(?<![a-z0-9])(?:{'|'.join(latin)})(?![a-z0-9])"] if latin else []) + other
        self._pattern = re.compile("|".join(parts)) if parts else None

    def in_text(self, normalized: str) -> bool:
        """Whether any of the words is there."""
        return bool(self._pattern and self._pattern.search(normalized))

    def begins(self, normalized: str) -> bool:
        """Whether the text begins with one of the words."""
        return bool(self._pattern and self._pattern.match(normalized.lstrip()))

    def first_in(self, normalized: str) -> str:
        """The first of the words as it stands in the text; empty if there is none."""
        match = self._pattern.search(normalized) if self._pattern else None
        return match[0] if match else ""

    def removed_from(self, normalized: str) -> str:
        """The text with a space in the place of each of the words."""
        return self.replaced_in(normalized, " ")

    def replaced_in(self, normalized: str, by: str) -> str:
        """The text with `by` in the place of each of the words."""
        return self._pattern.sub(lambda _: by, normalized) if self._pattern else normalized
