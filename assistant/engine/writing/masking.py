"""Takes personal data out of what a model reads, and puts it back into what it writes."""

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from assistant.customers.facts import Profile
from assistant.engine.turn import FactUse

# A text and what it is: name, mail, phone …; empty for what tells nobody apart.
Marked = tuple[str, str]

# What never goes out. Dates, ages and the like stay: an answer needs them.
HIDDEN = ("name", "mail", "phone", "address", "number", "card", "link", "detail")
_KINDS = "|".join(kind.upper() for kind in HIDDEN)
# Models write the brackets in their own way.
_PLACEHOLDER = re.compile(rf"[〔\[【]?\s?(?<![A-Za-z])({_KINDS})_(\d+)(?!\d)\s?[〕\]】]?")
_LEFT_OVER = re.compile(r"〔[^〕]*〕?|〕")


class Recognizer(Protocol):
    """Finds what tells whose a text is."""

    def known(self, profile: Profile) -> Sequence[Marked]:
        """What the profile says of the customer alone, in the forms in which a text may say it."""
        ...

    def pieces(self, text: str, language: str, known: Sequence[Marked]) -> Iterable[Marked]:
        """The text in pieces, in order."""
        ...


class UnknownPlaceholder(Exception):
    """A text names a placeholder that stands for nothing."""


class Mask:
    """The placeholders of one call: the same value has the same one everywhere."""

    def __init__(
        self, recognizer: Recognizer, language: str, profile: Profile, facts: Iterable[FactUse],
    ) -> None:
        self._recognizer = recognizer
        self._language = language
        self._known = recognizer.known(profile)
        self._own = {value: kind for value, kind in self._known if kind in HIDDEN}
        for fact in facts:
            self._own |= {piece: kind for form in fact.forms
                          for piece, kind in self._pieces(form) if kind in HIDDEN}
        self._placeholders: dict[str, str] = {}
        self._values: dict[str, str] = {}

    def said(self, text: str) -> str:
        """A text of the customer's or about them, with a placeholder for all that is personal."""
        return "".join(
            self._placeholder(piece, kind) if kind in HIDDEN else piece
            for piece, kind in self._pieces(text)
        )

    def ours(self, text: str) -> str:
        """A text of the company's, where only this customer's own values are personal."""
        if not self._own:
            return _plain(text)
        values = sorted(self._own, key=len, reverse=True)
        pattern = re.compile("|".join(map(_bounded, values)))
        return pattern.sub(lambda match: self._placeholder(match[0], self._own[match[0]]),
                           _plain(text))

    def restored(self, text: str) -> str:
        """The text with the real values; raises UnknownPlaceholder, whose text is that one."""
        def value(match: re.Match[str]) -> str:
            found = self._values.get(f"{match[1]}_{match[2]}")
            if found is None:
                raise UnknownPlaceholder(match[0])
            return found

        for invented in _LEFT_OVER.findall(_PLACEHOLDER.sub("", text)):
            raise UnknownPlaceholder(invented)
        return _PLACEHOLDER.sub(value, text)

    def _pieces(self, text: str) -> Iterable[Marked]:
        return self._recognizer.pieces(_plain(text), self._language, self._known)

    def _placeholder(self, value: str, kind: str) -> str:
        if value not in self._placeholders:
            number = sum(name.startswith(f"{kind.upper()}_") for name in self._values) + 1
            name = f"{kind.upper()}_{number}"
            self._values[name] = value
            self._placeholders[value] = f"〔{name}〕"
        return self._placeholders[value]


def open_text(text: str) -> str:
    """The text without its placeholders."""
    return _PLACEHOLDER.sub(" ", text)


def _plain(text: str) -> str:
    # What a text itself writes in such brackets is no placeholder of ours.
    return text.replace("〔", "[").replace("〕", "]")


def _bounded(value: str) -> str:
    escaped = re.escape(value)
    return rf"(?<![A-Za-z0-9]){escaped}(?![A-Za-z0-9])" if value.isascii() else escaped
