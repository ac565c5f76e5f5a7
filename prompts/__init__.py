"""Every word that the assistant says, in Japanese and English, as Jinja2 templates."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent
LANGUAGES = ("ja", "en")


def say(text: str, language: str, /, **values: Any) -> str:
    """The text of prompts/<language>/<text>.jinja with these values, without outer white space.

    A value that the template names and that is not given raises jinja2.UndefinedError.
    """
    template = _environment().get_template(f"{language}/{text}.jinja")
    return template.render(**values).strip()


@cache
def version(language: str, *texts: str) -> str:
    """A short name of these texts as they are worded now: another word, another version."""
    words = "".join((FOLDER / language / f"{text}.jinja").read_text("utf-8") for text in texts)
    return sha256(words.encode()).hexdigest()[:8]


def names(language: str) -> set[str]:
    """The names of all texts in this language."""
    return {path.stem for path in (FOLDER / language).glob("*.jinja")}


@cache
def _environment() -> Environment:
    # Plain text goes out, and every page escapes it itself; so nothing is escaped here.
    return Environment(
        loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, autoescape=False,  # noqa: S701
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=False,
    )
