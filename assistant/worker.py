"""The worker: claims conversations that are due, has them answered, and delivers the replies.

The row is the queue: any number of workers in any number of processes may run at once.
"""

import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine as Database
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from assistant.company import Company
from assistant.conversations import ledger, repository
from assistant.conversations.confirm import keep, new_link_token
from assistant.conversations.deliver import deliver
from assistant.conversations.ledger import Decision
from assistant.conversations.limits import paused
from assistant.conversations.models import Author, Direction, Message
from assistant.conversations.turns import PendingTurn, pending_turn
from assistant.customers.catalogue import Catalogue
from assistant.customers.memory import Memory, remember
from assistant.customers.tier import Tier
from assistant.database import read_scope, session_scope
from assistant.engine.respond import Engine
from assistant.engine.turn import Reply
from assistant.events import Hub
from assistant.recollection import Recollection
from assistant.settings import Settings
from knowledge.articles.repository import revision
from knowledge.retrieval.library import Library

log = logging.getLogger(__name__)
IDLE_SECONDS = 0.25


@dataclass(frozen=True)
class Worker:
    """Answers one conversation at a time; run it in as many threads as are wanted."""

    settings: Settings
    database: Database
    hub: Hub
    company: Company
    catalogue: Catalogue
    library: Library
    assistant: Engine
    recollection: Recollection
    clock: Callable[[], datetime]

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set; a failure is logged and never ends the loop."""
        while not stop.is_set():
            self.hub.work.clear()
            try:
                worked = self.answer_next()
            except Exception:
                # The conversation is due again when its claim runs out; the others go on.
                log.exception("A turn could not be answered; trying again.")
                worked = False
            if not worked:
                self.hub.work.wait(IDLE_SECONDS)

    def answer_next(self) -> bool:
        """Answers the conversation that has waited longest; False if none was due."""
        token = uuid.uuid4().hex
        with read_scope(self.database) as session:
            # A look without a lock first: most looks find nothing to do.
            if not repository.is_any_due(session, self.clock()):
                return False
        with session_scope(self.database) as session:
            claimed = repository.claim_due(
                session, self.clock(), token, self.settings.claim_seconds
            )
            if claimed is None:
                return False
        self._refresh()
        with read_scope(self.database) as session:
            pending = pending_turn(session, claimed, self.catalogue, self.company, self.clock())
            pending = self._for_mail(session, pending)
        reply = self._reply(pending)
        with session_scope(self.database) as session:
            wanted = deliver(
                session, pending.conversation_id, token, pending.seen, pending.mode, reply,
                self.clock(), acknowledge=self._acknowledges(pending),
            )
            if wanted:
                self._keep(session, pending, reply)
        self.hub.changed()
        if wanted:
            self._remember(pending)
        return True

    def _acknowledges(self, pending: PendingTurn) -> bool:
        """Whether the customer is told that a person will answer; in a live chat, always."""
        return pending.turn.channel != "email" or self.settings.email_acknowledge

    def _for_mail(self, session: Session, pending: PendingTurn) -> PendingTurn:
        """What only mail knows: reasons to hold an answer back, and a link to confirm by."""
        if pending.turn.channel != "email":
            return pending
        link = ""
        if pending.may_confirm and self.settings.mail_confirm_hours:
            link = f"{self._confirm_pages}{new_link_token(self.settings.secret)}"
        return replace(pending, turn=replace(
            pending.turn, held=self._held(session), confirm_link=link
        ))

    def _held(self, session: Session) -> str:
        """Why nothing may go out by itself now; empty if it may."""
        wanted = self.settings.mail_automatic
        if wanted == "never" or paused(session):
            return "paused"
        if wanted != "always" and (wanted == "inside") != self.company.is_open(self.clock()):
            return "schedule"
        return ""

    @property
    def _confirm_pages(self) -> str:
        return f"{self.settings.public_url}/mail/confirm/"

    def _keep(self, session: Session, pending: PendingTurn, reply: Reply) -> None:
        """What belongs to a mail's answer: the link that it offers, and why it was answered so."""
        turn = pending.turn
        if turn.channel != "email":
            return
        conversation = repository.conversation(session, pending.conversation_id)
        if turn.confirm_link and turn.confirm_link in reply.text:
            keep(session, turn.confirm_link.removeprefix(self._confirm_pages), conversation,
                 pending.message_ids, self.clock(), self.settings.mail_confirm_hours)
        ledger.record(
            session, turn.channel, f"turn-{pending.conversation_id}-{pending.seen}",
            Direction.OUTGOING, conversation.address,
            Decision(reply.disposition.value, reply.reason_code, {
                "confidence": round(reply.confidence, 3),
                "needed": self.settings.send_threshold(turn.channel),
                "tier": pending.tier.value, "mode": pending.mode.value, "topic": reply.topic,
                "articles": [one.article_id for one in reply.citations],
                "facts_used": [one.name for one in reply.facts_used],
                "facts_withheld": [one.name for one in reply.facts_withheld],
            }),
            self.clock(), pending.conversation_id,
        )

    def _refresh(self) -> None:
        with read_scope(self.database) as session:
            if revision(session) == self.library.revision:
                return
        with session_scope(self.database) as session:
            self.library.refresh(session)

    def _reply(self, pending: PendingTurn) -> Reply:
        try:
            recall = self.recollection.recall(pending.customer_id, pending.tier,
                                              except_conversation=pending.conversation_id)
            turn = replace(
                pending.turn,
                owed=self.recollection.owed(pending.customer_id, pending.tier),
                offered=self.recollection.offered(pending.customer_id, pending.tier),
            )
            return self.assistant.respond(turn, recall)
        except Exception:
            # Whatever failed, the customer is not left in silence: a person takes over.
            log.exception("The assistant failed on conversation %s.", pending.conversation_id)
            return self.assistant.failed(replace(pending.turn, messages=("",)))

    def _remember(self, pending: PendingTurn) -> None:
        """Puts what was said into the customer's history; found again if it fails now."""
        try:
            with session_scope(self.database) as session:
                messages = repository.messages(
                    session, pending.conversation_id, private=False, limit=20
                )
                memories = [_memory(message) for message in messages if _is_worth(message)]
                remember(session, pending.customer_id, memories, self.library.embedder)
        except SQLAlchemyError:
            log.exception("Conversation %s was not remembered.", pending.conversation_id)


def _memory(message: Message) -> Memory:
    source = f"conversation:{message.conversation_id}:{message.sequence}"
    kind = "said" if message.author == Author.CUSTOMER else "answered"
    return Memory(source, kind, message.text, message.sent_at)


def _is_worth(message: Message) -> bool:
    # What an unproven sender wrote is no memory of the customer's.
    if message.author == Author.CUSTOMER:
        return message.details.get("tier") == Tier.VERIFIED
    return message.author == Author.OPERATOR
