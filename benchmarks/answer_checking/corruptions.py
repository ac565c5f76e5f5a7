"""Exactly one thing changed in a right answer, so that it says something else."""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.engine.checking import Grounds
from assistant.engine.checking.values import prepared, values
from knowledge.text import normalize


@dataclass(frozen=True)
class Corruption:
    """A changed answer: the kind of change, what stood there and what stands there now."""

    kind: str
    text: str
    was: str
    now: str


Change = Callable[[re.Match[str], random.Random], str]

_RULES = yaml.safe_load(Path(__file__).with_name("changes.yaml").read_text(encoding="utf-8"))
KINDS = tuple(_RULES["ja"])
_PETS = ("Coco", "Rex", "Biscuit", "Daisy", "Otto")


def _other_number(match: re.Match[str], chance: random.Random) -> str:
    number = int(match["n"].replace(",", ""))
    if number >= 100:
        step = chance.choice((-5, -2, -1, 1, 2, 5))
        new = number + step * 10 ** (len(str(number)) - 2)
        return match[0].replace(match["n"], f"{new:,}" if "," in match["n"] else str(new))
    return match[0].replace(match["n"], str(max(1, number + chance.choice((-2, -1, 1, 2, 3)))))


def _other_hour(match: re.Match[str], chance: random.Random) -> str:
    hour = (int(match["n"]) + chance.choice((1, 2, 3, 5))) % 24
    return match[0].replace(match["n"], str(hour), 1)


def _change(rule: Mapping[str, Any]) -> Change:
    by = rule.get("by")
    changes: dict[str, Change] = {
        "number": _other_number,
        "hour": _other_hour,
        "swap": lambda match, _: match[0].replace(match["w"], by[match["w"]]),
        "one_of": lambda match, chance: match[0].replace(
            match["w"], chance.choice([word for word in by if word != match["w"]])),
        "to": lambda match, _: match.expand(by),
    }
    return changes[rule["change"]]


def corruptions(
    text: str, language: str, kind: str, grounds: Grounds, chance: random.Random
) -> Iterator[Corruption]:
    """The changes of one kind that this text allows, in random order."""
    found = [(match, change) for look, change in _rules(language, kind, grounds)
             for match in re.finditer(look, text)]
    chance.shuffle(found)
    for match, change in found:
        now = change(match, chance)
        changed = text[: match.start()] + now + text[match.end() :]
        if now != match[0] and not _stated(text, changed, now, kind, grounds):
            yield Corruption(kind, changed, match[0], now)


def _rules(language: str, kind: str, grounds: Grounds) -> list[tuple[str, Change]]:
    rules = [(rule["look"], _change(rule)) for rule in _RULES[language][kind]]
    own = [re.escape(name) for name in grounds.names
           if name.isascii() and name.istitle() and " " not in name]
    if kind == "name" and language == "en" and own:
        pet = {"change": "one_of", "by": _PETS}
        rules.append((rf"\b(?P<w>{'|'.join(own)})\b", _change(pet)))
    return rules


def _stated(text: str, changed: str, now: str, kind: str, grounds: Grounds) -> bool:
    """Whether the section states what the change says, too."""
    if kind in ("price", "number", "unit", "date", "weekday or time"):
        before = {value.key for value in values(prepared(text))}
        facts = {value.key for fact in grounds.facts for value in values(prepared(fact))}
        return not {value.key for value in values(prepared(changed))} - before - facts
    return kind == "name" and normalize(now) in normalize(text)
