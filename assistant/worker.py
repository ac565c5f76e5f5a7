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

from assistant.company import Company
from assistant.conversations import repository
from assistant.conversations.deliver import deliver
from assistant.conversations.models import Author, Message
from assistant.conversations.turns import PendingTurn, pending_turn
from assistant.customers.catalogue import Catalogue
from assistant.customers.memory import Memory, recall_for, remember
from assistant.customers.tier import Tier
from assistant.database import read_scope, session_scope
from assistant.engine.respond import Engine
from assistant.engine.turn import Reply
from assistant.events import Hub
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
        reply = self._reply(pending)
        with session_scope(self.database) as session:
            wanted = deliver(
                session, pending.conversation_id, token, pending.seen, pending.mode, reply,
                self.clock(), acknowledge=self._acknowledges(pending),
            )
        self.hub.changed()
        if wanted:
            self._remember(pending)
        return True

    def _acknowledges(self, pending: PendingTurn) -> bool:
        """Whether the customer is told that a person will answer; in a live chat, always."""
        return pending.turn.channel != "email" or self.settings.email_acknowledge

    def _refresh(self) -> None:
        with read_scope(self.database) as session:
            if revision(session) == self.library.revision:
                return
        with session_scope(self.database) as session:
            self.library.refresh(session)

    def _reply(self, pending: PendingTurn) -> Reply:
        recall = None
        if pending.tier is Tier.VERIFIED:
            recall = recall_for(
                self.database, pending.customer_id, self.library.embedders,
                self.clock().astimezone(self.company.time_zone),
                except_source=f"conversation:{pending.conversation_id}:",
            )
        try:
            return self.assistant.respond(pending.turn, recall)
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
