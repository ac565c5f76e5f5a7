"""The HTTP hook: another program (a mail server's pipe, a provider's webhook) hands us raw mail.

    POST /mail/hook?from=SENDER&to=RECIPIENT     the body is the mail, byte for byte

Whoever calls must know the secret, as `Authorization: Bearer SECRET`, or better, prove it by a
signature that also covers time, envelope and body:

    X-Yorisoi-Timestamp: seconds since 1970
    X-Yorisoi-Signature: hex HMAC-SHA256 of SECRET over TIMESTAMP + "." + QUERY + "." + BODY

200 means stored; after anything else the caller keeps the mail and tries again. The same mail twice
is stored once.
"""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from assistant.settings import Settings
from channels.email.server import Receive

log = logging.getLogger(__name__)
# How far the caller's clock may be from ours; an older call may be a repetition by a stranger.
TOLERANCE = 300.0


class MailHook:
    """The route; `settings.mail_hook_secret` must be set."""

    def __init__(
        self, settings: Settings, receive: Receive, clock: Callable[[], datetime]
    ) -> None:
        self._secret = settings.mail_hook_secret.encode()
        self._max_bytes = settings.mail_max_bytes
        self._receive = receive
        self._clock = clock
        self.router = APIRouter(include_in_schema=False)
        self.router.add_api_route("/mail/hook", self.take, methods=["POST"])

    async def take(self, request: Request) -> JSONResponse:
        """Stores the mail and says what became of it."""
        raw = await self._body(request)
        if raw is None:
            return _problem(413, f"The mail is larger than {self._max_bytes} bytes.")
        if not self._is_allowed(request, raw):
            return _problem(401, "The secret or the signature is not right, or too old.")
        if not raw.strip():
            return _problem(400, "The body must be a mail, byte for byte.")
        query = request.query_params
        try:
            receipt = await asyncio.to_thread(
                self._receive, raw, query.get("from"), query.getlist("to")
            )
        except Exception:  # whatever it was, the mail is still the caller's to keep
            log.exception("a mail could not be stored")
            return _problem(503, "The mail could not be stored; please try again later.")
        return JSONResponse({"decision": receipt.decision, "rule": receipt.rule,
                             "id": receipt.external_id})

    async def _body(self, request: Request) -> bytes | None:
        """The body, or None if it is too large; no more than that is ever held."""
        parts, size = [], 0
        async for part in request.stream():
            size += len(part)
            if size > self._max_bytes:
                return None
            parts.append(part)
        return b"".join(parts)

    def _is_allowed(self, request: Request, raw: bytes) -> bool:
        given = request.headers.get("authorization", "")
        if given[:7].lower() == "bearer ":
            return hmac.compare_digest(given[7:].strip().encode(), self._secret)
        moment = request.headers.get("x-yorisoi-timestamp", "")
        if not moment.isdecimal() or len(moment) > 12:
            return False
        if abs(self._clock().timestamp() - int(moment)) > TOLERANCE:
            return False
        query = request.scope.get("query_string", b"")
        signed = hmac.new(self._secret, moment.encode() + b"." + query + b"." + raw,
                          hashlib.sha256).hexdigest()
        wanted = request.headers.get("x-yorisoi-signature", "")
        return hmac.compare_digest(wanted.lower().encode(), signed.encode())


def _problem(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status)
