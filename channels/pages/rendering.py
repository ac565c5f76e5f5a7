"""Pages from templates: escaped by default, every word from a words file in two languages."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

LANGUAGES = ("ja", "en")
ROOM = Path(__file__).parent
STATIC = ROOM / "static"

Words = Mapping[str, str]


class MissingWord(KeyError):
    """A template asks for a word that this language does not have, or with other values."""


class Pages:
    """Renders the templates of some rooms over the shared frame.

    A room is a folder with `templates/` and `words/ja.yaml`, `words/en.yaml`; a later room's
    templates and words go before those of an earlier one, and `channels/pages` is the first.
    """

    def __init__(self, *rooms: Path) -> None:
        folders = (ROOM, *rooms)
        self._words = {language: _merged(folders, language) for language in LANGUAGES}
        self.environment = Environment(
            loader=FileSystemLoader([folder / "templates" for folder in reversed(folders)]),
            autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        )
        self.environment.globals["static"] = static

    def render(self, template: str, language: str, **context: Any) -> str:
        """The page in this language; raises if the template names something not given."""
        words = self._words[language]
        return self.environment.get_template(template).render(
            language=language, t=lambda key, **values: _said(words, key, values), **context
        )

    def words(self, language: str) -> Words:
        """Every word of these rooms in one language, by dotted key."""
        return self._words[language]


def page(template: str, language: str, **context: Any) -> str:
    """A page of this room itself: an article, the demo, an error."""
    return _own().render(template, language, **context)


def word(language: str, key: str, **values: object) -> str:
    """One word or sentence of this room; raises MissingWord."""
    return _said(_own().words(language), key, values)


def language_for(accepted: str, default: str = "ja") -> str:
    """The language of ours that an Accept-Language header names first, else the default."""
    for part in accepted.lower().split(","):
        code = part.split(";")[0].strip()[:2]
        if code in LANGUAGES:
            return code
    return default


def read_words(path: Path) -> dict[str, str]:
    """A words file as dotted keys: {"base": {"skip": "…"}} becomes {"base.skip": "…"}."""
    return dict(_flat("", yaml.safe_load(path.read_text(encoding="utf-8"))))


def static(name: str) -> str:
    """The address of a shared static file; it changes with the content, so caches never lie."""
    return f"/static/{name}?v={_digest(STATIC / name)}"


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


@cache
def _own() -> Pages:
    return Pages()


def _merged(folders: tuple[Path, ...], language: str) -> dict[str, str]:
    merged: dict[str, str] = {}
    for folder in folders:
        merged |= read_words(folder / "words" / f"{language}.yaml")
    return merged


def _flat(prefix: str, tree: Mapping[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in tree.items():
        if not isinstance(key, str):
            # YAML reads a bare on, off, yes or no as true or false.
            raise ValueError(f"The key {key!r} under {prefix!r} is no word; put it in quotes.")
        name = f"{prefix}.{key}" if prefix else key
        found += _flat(name, value) if isinstance(value, Mapping) else [(name, str(value))]
    return found


def _said(words: Words, key: str, values: Mapping[str, object]) -> str:
    try:
        return words[key].format(**values) if values else words[key]
    except KeyError as error:
        raise MissingWord(f"{key}: {error} is missing") from error
