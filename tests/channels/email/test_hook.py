"""Raw mail over HTTP: only from somebody who knows the secret."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.settings import Settings
from channels.email.hook import MailHook
from channels.email.receiving import MailReceiver, Receipt

Write = Callable[..., bytes]
SECRET = "a secret of the hook"
BEARER = {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"mail_hook_secret": SECRET, "mail_max_bytes": 5000})


@pytest.fixture
def client(settings: Settings, receiver: MailReceiver, clock: Any) -> TestClient:
    app = FastAPI()
    app.include_router(MailHook(settings, receiver.receive, clock).router)
    return TestClient(app)


def signature(raw: bytes, moment: int, query: str = "", secret: str = SECRET) -> dict[str, str]:
    text = f"{moment}.{query}.".encode() + raw
    return {
        "X-Yorisoi-Timestamp": str(moment),
        "X-Yorisoi-Signature": hmac.new(secret.encode(), text, hashlib.sha256).hexdigest(),
    }


def test_a_mail_is_stored_when_it_is_acknowledged_and_twice_is_once(
    client: TestClient, write: Write, stored: Any
) -> None:
    first = client.post("/mail/hook", content=write(), headers=BEARER)
    assert (first.status_code, first.json()["decision"]) == (200, "received")
    again = client.post("/mail/hook", content=write(), headers=BEARER)
    assert again.json()["decision"] == "duplicate"
    assert len(stored.messages) == 1


def test_a_signature_covers_time_envelope_and_body(
    client: TestClient, write: Write, stored: Any, clock: Any
) -> None:
    raw, query = write(), "from=a@mail.example&to=support@harunowa.example"
    good = signature(raw, int(clock().timestamp()), query)
    assert client.post(f"/mail/hook?{query}", content=raw, headers=good).status_code == 200
    assert stored.messages[0].details["mail"]["envelope_to"] == ["support@harunowa.example"]
    other = query.replace("a@", "b@")
    assert client.post(f"/mail/hook?{other}", content=raw, headers=good).status_code == 401
    assert client.post(f"/mail/hook?{query}", content=raw + b"x", headers=good).status_code == 401
    clock.forward(minutes=6)
    assert client.post(f"/mail/hook?{query}", content=raw, headers=good).status_code == 401


@pytest.mark.parametrize("headers", [
    {}, {"Authorization": "Bearer "}, {"Authorization": "Bearer wrong"},
    {"Authorization": f"Basic {SECRET}"}, {"X-Yorisoi-Timestamp": "x", "X-Yorisoi-Signature": "y"},
    signature(b"x", 1795400000, secret="another secret"),
])
def test_whoever_does_not_know_the_secret_is_refused(
    client: TestClient, write: Write, stored: Any, headers: dict[str, str]
) -> None:
    assert client.post("/mail/hook", content=write(), headers=headers).status_code == 401
    assert stored.messages == []


def test_an_empty_envelope_sender_reaches_the_screening(
    client: TestClient, write: Write, stored: Any
) -> None:
    answer = client.post("/mail/hook?from=", content=write(), headers=BEARER)
    assert answer.json()["rule"] == "null_return_path"


def test_what_is_too_large_or_empty_is_refused_in_one_sentence(
    client: TestClient, write: Write
) -> None:
    large = client.post("/mail/hook", content=write("長い" * 2000), headers=BEARER)
    assert (large.status_code, "5000 bytes" in large.json()["error"]) == (413, True)
    assert client.post("/mail/hook", content=b" \r\n", headers=BEARER).status_code == 400


def test_a_storing_failure_leaves_the_mail_with_the_caller(
    settings: Settings, write: Write, clock: Any
) -> None:
    def failing(*_: object) -> Receipt:
        raise OSError("the disk is full")

    app = FastAPI()
    app.include_router(MailHook(settings, failing, clock).router)
    assert TestClient(app).post("/mail/hook", content=write(), headers=BEARER).status_code == 503
