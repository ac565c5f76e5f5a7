"""Step 4: the extractive writer. It says only what articles and facts say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.company import Company
from assistant.customers.recalled import Recalled
from assistant.engine.turn import Citation, Turn
from assistant.engine.writing.writer import Material, Written
from knowledge.articles.passages import extent
from knowledge.embedding import Embedder
from knowledge.retrieval.spans import answer_in
from prompts import say
from prompts.wording import Filters, day_and_year, filters, honorific, when

# A share of the longest passage: about 300 Japanese characters, 110 English words.
LONG = 0.75
LONGEST_QUOTE = 240


@dataclass(frozen=True)
class ExtractiveWriter:
    """Puts rendered sections into the form of a channel."""

    company: Company
    base_url: str
    embedder: Embedder | None = None

    def write(self, material: Material) -> Written:
        """The sections themselves, each in the length that this channel bears."""
        parts = tuple(
            self.brief(material.turn.channel, one.question, one.text, f"{one.title} {one.heading}")
            for one in material.passages
        )
        return Written(parts, tuple(range(len(parts))))

    def answer(
        self, turn: Turn, language: str, parts: Sequence[str], citations: Sequence[Citation],
        confirm_link: str = "",
    ) -> str:
        """The whole text of an answer: chat and phone short, email with its frame and, if there
        is one, the link by which the customer can confirm who they are."""
        values = self._frame(turn, language) | {"confirm_link": confirm_link} \
            if turn.channel == "email" else {}
        return say(
            f"{self._form(turn.channel)}_answer", language,
            parts=[part.strip() for part in parts], citations=citations, **values,
        )

    def draft(self, turn: Turn, language: str, parts: Sequence[str]) -> str:
        """The same answer for an operator to send in their own name."""
        if turn.channel != "email":
            return self.answer(turn, language, parts, ())
        return say("email_draft", language, parts=[part.strip() for part in parts],
                   **self._frame(turn, language))

    def line(self, turn: Turn, language: str, name: str, **values: Any) -> str:
        """A line that needs no article (a handoff, thanks), in the form of the channel."""
        line = say(name, language, **values)
        if turn.channel != "email":
            return line
        return say("email_handoff", language, line=line, **self._frame(turn, language))

    def hours(self, turn: Turn, language: str) -> str:
        """When a person answers, truthfully."""
        opening = self.company.next_opening(turn.now)
        return say(
            "hours", language,
            is_open=self.company.is_open(turn.now),
            next_opening=when(opening, language, self.company.time_zone) if opening else "",
        )

    def quote(self, question: str, text: str, subject: str) -> str:
        """The part of a section's text that answers the question; all of it if nothing stands
        out. `subject` is the section's title and heading."""
        return answer_in(question, text, self.embedder, subject=subject, cautions=True).text

    def day(self, value: date, language: str) -> str:
        """A day in words for a reader of this language."""
        return when(value, language, self.company.time_zone)

    def recalled(
        self, entry: Recalled, question: str, language: str, *, beside: bool
    ) -> str:
        """What a colleague wrote before, with its day; `beside`: today's answer stands above."""
        quote = answer_in(question, entry.text, self.embedder).text
        quote = " ".join(quote.split()) if len(quote) <= LONGEST_QUOTE else \
            f"{' '.join(quote[:LONGEST_QUOTE].split())}…"
        day = day_and_year(entry.at.astimezone(self.company.time_zone).date(), language)
        return say("recalled" if beside else "recalled_only", language, day=day, quote=quote)

    def suggestion(self, text: str, general: str, language: str) -> str:
        """A suggestion below an answer, with what is there for everybody beside it."""
        return say("suggestion", language, text=text.strip(), general=general)

    def brief(self, channel: str, question: str, text: str, subject: str) -> str:
        """A section for this channel: what would be a wall of text in a chat or on the phone is
        cut to what answers. What was written as one short answer stays whole: cutting it loses
        conditions."""
        if self._form(channel) == "email" or extent(text) <= LONG:
            return text
        return self.quote(question, text, subject)

    def filters(self, language: str) -> Filters:
        """The filters of article templates for a reader of this language."""
        return filters(language, self.company.time_zone, self.company.words)

    def link(self, article_id: str, language: str, passage: int) -> str:
        """Where a customer can read the section that was cited."""
        return f"{self.base_url}/articles/{language}/{article_id}#section-{passage}"

    def said(self, value: Mapping[str, str], language: str) -> str:
        """The company's text in this language."""
        return value.get(language) or next(iter(value.values()), "")

    def _form(self, channel: str) -> str:
        return {"email": "email", "phone": "phone"}.get(channel, "chat")

    def _frame(self, turn: Turn, language: str) -> dict[str, str]:
        name = turn.profile.values.get("customer.name", "")
        return {
            "name": honorific(name, language) if name else "",
            "company": self.said(self.company.name, language),
            "assistant_name": self.said(self.company.assistant_name, language),
            "phone": str(self.company.fields.get("phone", "")),
            "support_email": str(self.company.fields.get("support_email", "")),
            "signature": self.company.mail_signature.get(language, "").strip(),
        }
