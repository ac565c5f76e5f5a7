"""What a draft must keep to, sentence by sentence while it comes and as a whole at the end."""

import re
from functools import cache
from pathlib import Path

from assistant.company import read_yaml
from assistant.engine.writing.drafts import ANSWER, Draft, RefusedDraft
from assistant.engine.writing.masking import Mask, UnknownPlaceholder, open_text
from assistant.engine.writing.writer import Material, Written
from knowledge.text import analyze, language_of

# What may be a name: letters within Japanese, capitals within English, katakana.
_NAMES = {"ja": re.compile(r"[A-Za-z]{2,}|[ァ-ヴー]{3,}"),
          "en": re.compile(r"(?<=[a-z,;:] )[A-Z][A-Za-z]+|\b[A-Z]{2,}\b")}
_LINK = re.compile(r"https?://\S+")  # The check looks at links.
# Of a sentence's words, less than one in so many may stand in no passage.
STRANGE_ONE_IN = 3


class Rules:
    """The rules for one draft; each method raises RefusedDraft with the rule that was broken."""

    def __init__(self, material: Material, mask: Mask) -> None:
        self._material = material
        self._mask = mask
        known = [text for one in material.passages for text in (one.title, one.heading, one.text)]
        known += [form for fact in material.facts for form in (fact.label, *fact.forms)]
        self._borne_out = frozenset(analyze("\n".join(known)))
        said = [material.turn.subject, *material.turn.messages,
                *(one.text for one in material.turn.before if one.author == "customer")]
        self._only_asked = frozenset(analyze("\n".join(said))) - self._borne_out - _common()
        self._seen = 0

    def so_far(self, draft: Draft) -> None:
        """What can be said of a draft before it has ended: its citations, its whole sentences."""
        if draft.citations is not None and draft.action == ANSWER:
            self._citations(draft.citations)
        ended = _ended(draft.text)
        if len(ended) > self._seen:
            self._sentences(ended[self._seen:])
            self._seen = len(ended)

    def whole(self, draft: Draft) -> Written:
        """The body that this draft makes, with the real values in it."""
        self._citations(draft.citations or ())
        if not draft.text:
            raise RefusedDraft("empty")
        plain = open_text(draft.text)
        if language_of(plain, self._material.language) != self._material.language:
            raise RefusedDraft("language", draft.text[:40])
        self._sentences(draft.text)
        text = self._restored(draft.text)
        return Written((text,), tuple(sorted({one - 1 for one in draft.citations or ()})))

    def _citations(self, cited: tuple[int, ...]) -> None:
        numbers = range(1, len(self._material.passages) + 1)
        for number in cited:
            if number not in numbers:
                raise RefusedDraft("citation", str(number))
        # Each passage was found for another question: leaving one out leaves it unanswered.
        missing = [number for number in numbers if number not in cited]
        if missing:
            raise RefusedDraft("citation", f"without {missing[0]}")

    def _restored(self, text: str) -> str:
        try:
            return self._mask.restored(text)
        except UnknownPlaceholder as error:
            raise RefusedDraft("placeholder", str(error)) from error

    def _sentences(self, text: str) -> None:
        restored = self._restored(text)
        for sentence in re.split(r"(?<=[。！？\n])|(?<=[.!?])\s", open_text(text)):
            self._words(_LINK.sub(" ", sentence))
        for unproven in self._material.prove(restored):
            raise RefusedDraft(unproven.kind, unproven.span)

    def _words(self, sentence: str) -> None:
        """A sentence is made of the passages' words; what only the customer wrote is not repeated:
        it may be an order, and no passage bears it out."""
        terms = [term for term in analyze(sentence) if not term.isdigit()]
        echoed = [term for term in terms if term in self._only_asked]
        if echoed:
            raise RefusedDraft("echo", echoed[0])
        for name in _NAMES[self._material.language].findall(sentence):
            if not set(analyze(name)) <= self._borne_out | _common():
                raise RefusedDraft("name", name)
        known = sum(term in self._borne_out for term in terms)
        strange = sum(term not in self._borne_out | _common() for term in terms)
        if terms and (strange * STRANGE_ONE_IN >= len(terms) or not known):
            raise RefusedDraft("words", sentence.strip()[:80])


def _ended(text: str) -> str:
    """The text up to the end of its last whole sentence."""
    ends = [match.end() for match in re.finditer(r"[。！？\n]|[.!?](?=\s)", text)]
    return text[: ends[-1]] if ends else ""


@cache
def _common() -> frozenset[str]:
    words = read_yaml(Path(__file__).with_name("common_words.yaml"))
    return frozenset(analyze(" \n".join(str(one) for group in words.values() for one in group)))
