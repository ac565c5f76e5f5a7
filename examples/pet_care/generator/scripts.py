"""The hand-written conversations: how they are read and how their text is filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from generator.house import read_yaml

CHOICE = re.compile(r"\[\[(?:(\w):)?([^\[\]]*)\]\]")
EXCITED = re.compile(r"[!！]")
QUESTION = re.compile(r"[?？]|か。|か$")
SLOT = re.compile(r"\{(\w+)\}")
PET_SLOTS = re.compile(
    r"\{(pet\w*|species|breed|age|size|[Hh]e|[Hh]is|him|himself|city_office|condition|\w+_price)\}"
)


@dataclass(frozen=True)
class Turn:
    """One message: who (c, o, s or a), its text (by manner or experience), whether it may go."""

    who: str
    text: str | dict[str, str]
    optional: bool = False

    def for_writer(self, writer: str) -> str:
        """The text for this manner or experience; the first one where there is none for it."""
        if isinstance(self.text, str):
            return self.text
        return self.text.get(writer) or next(iter(self.text.values()))


@dataclass(frozen=True)
class Script:
    """A scenario: to whom and when it may happen, and what is said."""

    id: str
    language: str
    tags: tuple[str, ...]
    turns: tuple[Turn, ...]
    subject: str
    when: dict[str, Any]
    needs: dict[str, Any] = field(default_factory=dict)
    channels: tuple[str, ...] = ("web_chat", "email", "phone")
    tone: str = "plain"
    todo: dict[str, Any] | None = None

    @property
    def names_a_pet(self) -> bool:
        """Whether the text cannot do without a pet."""
        texts = [self.subject, (self.todo or {}).get("title", "")]
        for turn in self.turns:
            texts += [turn.text] if isinstance(turn.text, str) else list(turn.text.values())
        return any(PET_SLOTS.search(text) for text in texts)


@dataclass(frozen=True)
class Library:
    """All scripts of one language and the voices that colour them."""

    scripts: tuple[Script, ...]
    voices: dict[str, Any]


def asks(text: str) -> bool:
    """Whether a text holds a question."""
    return QUESTION.search(text) is not None


def load_library(folder: Path, language: str) -> Library:
    """Read scripts_ja.yaml or scripts_en.yaml."""
    data = read_yaml(folder / f"scripts_{language}.yaml")
    scripts = [read_script(language, entry) for entry in data["scripts"]]
    return Library(tuple(scripts), data["voices"])


def read_script(language: str, entry: dict[str, Any]) -> Script:
    """One script; a turn whose key ends in a question mark may be left out, with all after it."""
    turns = []
    for row in entry["turns"]:
        ((who, text),) = row.items()
        turns.append(Turn(who.rstrip("?"), text, optional=who.endswith("?")))
    extra: dict[str, Any] = {key: entry[key] for key in ("needs", "tone", "todo") if key in entry}
    if "channels" in entry:
        extra["channels"] = tuple(entry["channels"])
    return Script(
        id=entry["id"],
        language=language,
        tags=tuple(entry["tags"]),
        turns=tuple(turns),
        subject=entry["subject"],
        when=entry["when"],
        **extra,
    )


def fill(
    rng: Random,
    text: str,
    slots: dict[str, str],
    picks: dict[str, int] | None = None,
    *,
    calm: bool = False,
) -> str:
    """Choose one of each [[a|b]], innermost first, then put the slots in; KeyError names one.

    Choices with a letter, [[q:a|b]], take the place that picks holds for it, and note a new one.
    A calm writer leaves out choices with an exclamation mark where there are others.
    """
    picks = {} if picks is None else picks
    while match := CHOICE.search(text):
        options = match[2].split("|")
        if calm and not match[1]:
            options = [option for option in options if not EXCITED.search(option)] or options
        place = rng.randrange(len(options))
        if match[1]:
            place = picks.setdefault(match[1], place)
        text = text[: match.start()] + options[place] + text[match.end() :]
    return SLOT.sub(lambda found: slots[found[1]], text).strip()
