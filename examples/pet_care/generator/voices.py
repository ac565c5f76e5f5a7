"""How people write: greetings and farewells by manner and experience, slips, small talk."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from generator.model import Operator, Voice
from generator.scripts import Script, Turn, fill

CHEERFUL = ("plain", "thanks")


@dataclass(frozen=True)
class Stage:
    """What is fixed for one conversation while its messages are written."""

    script: Script
    channel: str
    voices: dict[str, Any]
    slots: dict[str, str]
    voice: Voice
    operator: Operator
    has_pet: bool


def pick(rng: Random, stage: Stage, table: dict[str, list[str]], part: str) -> str:
    """One filled-in opening or closing; nothing where the table has none."""
    options = table.get(f"{stage.channel}_{part}") or table.get(part) or [""]
    return fill(rng, rng.choice(options), stage.slots)


def joined(stage: Stage, *parts: str) -> str:
    """The parts in paragraphs for a mail, else in one run."""
    present = [part for part in parts if part]
    if stage.channel == "email":
        return "\n\n".join(present)
    return ("" if stage.script.language == "ja" else " ").join(present)


def customer_text(rng: Random, stage: Stage, turn: Turn, *, first: bool) -> str:
    """A customer's message in their manner, with a slip or an emoji where they are like that."""
    voice = stage.voice
    body = fill(rng, turn.for_writer(voice.manner), stage.slots)
    if voice.typos and rng.random() < 0.5:
        body = with_slip(rng, body, stage.voices["slips"])
    cheerful = stage.script.tone in CHEERFUL
    if voice.emoji and cheerful and stage.channel != "phone" and rng.random() < 0.5:
        body += rng.choice(stage.voices["emoji"])
    if not first:
        signed = stage.channel == "email" and voice.manner == "polite" and rng.random() < 0.5
        return joined(stage, body, stage.slots["customer"] if signed else "")
    table = stage.voices["customer"][voice.manner]
    aside = ""
    if voice.chatty and cheerful and stage.has_pet and rng.random() < 0.6:
        aside = fill(rng, rng.choice(stage.voices["asides"]), stage.slots)
    opening, closing = pick(rng, stage, table, "opening"), pick(rng, stage, table, "closing")
    return joined(stage, opening, body, aside, closing)


def with_slip(rng: Random, text: str, slips: list[list[str]]) -> str:
    """The text with one likely slip of the keyboard, where it holds a word for one."""
    fitting = [slip for slip in slips if slip[0] in text]
    return text.replace(*rng.choice(fitting), 1) if fitting else text


def operator_text(rng: Random, stage: Stage, turn: Turn, *, first: bool, last: bool) -> str:
    """An operator's message: beginners greet at length and hedge, old hands are short and warm."""
    body = fill(rng, turn.for_writer(stage.operator.experience), stage.slots)
    table = operator_table(stage)
    opening = pick(rng, stage, table, "opening") if first and stage.channel != "phone" else ""
    hedge = pick(rng, stage, table, "hedge") if first else ""
    closing = pick(rng, stage, table, "closing") if last else ""
    return joined(stage, opening, hedge, body, closing)


def operator_table(stage: Stage) -> dict[str, list[str]]:
    """The manner of the tone where it has one of its own, else of the operator's experience."""
    tables: dict[str, dict[str, list[str]]] = stage.voices["operator"]
    return tables.get(stage.script.tone) or tables[stage.operator.experience]


def phone_greeting(rng: Random, stage: Stage) -> str:
    """What the operator says on picking up."""
    return fill(rng, rng.choice(stage.voices["phone_greeting"]), stage.slots)


def assistant_text(rng: Random, stage: Stage, turn: Turn, *, first: bool) -> str:
    """The assistant's message; it says what it is once."""
    body = fill(rng, turn.for_writer(""), stage.slots)
    opening = fill(rng, rng.choice(stage.voices["assistant_opening"]), stage.slots) if first else ""
    return joined(stage, opening, body)
