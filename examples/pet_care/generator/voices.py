"""How people write: greetings and farewells by manner and experience, slips, small talk."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from generator.model import Operator, Voice
from generator.scripts import Script, Turn, asks, fill

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


def bodies(rng: Random, stage: Stage) -> list[tuple[Turn, str]]:
    """The turns with their words; those that may go are cut off at some point.

    Nothing is cut off after a question.
    """
    rows: list[tuple[Turn, str]] = []
    picks: dict[str, int] = {}
    for turn in stage.script.turns:
        if turn.optional and not asks(rows[-1][1]) and rng.random() < 0.35:
            break
        writer = stage.voice.manner if turn.who == "c" else stage.operator.experience
        calm = turn.who == "c" and writer != "casual"
        text = fill(rng, turn.for_writer(writer), stage.slots, picks, calm=calm)
        rows.append((turn, text))
    return rows


def customer_text(rng: Random, stage: Stage, body: str, *, first: bool) -> str:
    """A customer's message in their manner, with a slip or an emoji where they are like that."""
    voice = stage.voice
    if voice.typos and rng.random() < 0.5:
        body = with_slip(rng, body, stage.voices["slips"])
    written = stage.channel != "phone" and stage.script.tone in CHEERFUL
    if voice.emoji and written and rng.random() < 0.5:
        body += rng.choice(stage.voices["emoji"])
    if not first:
        signed = stage.channel == "email" and voice.manner == "polite" and rng.random() < 0.5
        return joined(stage, body, stage.slots["customer"] if signed else "")
    tables = stage.voices["customer"]
    table = tables.get(stage.script.tone) or tables[voice.manner]
    opening, closing = pick(rng, stage, table, "opening"), pick(rng, stage, table, "closing")
    return joined(stage, opening, aside(rng, stage), body, closing)


def aside(rng: Random, stage: Stage) -> str:
    """A word about the pet from those who like to tell, where nothing is wrong; else nothing."""
    told = stage.voice.chatty and stage.has_pet and stage.channel != "phone"
    if not told or stage.script.tone not in CHEERFUL or rng.random() > 0.6:
        return ""
    return fill(rng, rng.choice(stage.voices["asides"]), stage.slots)


def with_slip(rng: Random, text: str, slips: list[list[str]]) -> str:
    """The text with one likely slip of the keyboard, where it holds a word for one."""
    fitting = [slip for slip in slips if slip[0] in text]
    if not fitting:
        return text
    right, wrong = rng.choice(fitting)
    return text.replace(right, wrong, 1)


def operator_text(rng: Random, stage: Stage, body: str, *, first: bool, last: bool) -> str:
    """An operator's message: beginners greet at length and hedge, old hands are short and warm."""
    table = operator_table(stage)
    opening = pick(rng, stage, table, "opening") if first and stage.channel != "phone" else ""
    hedge = pick(rng, stage, table, "hedge") if first and stage.script.tone != "thanks" else ""
    ends = last and (stage.channel == "email" or not asks(body[-2:]))
    closing = pick(rng, stage, table, "closing") if ends else ""
    return joined(stage, opening, hedge, body, closing)


def operator_table(stage: Stage) -> dict[str, list[str]]:
    """The manner of the tone where it has one of its own, else of the operator's experience."""
    tables: dict[str, dict[str, list[str]]] = stage.voices["operator"]
    return tables.get(stage.script.tone) or tables[stage.operator.experience]


def phone_greeting(rng: Random, stage: Stage) -> str:
    """What the operator says on picking up."""
    return fill(rng, rng.choice(stage.voices["phone_greeting"]), stage.slots)


def assistant_text(rng: Random, stage: Stage, body: str, *, first: bool) -> str:
    """The assistant's message; it says what it is once."""
    opening = fill(rng, rng.choice(stage.voices["assistant_opening"]), stage.slots) if first else ""
    return joined(stage, opening, body)
