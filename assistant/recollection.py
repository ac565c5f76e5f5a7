"""What is remembered of who speaks: the one gate in front of a customer's history and ToDos."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine as Database

from assistant.company import Company
from assistant.customers.memory import recall_for
from assistant.customers.recalled import Owed, Recall
from assistant.customers.tier import Tier
from assistant.database import read_scope
from assistant.todos import repository as todos
from knowledge.embedding import Embedder


@dataclass(frozen=True)
class Recollection:
    """Opens one customer's own history and open ToDos, to the verified customer alone.

    Below that tier nothing is loaded, so nothing of it can reach a template, a prompt or a model.
    """

    database: Database
    embedders: Callable[[], Sequence[Embedder]]
    company: Company
    clock: Callable[[], datetime]

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

    def owed(self, customer_id: int | None, tier: Tier) -> tuple[Owed, ...]:
        """What we still owe this customer, what is due first; nothing below verified."""
        if customer_id is None or tier is not Tier.VERIFIED:
            return ()
        with read_scope(self.database) as session:
            found = todos.open_of_customer(session, customer_id)
            return tuple(Owed(todo.title, todo.due_on) for todo in found)
