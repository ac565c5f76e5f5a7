"""Reads what a model wrote: one JSON object, whole or as far as it has come."""

import json
import re
from dataclasses import dataclass
from typing import Any

ANSWER, NOT_ANSWERED = "answer", "not_answered"
_ACTION = re.compile(r'"action"\s*:\s*"(\w+)"')
_CITATIONS = re.compile(r'"citations"\s*:\s*\[([^\]]*)\]')
_TEXT = re.compile(r'"text"\s*:\s*"((?:[^"\\]|\\.)*)("?)', re.DOTALL)
_TRAILING_COMMA = re.compile(r",\s*([}\]])")


class RefusedDraft(Exception):
    """The draft broke a rule: `why` names it, `span` is the part that broke it."""

    def __init__(self, why: str, span: str = "") -> None:
        super().__init__(f"{why}: {span}")
        self.why = why
        self.span = span


@dataclass(frozen=True)
class Draft:
    """What the model decided and wrote; `citations` are the numbers of passages, from 1.

    In a draft that is not whole yet, what has not come is empty; `whole_text`: the text has ended.
    """

    action: str = ""
    citations: tuple[int, ...] | None = None
    text: str = ""
    whole_text: bool = False


def parse(raw: str) -> Draft:
    """The draft in what a model wrote, whatever stands around it; raises RefusedDraft if it is
    not whole."""
    data = _object(raw)
    for name in ("action", "citations", "text"):
        if name not in data:
            raise RefusedDraft("format", f"no {name}")
    if data["action"] not in (ANSWER, NOT_ANSWERED):
        raise RefusedDraft("format", f"action {data['action']}")
    if not isinstance(data["text"], str):
        raise RefusedDraft("format", "text")
    cited = data["citations"] if isinstance(data["citations"], list) else [data["citations"]]
    return Draft(data["action"], tuple(_number(one) for one in cited), data["text"].strip(), True)


def so_far(raw: str) -> Draft:
    """As much of a draft as has come; it never raises but for citations that are no numbers."""
    action, citations, text = _ACTION.search(raw), _CITATIONS.search(raw), _TEXT.search(raw)
    numbers = None
    if citations:
        numbers = tuple(_number(one) for one in citations[1].split(",") if one.strip())
    return Draft(action[1] if action else "", numbers, _unescaped(text[1]) if text else "",
                 bool(text and text[2]))


def _object(raw: str) -> dict[str, Any]:
    start = raw.find("{")
    if start < 0:
        raise RefusedDraft("format", "no JSON")
    # A line break inside a text is no mistake that matters.
    decoder = json.JSONDecoder(strict=False)
    for text in (raw[start:], _TRAILING_COMMA.sub(r"\1", raw[start:])):
        try:
            data, _ = decoder.raw_decode(text)
        except (json.JSONDecodeError, RecursionError):
            continue
        if isinstance(data, dict):
            return data
    raise RefusedDraft("format" if "}" in raw[start:] else "cut", "no whole JSON")


def _number(value: Any) -> int:
    found = re.fullmatch(r"[\s\[\"']*(\d{1,3})[\s\]\"']*", str(value))
    if found is None:
        raise RefusedDraft("citation", str(value)[:40])
    return int(found[1])


def _unescaped(inner: str) -> str:
    """The text of a JSON string that may end in the middle of an escape."""
    whole = re.sub(r"\\u[0-9a-fA-F]{0,3}$", "", inner)
    try:
        return str(json.loads(f'"{whole}"', strict=False))
    except json.JSONDecodeError:
        return ""
