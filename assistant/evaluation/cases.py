"""Cases: who asks what, and what a right reply must hold.

Lines of JSON. `messages` are the new ones, `before` what was said earlier. `must` holds words that
a right answer cannot lack (a list of words: one of them), `must_not` what makes it wrong, `leak`
what this speaker may not hear, `disposition` all outcomes that are right, `articles` those that a
right answer may cite. Cases of the half `untouched` are counted and never looked at while anything
is tuned.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.customers.tier import Tier
from assistant.engine.turn import Disposition, Utterance

_NEEDED = ("id", "language", "messages", "disposition", "answerable")
_AUTHORS = ("customer", "assistant", "operator")


class CasesUnreadable(ValueError):
    """A file of cases cannot be used; says where and how to mend it."""


@dataclass(frozen=True)
class AnswerCase:
    """One case. `customer` is a customer's number, or empty for somebody unknown."""

    id: str
    language: str
    messages: tuple[str, ...]
    dispositions: frozenset[Disposition]
    answerable: bool
    half: str = "tuned"
    kind: str = ""
    customer: str = ""
    tier: Tier = Tier.ANONYMOUS
    channel: str = "web_chat"
    before: tuple[Utterance, ...] = ()
    must: tuple[tuple[str, ...], ...] = ()
    must_not: tuple[str, ...] = ()
    leak: tuple[str, ...] = ()
    articles: frozenset[str] = frozenset()


def read_cases(path: Path) -> Iterator[AnswerCase]:
    """The cases of a file, or of all .jsonl files of a folder, in order.

    Raises CasesUnreadable naming the file, the line and what is wrong with it.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise CasesUnreadable(f"{path} holds no .jsonl file; name a file of cases.")
    known: set[str] = set()
    for file in files:
        for number, line in enumerate(_lines(file), 1):
            if not line.strip():
                continue
            case = _case(line, f"{file}, line {number}")
            if case.id in known:
                raise CasesUnreadable(f"{file}, line {number}: the id {case.id!r} is there "
                                      "twice; give each case its own.")
            known.add(case.id)
            yield case


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CasesUnreadable(f"{file} cannot be read ({error}); name a UTF-8 file.") from error


def _case(line: str, where: str) -> AnswerCase:
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        raise CasesUnreadable(f"{where} is no JSON ({error.msg}); correct it.") from error
    if not isinstance(data, dict) or (lost := [key for key in _NEEDED if key not in data]):
        needed = ", ".join(_NEEDED if not isinstance(data, dict) else lost)
        raise CasesUnreadable(f"{where} lacks {needed}; add it.")
    try:
        return _made(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CasesUnreadable(f"{where} has a value that cannot be used: {error}.") from error


def _made(data: Mapping[str, Any]) -> AnswerCase:
    messages = data["messages"]
    if not isinstance(messages, list) or not all(isinstance(one, str) for one in messages):
        raise ValueError("messages must be a list of texts")
    return AnswerCase(
        id=str(data["id"]), language=str(data["language"]), messages=tuple(messages),
        dispositions=frozenset(Disposition(one) for one in data["disposition"]),
        answerable=bool(data["answerable"]), half=str(data.get("half", "tuned")),
        kind=str(data.get("kind", "")), customer=str(data.get("customer", "")),
        tier=Tier(data.get("tier", "anonymous")), channel=str(data.get("channel", "web_chat")),
        before=tuple(_said(one) for one in data.get("before", ())),
        must=tuple((one,) if isinstance(one, str) else tuple(one)
                   for one in data.get("must", ())),
        must_not=tuple(data.get("must_not", ())), leak=tuple(data.get("leak", ())),
        articles=frozenset(data.get("articles", ())),
    )


def _said(data: Mapping[str, str]) -> Utterance:
    if data["author"] not in _AUTHORS:
        raise ValueError(f"an author must be one of {', '.join(_AUTHORS)}")
    return Utterance(data["author"], data["text"])
