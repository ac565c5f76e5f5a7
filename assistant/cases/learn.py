"""Makes cases of resolved conversations: what was asked, what an operator answered, redacted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from assistant.cases import repository
from assistant.cases.known import known_of
from assistant.cases.memory import CaseMemory
from assistant.cases.models import Case
from assistant.cases.public import PublicNow
from assistant.cases.redact import Redaction
from assistant.company import Company
from assistant.conversations import repository as conversations
from assistant.conversations.models import Author, Conversation, Message
from assistant.customers.catalogue import Catalogue
from assistant.database import read_scope, session_scope
from knowledge.retrieval.history import pack
from knowledge.retrieval.library import Library

AT_ONCE = 20
LONGEST_ASKED = 1_000
LONGEST_ANSWER = 2_000
_LANGUAGES = ("ja", "en")


class Learning:
    """Looks for conversations that were resolved, a few at a time."""

    def __init__(
        self, database: Engine, library: Library, catalogue: Catalogue, company: Company,
        memory: CaseMemory,
    ) -> None:
        self._database = database
        self._library = library
        self._catalogue = catalogue
        self._company = company
        self._memory = memory
        self._since: datetime | None = None
        self._public = PublicNow(library)

    def step(self) -> bool:
        """Makes a few cases; False if there was nothing to be made."""
        with read_scope(self._database) as session:
            found = repository.unlearned(session, self._since, AT_ONCE)
            made = [self._case(session, conversation) for conversation in found]
        vectors = self._library.embedder.embed([case.asked for case in made])
        with session_scope(self._database) as session:
            for case, vector in zip(made, vectors, strict=True):
                case.vector = pack(vector[None, :])
                repository.replace(session, case)
        if self._memory.shared:
            with read_scope(self._database) as session:
                self._memory.take_in(session)
        self._since = max((case.resolved_at for case in made), default=self._since)
        return bool(found)

    def _case(self, session: Session, conversation: Conversation) -> Case:
        """The case; with empty texts where no operator has answered, so that it is not looked at
        again."""
        said = conversations.messages(session, conversation.id or 0, private=False)
        language = conversation.language
        if language not in _LANGUAGES:
            language = self._company.default_language
        asked = answered = ""
        if any(message.author == Author.OPERATOR for message in said):
            known = known_of(session, conversation.customer_id, self._catalogue, self._company)
            redact = Redaction(known, self._public(), self._catalogue, language)
            asked = redact(_texts(said, Author.CUSTOMER, LONGEST_ASKED))
            answered = redact(_texts(said, Author.OPERATOR, LONGEST_ANSWER))
        if not asked or not answered:
            asked = answered = ""
        return Case(
            conversation_id=conversation.id or 0, language=language, asked=asked,
            answered=answered,
            resolved_at=conversation.resolved_at or conversation.updated_at, vector=b"",
            embedding=self._library.embedder.name,
        )


def _texts(messages: Sequence[Message], author: Author, longest: int) -> str:
    texts = (message.text.strip() for message in messages if message.author == author)
    return "\n".join(text for text in texts if text)[:longest]
