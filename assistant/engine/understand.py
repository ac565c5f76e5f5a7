"""Step 1: what is asked, in which language, and does a rule of the company apply?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.company import Topic, read_yaml
from assistant.engine.following import Following, Kind
from assistant.engine.turn import Turn
from assistant.engine.words import Words
from knowledge.text import analyze, language_of, normalize

MOST_QUESTIONS = 4
MOST_STATEMENTS = 2
LONGEST_QUESTION = 400
_SENTENCE = re.compile(r"[^。．.!?！？\n]*[。．.!?！？\n]+|[^。．.!?！？\n]+$")
# "What does it cost and how long does it take" asks twice.
_AND_ASKS = re.compile(
    r"(?<=[a-z0-9%]),?\s+and\s+(?=(?:how|when|where|what|which|who|can|do|does|is|are|should|will)"
    r"\s+\w)", re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？]|(ですか|ますか|でしょうか|ませんか|教えて|知りたい|いくら|いつ(?!も)|どこ|どう(?!ぞ|も)|方法|可能か|したい)|"
    r"\b(how|what|when|where|which|who|why|can|could|do|does|is|are|should|may|tell me|"
    r"would like to|want to|need to)\b",
    re.IGNORECASE,
)


_CLAUSE = re.compile(r"[^、,]*[、,]\s*|[^、,]+$")
_CONJUNCTION = re.compile(
    r"(?:のです|んです|です|ます|ました|の)?(?:が|けれど|けど)(?=[、,]|$)|\bbut\b"
)


@dataclass(frozen=True)
class Understanding:
    """The turn in a form that can be searched. `intent` is question, person, complaint, owed,
    thanks, greeting or empty; `topic` is the company's rule that applies, if any; `left_out` counts
    the questions beyond the first few, which are not looked up. `instead` has for each question its
    reading with what went before, empty where it leans on nothing."""

    language: str
    intent: str
    questions: tuple[str, ...]
    topic: Topic | None
    left_out: int = 0
    instead: tuple[str, ...] = ()


class Understand:
    """Reads a turn with the company's topics and the words of intents."""

    def __init__(
        self, topics: Sequence[Topic], intents: Mapping[str, Sequence[Any]],
        kinds: Sequence[Kind] = (),
    ) -> None:
        self._topics = [(topic, _Rule(topic)) for topic in topics]
        self._intents = {name: Words(words) for name, words in intents.items()
                         if name != "days"}
        days = {group[0]: group for group in intents.get("days", ())}
        self._following = Following(intents, (*kinds, days))

    def __call__(self, turn: Turn) -> Understanding:
        """The understanding of this turn; it never raises for what a customer may write."""
        text = normalize(turn.text)
        language = language_of(turn.text, turn.language)
        topic = self._topic(normalize(f"{turn.subject}\n{turn.text}"))
        if not text.strip():
            return Understanding(turn.language, "empty", (), topic)
        asking = self._questions(turn)
        earlier = [said.text for said in turn.before if said.author == "customer"]
        # "What is the fee? And how long does it take?": the second leans on the first.
        followed = [self._following(one, [*earlier, *asking[:at]])
                    for at, one in enumerate(asking[:MOST_QUESTIONS])]
        questions = tuple(one.in_context if one.surely and one.in_context else one.text
                          for one in followed)
        instead = tuple("" if one.surely else one.in_context for one in followed)
        intent = self._intent(text, questions, bool(turn.owed))
        return Understanding(language, intent, questions, topic,
                             len(asking) - len(questions), instead)

    def _topic(self, text: str) -> Topic | None:
        fitting = [topic for topic, rule in self._topics if rule.applies(text)]
        return min(fitting, key=lambda topic: topic.kind != "emergency", default=None)

    def _intent(self, text: str, questions: Sequence[str], owed: bool) -> str:
        if owed and self._intents["waits"].in_text(text):
            return "owed"
        for intent in ("person", "complaint"):
            if self._intents[intent].in_text(text):
                return intent
        asks = any(_ASKS.search(question) for question in questions)
        if not asks:
            for intent in ("thanks", "greeting"):
                words = self._intents[intent]
                # "Thanks, and the fee…" is a question; a short line of thanks is not.
                if words.in_text(text) and len(analyze(words.removed_from(text))) <= 2:
                    return intent
        return "question"

    def _questions(self, turn: Turn) -> tuple[str, ...]:
        sentences = [part.strip() for s in _SENTENCE.findall(turn.text)
                     for part in _AND_ASKS.split(s) if part.strip()]
        asking = self._with_statements(sentences)
        if not asking:
            asking = [" ".join(s for s in sentences if not self._is_frame(s)) or turn.text.strip()]
            if turn.subject and len(analyze(asking[0])) < 2:
                asking = [f"{turn.subject} {asking[0]}"]
        return tuple(self._without_lead(question)[:LONGEST_QUESTION] for question in asking)

    def _without_lead(self, question: str) -> str:
        """The question without the clauses that only lead to it: "Sorry, I asked before, but"."""
        clauses = _CLAUSE.findall(question)
        while len(clauses) > 1 and not analyze(_CONJUNCTION.sub(
                " ", self._intents["frames"].removed_from(normalize(clauses[0])))):
            clauses.pop(0)
        return "".join(clauses).strip() or question

    def _with_statements(self, sentences: Sequence[str]) -> list[str]:
        """The sentences that ask, each with what was stated just before it: "My dog has
        diarrhoea. When should I come?" asks about diarrhoea."""
        asking: list[str] = []
        stated: list[str] = []
        for sentence in sentences:
            if _ASKS.search(sentence) and analyze(sentence):
                asking.append(" ".join([*stated[-MOST_STATEMENTS:], sentence]))
                stated = []
            elif not self._is_frame(sentence) and len(analyze(sentence)) > 1:
                stated.append(sentence)
        return asking

    def _is_frame(self, sentence: str) -> bool:
        text = normalize(sentence)
        return any(
            self._intents[intent].in_text(text) and len(analyze(text)) <= 3
            for intent in ("greeting", "thanks")
        )


class _Rule:
    """One topic, ready to match."""

    def __init__(self, topic: Topic) -> None:
        self._any = Words(topic.any)
        self._all = [Words(group) for group in topic.all]
        self._unless = Words(topic.unless)

    def applies(self, normalized: str) -> bool:
        if self._unless.in_text(normalized):
            return False
        by_all = bool(self._all) and all(group.in_text(normalized) for group in self._all)
        return by_all or self._any.in_text(normalized)


def load_intents(path: Path | None = None) -> Mapping[str, Sequence[Any]]:
    """The words of each intent, from the file given or the one that ships."""
    return read_yaml(path or Path(__file__).with_name("intents.yaml"))
