"""The SMTP and LMTP door: a mail is acknowledged only after it is stored."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from assistant.errors import BadConfiguration
from assistant.settings import Settings
from channels.email.certificate import Certificate
from channels.email.dkim_check import DkimCheck
from channels.email.headers import domain_of
from channels.email.identity import authserv_id
from channels.email.receiving import Receipt
from channels.email.server_address import is_loopback

log = logging.getLogger(__name__)
# aiosmtpd warns of its own use of an old attribute at every sign-in.
logging.getLogger("mail.log").addFilter(
    lambda record: "login_data is deprecated" not in record.getMessage()
)

# (raw, envelope sender, envelope recipients) → Receipt, in a thread; raising means: not stored.
Receive = Callable[[bytes, str | None, list[str]], Receipt]
# (login, password) → the address that may be written from, or None.
Credentials = Callable[[str, str], str | None]

NOT_STORED = "451 4.3.0 The mail could not be stored; please try again later"
SECONDS_OF_SILENCE = 60.0
MOST_RECIPIENTS = 100


def nobody(_login: str, _password: str) -> str | None:
    """Credentials of a server at which nobody can sign in."""
    return None


class MailServer:
    """Listens at `settings.mail_listen` in the running event loop."""

    def __init__(
        self, settings: Settings, receive: Receive, own_address: str,
        credentials: Credentials = nobody, dkim: DkimCheck | None = None,
    ) -> None:
        self._settings = settings
        self._receive = receive
        self._own_domain = domain_of(own_address)
        self._credentials = credentials
        self._dkim = dkim or _dkim(settings)
        self._certificate = Certificate(settings.mail_certificate, settings.mail_key) \
            if settings.mail_certificate else None
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port that it listens at, once it has started."""
        if self._server is None:
            raise RuntimeError("The mail server has not been started.")
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Begins to listen; raises BadConfiguration if the address cannot be used."""
        host, _, port = self._settings.mail_listen.rpartition(":")
        host = host.strip("[]") or "127.0.0.1"
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                lambda: self._protocol(host, loop), host, int(port)
            )
        except OSError as error:
            raise BadConfiguration(
                f"YORISOI_MAIL_LISTEN cannot be used: {self._settings.mail_listen} "
                f"({error.strerror or error}); choose another port."
            ) from error

    async def stop(self) -> None:
        """Takes no more mail."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def _protocol(self, host: str, loop: asyncio.AbstractEventLoop) -> SMTP:
        is_lmtp = self._settings.mail_protocol == "lmtp"
        # A password may only travel without TLS where nobody can listen.
        may_sign_in = is_loopback(host) and self._credentials is not nobody and not is_lmtp
        return (LMTP if is_lmtp else SMTP)(
            MailDoor(self._settings, self._receive, self._own_domain, self._dkim),
            data_size_limit=self._settings.mail_max_bytes,
            hostname=self._settings.mail_trusted_server or self._own_domain or "localhost",
            ident="Yorisoi",
            timeout=SECONDS_OF_SILENCE,
            tls_context=self._certificate.context if self._certificate else None,
            auth_require_tls=not may_sign_in,
            authenticator=self._sign_in if may_sign_in else None,
            loop=loop,
        )

    def _sign_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str,
        given: Any,
    ) -> AuthResult:
        address = None
        if isinstance(given, LoginPassword):
            login = given.login.decode("utf-8", "replace")
            address = self._credentials(login, given.password.decode("utf-8", "replace"))
        return AuthResult(success=address is not None, handled=False, auth_data=address)


class MailDoor:
    """What aiosmtpd asks at each step of one connection."""

    def __init__(
        self, settings: Settings, receive: Receive, own_domain: str, dkim: DkimCheck | None
    ) -> None:
        self._dkim = dkim
        self._authserv_id = settings.mail_trusted_server
        self._is_lmtp = settings.mail_protocol == "lmtp"
        self._own_domain = own_domain if settings.mail_address else ""
        self._receive = receive

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str,
        _options: list[str],
    ) -> str:
        """Takes mail for our own domain only: this is no relay."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        # Behind LMTP stands a mail server that has chosen already.
        if not self._is_lmtp and self._own_domain and domain_of(address) != self._own_domain:
            return "550 5.7.1 This server takes no mail for that domain"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        """250 once the mail is stored, 451 if it could not be, so that the sender keeps it."""
        sender = (envelope.mail_from or "").strip("<>")
        try:
            # Whether a signature is good, another server has to be asked: not in this loop.
            raw = await asyncio.to_thread(self._checked, envelope.original_content or b"", session)
            receipt = await asyncio.to_thread(self._receive, raw, sender, envelope.rcpt_tos)
        except Exception:  # whatever it was, the mail is still the sender's to keep
            log.exception("a mail could not be stored")
            answer = NOT_STORED
        else:
            answer = f"250 2.0.0 {receipt.decision}"
        # LMTP answers once for each recipient (RFC 2033 section 4.2).
        return "\r\n".join([answer] * (len(envelope.rcpt_tos) if self._is_lmtp else 1))

    def _checked(self, raw: bytes, session: Session) -> bytes:
        # Behind LMTP the results are those of the mail server in front of us, which strips its own.
        if self._is_lmtp or not self._authserv_id:
            return raw
        raw = without_results_of(raw, self._authserv_id)
        found = []
        if session.authenticated and session.auth_data:
            found.append(f"auth=pass smtp.auth={session.auth_data}")
        if self._dkim is not None:
            found.append(self._dkim.results(raw))
        if not found:
            return raw
        stamp = f"Authentication-Results: {self._authserv_id}; {'; '.join(found)}\r\n"
        return stamp.encode() + raw


def without_results_of(raw: bytes, server: str) -> bytes:
    """The mail without any Authentication-Results that claims to be this server's: only we may
    say what we found out (RFC 8601 section 5)."""
    kept: list[bytes] = []
    lines = raw.splitlines(keepends=True)
    position = 0
    while position < len(lines) and lines[position].strip(b"\r\n"):
        end = position + 1
        while end < len(lines) and lines[end][:1] in (b" ", b"\t"):
            end += 1
        name, _, value = b"".join(lines[position:end]).partition(b":")
        claims = value.decode("utf-8", "replace").replace("\r", " ").replace("\n", " ")
        if not (name.strip().lower() == b"authentication-results"
                and authserv_id(claims) == server.lower()):
            kept += lines[position:end]
        position = end
    return b"".join(kept + lines[position:])


def _dkim(settings: Settings) -> DkimCheck | None:
    if not settings.mail_verify_dkim:
        return None
    if not settings.mail_trusted_server:
        raise BadConfiguration(
            "YORISOI_MAIL_VERIFY_DKIM needs YORISOI_MAIL_TRUSTED_SERVER: the name under which this "
            "door writes down what it has found, such as mail.example.com."
        )
    return DkimCheck()
