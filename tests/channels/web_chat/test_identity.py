"""Visitor tokens and signed identities."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import channels.web_chat
from channels.web_chat.identity import (
    BadIdentity,
    known_visitor,
    new_visitor,
    sign_identity,
    thread_key,
    verified_number,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)


def signed_claims(claims: object, secret: str = "secret") -> str:
    payload = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    mac = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).hexdigest()
    return f"{payload}.{mac}"


def test_a_visitor_is_known_again_by_the_token() -> None:
    visitor = new_visitor("secret")
    assert known_visitor(visitor.token, "secret") == visitor


def test_every_visitor_is_another() -> None:
    assert new_visitor("secret").id != new_visitor("secret").id


@pytest.mark.parametrize("token", [
    "", ".", "abc", "0" * 32, f"{'0' * 32}.", f"{'0' * 32}.{'0' * 64}", "\ud800.x",
    f"signed:C-1:{'0' * 32}.x",
])
def test_a_made_up_visitor_token_is_nobody(token: str) -> None:
    assert known_visitor(token, "secret") is None


def test_a_visitor_token_of_another_secret_is_nobody() -> None:
    assert known_visitor(new_visitor("other").token, "secret") is None


def test_a_signed_identity_names_the_customer() -> None:
    token = sign_identity("C-0001", "secret", LATER)
    assert verified_number(token, "secret", NOW, "visitor") == "C-0001"


def test_a_number_in_japanese_survives() -> None:
    token = sign_identity("会員-1", "secret", LATER)
    assert verified_number(token, "secret", NOW, "visitor") == "会員-1"


def test_the_token_that_the_readme_makes_is_believed() -> None:
    readme = Path(channels.web_chat.__path__[0], "README.md").read_text(encoding="utf-8")
    example: dict[str, Any] = {}
    exec(readme.partition("```python\n")[2].partition("```")[0], example)
    token = example["identity"]("C-0001", "secret")
    assert verified_number(token, "secret", datetime.now(UTC), "visitor") == "C-0001"


def test_an_identity_of_another_secret_is_forged() -> None:
    assert refusal(sign_identity("C-0001", "guess", LATER)) == "forged"


def test_another_number_under_an_old_signature_is_forged() -> None:
    mac = sign_identity("C-0001", "secret", LATER).rpartition(".")[2]
    payload = sign_identity("C-0002", "secret", LATER).rpartition(".")[0]
    assert refusal(f"{payload}.{mac}") == "forged"


def test_an_identity_ends_when_it_says() -> None:
    assert refusal(sign_identity("C-0001", "secret", NOW)) == "expired"


def test_an_identity_bound_to_a_browser_holds_there_only() -> None:
    token = sign_identity("C-0001", "secret", LATER, visitor_id="mine")
    assert verified_number(token, "secret", NOW, "mine") == "C-0001"
    assert refusal(token) == "other_visitor"


@pytest.mark.parametrize("claims", [
    {}, [], "C-0001", None, {"sub": "C-0001"}, {"sub": "", "exp": 9e9}, {"sub": 1, "exp": 9e9},
    {"sub": "C-0001", "exp": True}, {"sub": "C-0001", "exp": "9e9"}, {"sub": "x" * 201, "exp": 9e9},
])
def test_claims_that_make_no_sense_are_refused_though_signed(claims: object) -> None:
    assert refusal(signed_claims(claims)) == "forged"


@pytest.mark.parametrize("token", ["", ".", "a.b.c", "é.é", "\ud800", "x" * 5_000])
def test_what_is_no_token_is_refused(token: str) -> None:
    assert refusal(token) == "forged"


def test_a_thread_key_does_not_show_the_address() -> None:
    key = thread_key("secret", "signed:C-0001:abc")
    assert "C-0001" not in key
    assert key != thread_key("secret", "signed:C-0002:abc")


def refusal(token: str) -> str:
    with pytest.raises(BadIdentity) as caught:
        verified_number(token, "secret", NOW, "visitor")
    return caught.value.reason
