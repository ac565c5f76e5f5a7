"""Who speaks in a chat: visitor tokens of ours, and identities signed by the company's site."""

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

LONGEST_TOKEN = 2_000
LONGEST_NUMBER = 200
_VISITOR = re.compile(r"[0-9a-f]{32}")


class BadIdentity(Exception):
    """A signed identity cannot be believed; `reason` is forged, expired or other_visitor."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Visitor:
    """A browser that we have met: its random id, and the token that proves the id is ours."""

    id: str
    token: str


def new_visitor(secret: str) -> Visitor:
    """A visitor whom nobody has been before (128 random bits)."""
    visitor_id = secrets.token_hex(16)
    return Visitor(visitor_id, f"{visitor_id}.{_mac(secret, f'visitor:{visitor_id}')}")


def known_visitor(token: str, secret: str) -> Visitor | None:
    """The visitor of this token, or None if the token is not one of ours."""
    visitor_id, _, mac = token.partition(".")
    if not _VISITOR.fullmatch(visitor_id):
        return None
    return Visitor(visitor_id, token) if _same(mac, _mac(secret, f"visitor:{visitor_id}")) else None


def sign_identity(
    external_id: str, secret: str, expires: datetime, visitor_id: str | None = None
) -> str:
    """The token with which a company's server says who is signed in on its site."""
    claims: dict[str, Any] = {"sub": external_id, "exp": int(expires.timestamp())}
    if visitor_id is not None:
        claims["visitor"] = visitor_id
    data = json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode()
    payload = base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
    return f"{payload}.{_mac(secret, payload)}"


def verified_number(token: str, secret: str, now: datetime, visitor_id: str) -> str:
    """The customer's number that the company's site has signed; raises BadIdentity."""
    payload, _, mac = token.rpartition(".")
    if len(token) > LONGEST_TOKEN or not _same(mac, _mac(secret, payload)):
        raise BadIdentity("forged")
    claims = _claims(payload)
    number, expires = claims.get("sub"), claims.get("exp")
    if not isinstance(number, str) or not 0 < len(number) <= LONGEST_NUMBER:
        raise BadIdentity("forged")
    if isinstance(expires, bool) or not isinstance(expires, int | float):
        raise BadIdentity("forged")
    if expires <= now.timestamp():
        raise BadIdentity("expired")
    if claims.get("visitor", visitor_id) != visitor_id:
        raise BadIdentity("other_visitor")
    return number


def thread_key(secret: str, address: str) -> str:
    """A short name for a conversation that tells nobody whose it is."""
    return _mac(secret, f"thread:{address}")[:16]


def _claims(payload: str) -> dict[str, Any]:
    try:
        padded = payload + "=" * (-len(payload) % 4)
        claims = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise BadIdentity("forged") from error
    if not isinstance(claims, dict):
        raise BadIdentity("forged")
    return claims


def _mac(secret: str, text: str) -> str:
    # A lone surrogate cannot be encoded; replaced, it only makes a signature that fits nothing.
    return hmac.new(secret.encode(), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())
