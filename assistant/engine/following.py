"""Questions that lean on what went before: "and for the cat?", 「じゃあ土曜は？」."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.engine.words import Words
from knowledge.text import analyze, normalize

LONGEST_EARLIER = 400
MOST_EARLIER = 6
# Fewer content terms than this may be too few to stand alone.
FEW_TERMS = 3
# What is left of 「じゃあ土曜は？」 without its words: は alone would be read as a noun.
_PARTICLES = re.compile(r"(?<![ぁ-んァ-ヶ一-龠])[はがをにでもの]+(?=[\s?？!！。、]|$)")
Kind = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Followed:
    """A question, and the same question as it reads with what went before (empty if it leans on
    nothing). `surely`: it says itself that it leans."""

    text: str
    in_context: str = ""
    surely: bool = False


class Following:
    """Completes questions from the customer's earlier ones.

    `kinds` are groups of words of which one may take another's place: the kinds of animal, the
    shops, the days of the week. "And for the cat?" after a question about a dog is that question
    about a cat. The method is query rewriting by substitution and expansion from the dialogue
    before (as in conversational search: Voskarides et al., SIGIR 2020), without a model.
    """

    def __init__(self, marks: Mapping[str, Sequence[str]], kinds: Sequence[Kind]) -> None:
        self._begins = Words(marks.get("follow_up", ()))
        self._points = Words(marks.get("points_back", ()))
        self._corrects = Words(marks.get("corrects", ()))
        self._kinds = [
            {member: Words(words) for member, words in kind.items()} for kind in kinds
        ]

    def __call__(self, question: str, earlier: Sequence[str]) -> Followed:
        """The question with its reading in context; `earlier` are the customer's messages before,
        the oldest first."""
        surely = self._surely(question)
        if not earlier or not (surely or self._perhaps(question)):
            return Followed(question)
        return Followed(question, self._completed(question, self._subject(earlier)), surely)

    def _subject(self, earlier: Sequence[str]) -> str:
        """What the talk is about: the last question before, itself completed."""
        subject = ""
        for message in earlier[-MOST_EARLIER:]:
            text = message.strip()[:LONGEST_EARLIER]
            if not analyze(text):
                continue
            leans = self._surely(text) or self._perhaps(text)
            subject = self._completed(text, subject) if subject and leans else text
        return subject

    def _surely(self, question: str) -> bool:
        text = normalize(question)
        terms = _terms(self._bare(text))
        marked = self._begins.begins(text) or self._corrects.in_text(text)
        names = any(words.in_text(text) for kind in self._kinds for words in kind.values())
        return terms == 0 or (marked and terms <= (FEW_TERMS if names else 1))

    def _perhaps(self, question: str) -> bool:
        text = normalize(question)
        count = _terms(self._bare(text))
        return count < FEW_TERMS or (self._points.in_text(text) and count <= 2 * FEW_TERMS)

    def _bare(self, text: str) -> str:
        for words in (self._begins, self._corrects, self._points):
            text = words.removed_from(text)
        return text

    def _completed(self, question: str, subject: str) -> str:
        text, rewritten = normalize(question), normalize(subject)
        rest = self._bare(text)
        changed = False
        for kind in self._kinds:
            named = [member for member, words in kind.items() if words.in_text(text)]
            before = [member for member, words in kind.items() if words.in_text(rewritten)]
            if len(named) == 1 and before and before != named:
                word = kind[named[0]].first_in(text)
                for member in before:
                    rewritten = kind[member].replaced_in(rewritten, word)
                rest = kind[named[0]].removed_from(rest)
                changed = True
        if changed:
            return rewritten if not _terms(rest) else f"{rewritten} {question}"
        return f"{subject} {question}".strip()


def _terms(text: str) -> int:
    return len(analyze(_PARTICLES.sub(" ", text)))
