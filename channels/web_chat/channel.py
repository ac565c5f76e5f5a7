"""The web chat door: a browser's words in, and the conversation as that browser may see it."""

import math
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine
from sqlmodel import Session

from assistant.company import Company
from assistant.conversations import repository
from assistant.conversations.inbox import Clock, Inbox
from assistant.conversations.incoming import IncomingMessage, Received
from assistant.conversations.models import Author, Conversation, Message, Mode
from assistant.customers.repository import by_external_id
from assistant.customers.tier import Tier
from assistant.database import read_scope
from assistant.errors import NotFound
from assistant.events import Hub
from assistant.operators.models import Operator
from assistant.settings import Settings
from channels.pages.markdown import to_html
from channels.pages.rendering import LANGUAGES, Words, read_words
from channels.web_chat.frames import ChatProblem, clean_text
from channels.web_chat.identity import (
    BadIdentity,
    Visitor,
    known_visitor,
    new_visitor,
    thread_key,
    verified_number,
)
from channels.web_chat.rate import SlidingWindow
from prompts.wording import honorific, when

CHANNEL = "web_chat"
MOST_SHOWN = 200
WORDS: dict[str, Words] = {
    language: read_words(Path(__file__).parent / "words" / f"{language}.yaml")
    for language in LANGUAGES
}


@dataclass(frozen=True)
class Speaker:
    """Who is at the other end: a visitor, perhaps one whom the company's site has signed.

    `problem` is set where a signed identity was refused: then the visitor is anonymous.
    """

    visitor: Visitor
    language: str
    number: str | None = None
    name: str = ""
    problem: str = ""
    page: str = ""

    @property
    def address(self) -> str:
        """The contact point: each browser of a signed customer has its own conversation."""
        return f"signed:{self.number}:{self.visitor.id}" if self.number else self.visitor.id

    @property
    def tier(self) -> Tier:
        """How surely we know who speaks."""
        return Tier.VERIFIED if self.number else Tier.ANONYMOUS


@dataclass(frozen=True)
class View:
    """The conversation as the browser may see it, after a message; JSON-ready."""

    state: dict[str, Any]
    working: bool
    messages: tuple[dict[str, Any], ...]
    after: int


@dataclass(frozen=True)
class WebChat:
    """Knows browsers, receives what they write, and shows each its own conversation only."""

    settings: Settings
    database: Engine
    hub: Hub
    inbox: Inbox
    company: Company
    clock: Clock
    window: SlidingWindow = field(default_factory=lambda: SlidingWindow(20, 60.0))

    def allows(self, origin: str | None) -> bool:
        """Whether a page of this origin may use the chat."""
        listed = self.settings.allowed_origins.replace(",", " ").split()
        allowed = {one.rstrip("/") for one in listed}
        return not allowed or origin in allowed | {self.settings.public_url}

    def speaker(self, token: str, identity: str, language: str, page: str = "") -> Speaker:
        """Who this is: an unknown token is a new visitor, a refused identity an anonymous one."""
        secret = self.settings.secret
        visitor = known_visitor(token, secret) or new_visitor(secret)
        where = _where(page)
        if not identity:
            return Speaker(visitor, language, page=where)
        try:
            number = verified_number(
                identity, self.settings.identity_secret, self.clock(), visitor.id
            )
        except BadIdentity as error:
            return Speaker(visitor, language, problem=f"identity_{error.reason}", page=where)
        with read_scope(self.database) as session:
            customer = by_external_id(session, number)
        if customer is None:
            return Speaker(visitor, language, problem="identity_unknown", page=where)
        return Speaker(visitor, language, number, customer.name, page=where)

    def receive(self, speaker: Speaker, message_id: str, text: str) -> Received:
        """Stores the message; raises ChatProblem with what the customer is to be told."""
        stored = clean_text(text)
        wait = self.window.wait(speaker.visitor.id)
        if wait:
            seconds = math.ceil(wait)
            raise ChatProblem("too_many", 429, retry_after=seconds, seconds=seconds)
        try:
            return self.inbox.receive(IncomingMessage(
                channel=CHANNEL,
                address=speaker.address,
                external_id=f"chat-{speaker.visitor.id}-{message_id}",
                text=stored,
                sent_at=self.clock(),
                tier=speaker.tier,
                customer_external_id=speaker.number,
                language=speaker.language,
                details={"page": speaker.page} if speaker.page else {},
            ))
        except NotFound as error:
            raise ChatProblem("identity_unknown", 401) from error

    def view(self, speaker: Speaker, after: int) -> View:
        """What has been said after this sequence number, and how things stand."""
        with read_scope(self.database) as session:
            conversation = repository.current(session, CHANNEL, speaker.address)
            if conversation is None:
                return View(self._state(speaker, None, ""), False, (), 0)
            last = conversation.last_sequence
            start = after if after <= last else 0
            messages = repository.messages(
                session, conversation.id or 0, after=start, private=False, limit=MOST_SHOWN
            ) if start < last else ()
            state = self._state(speaker, conversation, _assignee(session, conversation))
        shown = tuple(_shown(message, speaker) for message in messages)
        newest = max([last, *(message.sequence for message in messages)])
        return View(state, _working(conversation), shown, newest)

    def _state(
        self, speaker: Speaker, conversation: Conversation | None, operator: str
    ) -> dict[str, Any]:
        now, words = self.clock(), WORDS[speaker.language]
        problem = f"problem.{speaker.problem}"
        return {
            "thread": thread_key(self.settings.secret, speaker.address),
            "mode": conversation.mode if conversation else Mode.AUTOMATIC.value,
            "operator": operator,
            "open": self.company.is_open(now),
            "hours": self._hours(now, speaker.language),
            "signed": speaker.number is not None,
            "name": honorific(speaker.name, speaker.language) if speaker.name else "",
            "notice": words[problem] if speaker.problem else "",
        }

    def _hours(self, now: datetime, language: str) -> str:
        words = WORDS[language]
        if self.company.is_open(now):
            return words["hours.open"]
        opening = self.company.next_opening(now)
        if opening is None:
            return words["hours.unknown"]
        return words["hours.closed"].format(
            opening=when(opening, language, self.company.time_zone)
        )


def problem_frame(problem: ChatProblem, language: str, message_id: str = "") -> dict[str, Any]:
    """The frame that tells a browser what was wrong, in its language."""
    frame: dict[str, Any] = {
        "type": "error",
        "code": problem.code,
        "sentence": WORDS[language][f"problem.{problem.code}"].format(**problem.values),
    }
    if message_id:
        frame["id"] = message_id
    if problem.retry_after is not None:
        frame["retry_after"] = problem.retry_after
    return frame


def _where(page: str) -> str:
    """The page's address without what follows "?" or "#", which may be private."""
    try:
        return urlsplit(page.replace("\0", ""))._replace(query="", fragment="").geturl()
    except ValueError:
        return ""


def _assignee(session: Session, conversation: Conversation) -> str:
    if conversation.mode != Mode.MANUAL or conversation.assignee_id is None:
        return ""
    operator = session.get(Operator, conversation.assignee_id)
    return operator.name if operator is not None else ""


def _working(conversation: Conversation) -> bool:
    waits = conversation.incoming_sequence > conversation.seen_sequence
    return waits and conversation.due_at is not None and conversation.mode == Mode.AUTOMATIC


def _shown(message: Message, speaker: Speaker) -> dict[str, Any]:
    mine = message.author == Author.CUSTOMER
    prefix = f"chat-{speaker.visitor.id}-"
    return {
        "type": "message",
        "sequence": message.sequence,
        "id": message.external_id.removeprefix(prefix) if mine else "",
        "author": message.author,
        "operator_name": str(message.details.get("operator_name", "")),
        "text": message.text,
        # A customer's own words are never read as markup.
        "html": "" if mine else to_html(message.text),
        "citations": _citations(message),
        "language": message.language,
        "sent_at": message.sent_at.isoformat(),
    }


def _citations(message: Message) -> list[dict[str, str]]:
    """The sources of an answer, each link once. A line that says that a person will answer has
    none: what came closest is for operators alone."""
    found: dict[str, dict[str, str]] = {}
    reply = message.reply or {}
    if reply.get("disposition", "send") != "send":
        return []
    for citation in reply.get("citations", ()):
        link = str(citation.get("link", ""))
        if urlsplit(link).scheme in ("http", "https") and link not in found:
            found[link] = {
                "title": str(citation.get("title", "")),
                "heading": str(citation.get("heading", "")),
                "link": link,
            }
    return list(found.values())
