"""The engine: a turn goes in, a reply comes out, in five steps. No SQL, no web, no clock."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from assistant.company import Company, Topic
from assistant.customers.recalled import Recall, Recalled
from assistant.engine.compose import ExtractiveWriter
from assistant.engine.decide import Decide, Decision, reason
from assistant.engine.gather import Evidence, Gather
from assistant.engine.looking_back import LookingBack
from assistant.engine.next_step import NextStep, Suggested
from assistant.engine.personalize import Personal, Personalize
from assistant.engine.template import CannotRender
from assistant.engine.turn import Disposition, Reply, Turn
from assistant.engine.understand import Understand, Understanding
from assistant.engine.writing.step import Compose, Composed, merged
from assistant.engine.writing.writer import Writer
from knowledge.retrieval.results import Hit
from prompts import say

# With these decisions there is an answer, for the customer or for an operator.
WITH_DRAFT = ("sure", "unsure", "partly", "sensitive_article", "not_answered")


class Engine:
    """Answers turns. All collaborators are handed in; the engine keeps no state of its own.

    `model` writes the bodies of answers where it is given and keeps to the rules.
    """

    def __init__(
        self, company: Company, understand: Understand, gather: Gather, personalize: Personalize,
        writer: ExtractiveWriter, decide: Decide, looking_back: LookingBack,
        model: Writer | None = None, next_step: NextStep | None = None,
    ) -> None:
        self._company = company
        self._understand = understand
        self._gather = gather
        self._personalize = personalize
        self._writer = writer
        self._compose = Compose(writer, model)
        self._decide = decide
        self._looking_back = looking_back
        self._next_step = next_step

    def respond(self, turn: Turn, recall: Recall | None = None) -> Reply:
        """The reply to this turn. `recall` searches this customer's own history; None where the
        identity tier does not allow it."""
        reply = self._reply(turn, recall)
        if turn.held and reply.disposition is Disposition.SEND:
            return self._held_back(turn, reply)
        return reply

    def _reply(self, turn: Turn, recall: Recall | None) -> Reply:
        watch = _Watch()
        with watch.step("understand"):
            asked = self._understand(turn)
        ready = self._without_search(turn, asked, watch)
        if ready is not None:
            return ready
        with watch.step("gather"):
            today = turn.now.astimezone(self._company.time_zone).date()
            evidence = self._gather(asked.questions, turn, asked.language, today, asked.instead)
            asked = replace(asked, questions=tuple(one.question for one in evidence))
            recalled = tuple(recall(" ".join(asked.questions))) if recall else ()
        with watch.step("personalize"):
            chosen = self._chosen(evidence)
            personal = self._rendered(chosen, turn, asked.language)
        return self._from_articles(turn, asked, evidence, chosen, personal, recalled, watch)

    def _held_back(self, turn: Turn, reply: Reply) -> Reply:
        """The answer as a draft: it may not go out by itself now. Somebody who asked is told that
        a person will answer, unless nothing at all may be sent."""
        why = reason(turn.held, turn.language)
        waits = turn.held != "paused" and reply.reason_code != "small_talk"
        line = self._writer.line(turn, reply.language, "handoff_check",
                                 hours=self._writer.hours(turn, reply.language))
        return replace(
            reply, disposition=Disposition.SUGGEST, text=line if waits else "",
            draft=reply.draft or reply.text, reason=why, reason_code=turn.held,
        )

    def failed(self, turn: Turn) -> Reply:
        """What the customer and the operator hear when answering went wrong."""
        asked = Understanding(turn.language, "empty", (), None)
        return self._handed_off(turn, asked, "failed", "handoff_check", _Watch())

    def _without_search(
        self, turn: Turn, asked: Understanding, watch: "_Watch"
    ) -> Reply | None:
        """The reply where a rule decides: emergencies, requests for a person, small talk."""
        if asked.topic is not None and asked.topic.kind == "emergency":
            phone = str(self._company.fields.get("emergency_phone", ""))
            words = {name: self._writer.said(text, asked.language)
                     for name, text in self._company.emergency.items()}
            return self._handed_off(
                turn, asked, "emergency", "emergency", watch, topic=asked.topic,
                emergency_phone=phone, emergency_name=words.get("name", ""),
                advice=words.get("advice", ""),
            )
        if asked.topic is not None:
            kind = asked.topic.kind
            return self._handed_off(turn, asked, kind, f"handoff_{kind}", watch,
                                    topic=asked.topic)
        if asked.intent == "owed":
            return self._owed(turn, asked, watch)
        if asked.intent in ("person", "complaint"):
            return self._handed_off(turn, asked, asked.intent, f"handoff_{asked.intent}", watch)
        if asked.intent == "empty":
            return self._handed_off(turn, asked, "empty", "handoff_check", watch)
        if asked.intent in ("thanks", "greeting"):
            name = self._writer.said(self._company.assistant_name, asked.language)
            text = self._writer.line(turn, asked.language, f"{asked.intent}_reply",
                                     assistant_name=name)
            why = reason("small_talk", turn.language)
            return Reply(text, asked.language, Disposition.SEND, 1.0, why, "small_talk",
                         milliseconds=watch.spent)
        return None

    def _owed(self, turn: Turn, asked: Understanding, watch: "_Watch") -> Reply:
        """They wait for something that stands on our list: a colleague tells how it is going.
        The ToDo's own words were written for colleagues, who alone read them."""
        first = turn.owed[0]
        today = turn.now.astimezone(self._company.time_zone).date()
        late = first.due_on is not None and first.due_on < today
        due = self._writer.day(first.due_on, asked.language) if first.due_on and not late else ""
        titles = " / ".join(one.title for one in turn.owed[:3])
        return self._handed_off(turn, asked, "owed", "handoff_owed", watch, title=titles,
                                late=late, due=due)

    def _handed_off(
        self, turn: Turn, asked: Understanding, code: str, line: str, watch: "_Watch",
        *, topic: Topic | None = None, title: str = "", **values: Any,
    ) -> Reply:
        named = topic.label(turn.language) if topic else ""
        why = reason(code, turn.language, topic=named, title=title)
        hours = self._writer.hours(turn, asked.language)
        text = self._writer.line(turn, asked.language, line, hours=hours, **values)
        return Reply(
            text, asked.language, Disposition.HAND_OFF, 1.0, why, code,
            topic=topic.id if topic else "",
            query=" ".join(asked.questions), summary=self._summary(turn, asked, code, why, ""),
            milliseconds=watch.spent,
        )

    def _chosen(self, evidence: Sequence[Evidence]) -> list[tuple[Evidence, Hit]]:
        """The best hit of each question, one of each passage."""
        chosen: list[tuple[Evidence, Hit]] = []
        places: set[tuple[str, int]] = set()
        for one in evidence:
            if one.found.hits:
                hit = one.found.hits[0]
                place = (hit.passage.article_id, hit.passage.position)
                if place not in places:
                    chosen.append((one, hit))
                    places.add(place)
        return chosen

    def _rendered(
        self, chosen: Sequence[tuple[Evidence, Hit]], turn: Turn, language: str
    ) -> list[Personal]:
        rendered = []
        for one, hit in chosen:
            try:
                rendered.append(self._personalize(
                    hit.passage.template, turn.profile,
                    self._about(one.question, turn), hit.passage.language,
                ))
            except CannotRender:
                rendered.append(Personal("", (), ()))
        return rendered

    def _about(self, question: str, turn: Turn) -> str:
        """The text that says whose answer it is: the question itself, or all that was written."""
        names_one = self._personalize.names_one(question, turn.profile)
        return question if names_one else f"{turn.text}\n{question}"

    def _from_articles(
        self, turn: Turn, asked: Understanding, evidence: Sequence[Evidence],
        chosen: Sequence[tuple[Evidence, Hit]], personal: Sequence[Personal],
        recalled: tuple[Recalled, ...], watch: "_Watch",
    ) -> Reply:
        with watch.step("compose"):
            composed = self._compose(turn, asked.language, chosen, personal)
            told = self._told_before(turn, asked, recalled, bool(composed.said))
        with watch.step("decide"):
            # A mail is one answer to all that was asked; a chat goes on.
            counted = evidence if turn.channel == "email" else [one for one, _ in chosen]
            confidence = min((one.found.confidence for one in counted), default=0.0)
            decision = self._decide(
                confidence=confidence if composed.title else 0.0, channel=turn.channel,
                language=turn.language, title=composed.title, sensitive=composed.sensitive,
                unproven=composed.unproven[0] if composed.unproven else None,
                partly=asked.left_out > 0 or not all(one.found.hits for one in evidence),
            )
        if self._compose.by_model_where(composed, decision.code):
            with watch.step("write"):
                composed = self._compose.by_model(composed)
                decision = self._decide.after(decision, composed.call, turn.language,
                                              composed.title)
        drafted = [*(composed.parts if decision.code in WITH_DRAFT else ()), *told]
        draft = self._writer.draft(turn, asked.language, drafted) if drafted else ""
        suggested = self._suggested(turn, asked, composed, decision)
        text = self._text(turn, asked, composed, told, decision, suggested)
        return Reply(
            text=text, language=asked.language, disposition=decision.disposition,
            confidence=confidence, reason=decision.reason, reason_code=decision.code,
            query=" ".join(asked.questions), draft=draft, citations=composed.citations,
            facts_used=merged((composed.material.facts,
                               suggested.personal.used if suggested else ())),
            suggestion=suggested.id if suggested else "", facts_withheld=composed.withheld,
            recalled=recalled, model=composed.call,
            summary=self._summary(turn, asked, decision.code, decision.reason,
                                  composed.citations[0].title if composed.citations else ""),
            milliseconds=watch.spent,
        )

    def _told_before(
        self, turn: Turn, asked: Understanding, recalled: Sequence[Recalled], beside: bool
    ) -> list[str]:
        """What a colleague wrote to this customer about it, if that is worth telling."""
        question = " ".join(asked.questions)
        entry = self._looking_back(f"{turn.text}\n{question}", asked.language, recalled, turn.now)
        if entry is None:
            return []
        return [self._writer.recalled(entry, question, asked.language, beside=beside)]

    def _text(
        self, turn: Turn, asked: Understanding, composed: Composed, told: Sequence[str],
        decision: Decision, suggested: Suggested | None,
    ) -> str:
        """What the customer is told now: the answer, or that a person will answer."""
        if decision.disposition is not Disposition.SEND:
            return self._holding_line(turn, asked, decision)
        # Who they are matters only where it would change the answer.
        link = turn.confirm_link if composed.withheld else ""
        beside = [] if suggested is None else [self._writer.suggestion(
            suggested.personal.text, suggested.general, asked.language)]
        return self._writer.answer(turn, asked.language, [*composed.said, *told, *beside],
                                   composed.citations, link)

    def _suggested(
        self, turn: Turn, asked: Understanding, composed: Composed, decision: Decision
    ) -> Suggested | None:
        """What may be suggested below an answer that goes out by itself."""
        welcome = decision.disposition is Disposition.SEND and not turn.held
        if self._next_step is None or not welcome or composed.sensitive:
            return None
        cited = {citation.article_id for citation in composed.citations}
        return self._next_step(turn, cited, asked.language)

    def _holding_line(self, turn: Turn, asked: Understanding, decision: Decision) -> str:
        name = "handoff_check" if decision.disposition is Disposition.SUGGEST else "handoff_unsure"
        hours = self._writer.hours(turn, asked.language)
        return self._writer.line(turn, asked.language, name, hours=hours)

    def _summary(
        self, turn: Turn, asked: Understanding, code: str, why: str, closest: str
    ) -> str:
        said = " ".join(asked.questions) or turn.text.strip()
        return say("summary", turn.language, code=code, asked=said[:300], reason=why,
                   closest=closest, before=len(turn.before))


class _Watch:
    """Milliseconds by step."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.spent[name] = (time.perf_counter() - start) * 1000
