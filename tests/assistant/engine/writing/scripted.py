"""A language model that writes what a test tells it, and material for it to write from."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from assistant.customers.facts import AssetFacts, Profile
from assistant.customers.tier import Tier
from assistant.engine.checking import Grounds, check
from assistant.engine.turn import FactUse, Turn
from assistant.engine.writing.chat import Piece, Prompt
from assistant.engine.writing.masking import Marked
from assistant.engine.writing.model import ModelWriter
from assistant.engine.writing.prompt import Prompting
from assistant.engine.writing.writer import Material, Quoted

Says = str | Callable[[Prompt], str]
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def answer(text: str, *citations: Any, action: str = "answer") -> str:
    """A draft as the prompt asks for it."""
    return json.dumps(
        {"action": action, "citations": list(citations or (1,)), "text": text}, ensure_ascii=False
    )


@dataclass
class ScriptedModel:
    """Writes `says` in pieces of a few characters; then it fails, if it is told to, or hangs until
    the test is over."""

    says: Says
    then: Exception | None = None
    hangs: bool = False
    size: int = 7
    pause: float = 0.0
    asked: list[Prompt] = field(default_factory=list)
    written: int = 0
    name: str = "scripted:model"
    over: threading.Event = field(default_factory=threading.Event)

    def stream(self, prompt: Prompt) -> Iterator[Piece]:
        self.asked.append(prompt)
        text = self.says if isinstance(self.says, str) else self.says(prompt)
        for start in range(0, len(text), self.size):
            self.written += 1
            time.sleep(self.pause)
            yield Piece(text[start : start + self.size])
        if self.hangs:
            self.over.wait(10)
        if self.then is not None:
            raise self.then
        yield Piece(tokens_in=120, tokens_out=len(text) // 4)


class KnownNames:
    """Recognizes the names of the profile and what the test lists; nothing else."""

    def __init__(self, *others: Marked) -> None:
        self._others = others

    def known(self, profile: Profile) -> Sequence[Marked]:
        owners = [profile.values, *(one.values for one in profile.assets)]
        return [(str(values[name]), "name") for values in owners
                for name in ("customer.name", "pet.name") if name in values]

    def pieces(self, text: str, language: str, known: Sequence[Marked]) -> Iterable[Marked]:
        for value, kind in (*known, *self._others):
            if value in text:
                before, _, after = text.partition(value)
                return [*self.pieces(before, language, known), (value, kind),
                        *self.pieces(after, language, known)]
        return [(text, "")]


VISIT = "初診料は1,650円です。2回目からの再診料は880円です。"
POINTS = "モカちゃんの飼い主様のポイントは1,240点です。"


def material(
    *texts: str, asked: str = "初診料はいくらですか", language: str = "ja",
    profile: Profile | None = None, facts: tuple[FactUse, ...] = (), channel: str = "web_chat",
    **turn: Any,
) -> Material:
    """Material whose passages have these texts."""
    known = profile or Profile(Tier.ANONYMOUS)
    sections = texts or (VISIT,)
    grounds = Grounds(sections, sections, facts=tuple(f for fact in facts for f in fact.forms),
                      names=("モカ",), language=language, channel=channel)
    return Material(
        Turn([asked], channel, language, known, NOW, **turn), language,
        tuple(Quoted(asked, "料金" if language == "ja" else "Fees", "", one) for one in sections),
        facts, lambda text: check(text, grounds),
    )


def misaki() -> Profile:
    """A proven customer with a dog."""
    return Profile(Tier.VERIFIED, {"customer.name": "佐藤 美咲"},
                   (AssetFacts(1, {"pet.name": "モカ"}, {}),))


def writer(model: ScriptedModel, *others: Marked, seconds: float = 5.0) -> ModelWriter:
    """A model writer over this model."""
    prompting = Prompting(lambda language: "ハルノワ", lambda: "m4rk")
    return ModelWriter(model, KnownNames(*others), prompting, seconds)
