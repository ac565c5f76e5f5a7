"""What is remembered of who speaks: the one gate in front of a customer's history, ToDos and what
was suggested to them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine as Database

from assistant.company import Company
from assistant.conversations.offers import offered
from assistant.customers.memory import recall_for
from assistant.customers.recalled import Offered, Owed, Recall
from assistant.customers.tier import Tier
from assistant.database import read_scope
from assistant.todos import repository as todos
from knowledge.embedding import Embedder

LATELY_DAYS = 400


@dataclass(frozen=True)
class Recollection:
    """Opens one customer's own history and open ToDos, to the verified customer alone.

    Below that tier nothing is loaded, so nothing of it can reach a template, a prompt or a model.
    """

    database: Database
    embedders: Callable[[], Sequence[Embedder]]
    company: Company
    clock: Callable[[], datetime]
    marks: Mapping[str, Sequence[Any]]

    def recall(
        self, customer_id: int | None, tier: Tier, *, except_conversation: int | None = None
    ) -> Recall | None:
        """A search over this customer's history; None where the tier does not allow it."""
        if customer_id is None or tier is not Tier.VERIFIED:
            return None
        now = self.clock().astimezone(self.company.time_zone)
        left_out = f"conversation:{except_conversation}:" if except_conversation else ""
        return recall_for(self.database, customer_id, self.embedders(), now,
                          except_source=left_out)

    def offered(self, customer_id: int | None, tier: Tier) -> tuple[Offered, ...]:
        """What was suggested to this customer lately; nothing below verified, where nothing is
        suggested."""
        if customer_id is None or tier is not Tier.VERIFIED:
            return ()
        since = self.clock() - timedelta(days=LATELY_DAYS)
        with read_scope(self.database) as session:
            return offered(session, customer_id, since, self.marks)

    def owed(self, customer_id: int | None, tier: Tier) -> tuple[Owed, ...]:
        """What we still owe this customer, what is due first; nothing below verified."""
        if customer_id is None or tier is not Tier.VERIFIED:
            return ()
        with read_scope(self.database) as session:
            found = todos.open_of_customer(session, customer_id)
            return tuple(Owed(todo.title, todo.due_on) for todo in found)
