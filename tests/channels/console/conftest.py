"""A console with two operators, and a customer who writes when a test says so."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pwdlib import PasswordHash
from sqlmodel import select

from assistant.conversations.incoming import IncomingMessage, Received
from assistant.conversations.models import SuggestedReply
from assistant.customers.tier import Tier
from assistant.database import read_scope, session_scope
from assistant.importing import import_customers, import_operators
from assistant.operators.models import Operator
from channels.app import create_app
from channels.services import Services

DATA = Path(__file__).parents[2] / "data"
PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Hashed once: Argon2 is slow on purpose."""
    return PasswordHash.recommended().hash(PASSWORD)


@pytest.fixture
def services(house: Services, password_hash: str) -> Services:
    """The house with three customers and no article, in which mori and kato can sign in."""
    with session_scope(house.engine) as session:
        import_operators(session, DATA / "operators.jsonl")
        for operator in session.exec(select(Operator)):
            operator.password_hash = password_hash
            session.add(operator)
    import_customers(house.engine, DATA / "customers.jsonl", house.library.embedder, house.clock)
    return house


@pytest.fixture
def app(services: Services) -> FastAPI:
    return create_app(services, work=False)


@dataclass
class Browser:
    """An operator's browser: it keeps cookies and fills in the token of a form."""

    client: TestClient
    csrf: str = ""

    def sign_in(self, login: str = "mori", password: str = PASSWORD, language: str = "ja") -> None:
        self.client.cookies.set("yorisoi_console_language", language, path="/console")
        answer = self.client.post("/console/login", data={"login": login, "password": password})
        assert answer.status_code == 200, answer.text
        self.csrf = answer.text.split('data-csrf="')[1].split('"')[0]

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == status, answer.text[:500]
        return answer.text

    def post(self, path: str, status: int = 200, **fields: object) -> str:
        data = {"csrf": self.csrf} | {name: str(value) for name, value in fields.items()}
        answer = self.client.post(path, data=data, headers={"Accept": "text/html"})
        assert answer.status_code == status, answer.text[:500]
        return answer.text


@pytest.fixture
def open_browser(app: FastAPI) -> Callable[[], Browser]:
    return lambda: Browser(TestClient(app, raise_server_exceptions=True))


@pytest.fixture
def mori(open_browser: Callable[[], Browser]) -> Browser:
    browser = open_browser()
    browser.sign_in("mori")
    return browser


@pytest.fixture
def kato(open_browser: Callable[[], Browser]) -> Browser:
    browser = open_browser()
    browser.sign_in("kato")
    return browser


Write = Callable[..., Received]


@pytest.fixture
def write(services: Services) -> Write:
    """Lets a customer write: write("text", address=…, channel=…, tier=…)."""
    count = iter(range(1, 10_000))

    def receive(text: str, **more: object) -> Received:
        fields: dict[str, object] = {
            "channel": "web_chat", "address": "browser-1", "tier": Tier.ANONYMOUS,
            "language": "ja", "external_id": f"in-{next(count)}", "sent_at": services.clock(),
        }
        return services.inbox.receive(IncomingMessage(text=text, **(fields | more)))  # type: ignore[arg-type]

    return receive


@pytest.fixture
def suggestion(services: Services) -> Callable[[int], SuggestedReply]:
    """The newest suggestion of a conversation, in whatever state."""

    def newest(conversation_id: int) -> SuggestedReply:
        with read_scope(services.engine) as session:
            rows = session.exec(
                select(SuggestedReply).where(SuggestedReply.conversation_id == conversation_id)
            ).all()
            return rows[-1]

    return newest
