"""What the email tests share: mails that we wrote, an inbox without a house, a mail server."""

import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import EmailMessage
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from assistant.company import Company, load_company
from assistant.conversations.inbox import Inbox
from assistant.conversations.models import Conversation, LedgerEntry, Message
from assistant.customers.models import ContactPoint, Customer
from assistant.database import session_scope
from assistant.events import Hub
from assistant.quarantine.models import HeldMail
from assistant.settings import Settings
from channels.email.receiving import MailReceiver
from tests.channels.email.dovecot import Dovecot, program

MAILS = Path(__file__).parent / "mails"
SUPPORT = "support@harunowa.example"
SERVER = "mail.harunowa.example"
ROOT = Path(__file__).parents[3]


class Write(Protocol):
    def __call__(self, text: str = ..., **fields: str) -> bytes: ...


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """A real IMAP server with one mailbox; skips where the package is not installed."""
    if program() is None:
        pytest.skip("Dovecot is not installed (Debian: apt-get install dovecot-imapd)")
    server = Dovecot()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def mail_file() -> Callable[[str], bytes]:
    return lambda name: (MAILS / f"{name}.eml").read_bytes()


@pytest.fixture
def write() -> Write:
    """A plain mail of ours; fields by name with _ for -, an empty one is left out."""

    def written(text: str = "トリミングの料金を教えてください。", **fields: str) -> bytes:
        mail = EmailMessage()
        given = {
            "From": "misaki.sato@mail.example", "To": SUPPORT, "Subject": "料金について",
            "Date": "Mon, 23 Nov 2026 11:00:00 +0900", "Message-ID": "<one@mail.example>",
        } | {name.replace("_", "-"): value for name, value in fields.items()}
        for name, value in given.items():
            if value:
                mail[name] = value
        mail.set_content(text)
        return mail.as_bytes()

    return written


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={
        "mail_address": SUPPORT, "mail_trusted_server": SERVER, "mail_listen": "127.0.0.1:0",
    })


@pytest.fixture
def company(settings: Settings) -> Company:
    return load_company(settings.company_folder)


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def inbox(database: Engine, hub: Hub, clock: Callable[[], datetime]) -> Inbox:
    return Inbox(database, hub, clock, burst_seconds=0.0, language="ja")


@pytest.fixture
def receiver(
    inbox: Inbox, settings: Settings, company: Company, clock: Callable[[], datetime]
) -> MailReceiver:
    return MailReceiver(inbox, settings, company, clock)


@pytest.fixture
def known_customer(database: Engine, clock: Callable[[], datetime]) -> str:
    """A customer whose address has been verified."""
    with session_scope(database) as session:
        customer = Customer(name="佐藤 美咲", status="member", created_at=clock())
        session.add(customer)
        session.flush()
        session.add(ContactPoint(customer_id=customer.id or 0, channel="email",
                                 address="misaki.sato@mail.example", verified_at=clock()))
    return "misaki.sato@mail.example"


class Stored:
    """What the database holds now."""

    def __init__(self, database: Engine) -> None:
        self._database = database

    def _all(self, kind: Any) -> list[Any]:
        with Session(self._database) as session:
            return list(session.exec(select(kind).order_by(kind.id)).all())

    @property
    def messages(self) -> list[Message]:
        return self._all(Message)

    @property
    def conversations(self) -> list[Conversation]:
        return self._all(Conversation)

    @property
    def held(self) -> list[HeldMail]:
        return self._all(HeldMail)

    @property
    def contact_points(self) -> list[ContactPoint]:
        return self._all(ContactPoint)

    @property
    def ledger(self) -> list[LedgerEntry]:
        return self._all(LedgerEntry)


@pytest.fixture
def stored(database: Engine) -> Stored:
    return Stored(database)


@pytest.fixture
def shared_data() -> Iterator[Path]:
    """The folder of public corpora beside the repository, or the one that the environment names."""
    folder = Path(os.environ.get("YORISOI_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there; name the corpora's folder in YORISOI_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def script() -> Callable[[str], ModuleType]:
    """Loads a script of the repository by its path, which is no package's module."""

    def loaded(path: str) -> ModuleType:
        file = ROOT / path
        name = f"script_{file.stem}"
        if name not in sys.modules:
            specification = spec_from_file_location(name, file)
            assert specification is not None
            assert specification.loader is not None
            sys.modules[name] = module_from_spec(specification)
            specification.loader.exec_module(sys.modules[name])
        return sys.modules[name]

    return loaded
