"""How far each mailbox has been read, kept beside the messages: who restores a backup reads again
what came after it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from assistant.conversations.models import MailboxState
from assistant.database import read_scope, session_scope


class MailboxStates:
    """The states by name. Each call is one transaction."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def get(self, name: str) -> MailboxState:
        """The state of this mailbox; that of one never read if there is none."""
        with read_scope(self._engine) as session:
            return session.get(MailboxState, name) or MailboxState(name=name)

    def reached(self, state: MailboxState) -> None:
        """Keeps the state of a mailbox that has been read without an error."""
        state.looked_at, state.error, state.failing_since = self._clock(), "", None
        with session_scope(self._engine) as session:
            session.merge(state)

    def failing(self, name: str, error: str) -> None:
        """Keeps why the mailbox cannot be read now, and since when."""
        with session_scope(self._engine) as session:
            state = session.get(MailboxState, name) or MailboxState(name=name)
            state.error = error[:300]
            state.failing_since = state.failing_since or self._clock()
            session.add(state)


def mailbox_states(session: Session) -> Sequence[MailboxState]:
    """The states of all mailboxes that were ever read."""
    return session.exec(select(MailboxState).order_by(col(MailboxState.name))).all()
