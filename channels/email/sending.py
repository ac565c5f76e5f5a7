"""Sending: takes what the outbox holds for this channel and hands it to an SMTP server."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

import aiosmtplib

from assistant.company import Company
from assistant.conversations.inbox import Inbox
from assistant.conversations.outgoing import Outgoing
from assistant.errors import BadConfiguration
from assistant.events import Hub
from assistant.settings import Settings
from channels.email.addresses import ourselves, redacted
from channels.email.composing import ComposedMail, compose

log = logging.getLogger(__name__)
CHANNEL = "email"
TIMEOUT = 30.0
CAP_PERIOD = timedelta(hours=1)
# More automatic replies than this in an hour is two programs writing to each other.
MOST_TO_ADDRESS = 20
MOST_IN_CONVERSATION = 10


@dataclass(frozen=True)
class Relay:
    """The SMTP server that takes our mail; shown without the password."""

    host: str
    port: int
    login: str
    password: str
    encrypted: bool

    def __repr__(self) -> str:
        return f"{self.host}:{self.port}"


def relay(url: str) -> Relay:
    """What smtp://[login:password@]host:port or smtps://… says; raises BadConfiguration."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or port == -1:
        raise BadConfiguration(
            "YORISOI_SMTP_URL must be smtp://[LOGIN:PASSWORD@]HOST:PORT or smtps://…."
        )
    encrypted = parts.scheme == "smtps"
    return Relay(parts.hostname, port or (465 if encrypted else 587),
                 unquote(parts.username or ""), unquote(parts.password or ""), encrypted)


class EmailSender:
    """Sends until it is stopped; what fails is tried again later by the outbox."""

    def __init__(
        self, inbox: Inbox, hub: Hub, settings: Settings, company: Company,
        clock: Callable[[], datetime],
    ) -> None:
        self._inbox = inbox
        self._hub = hub
        self._clock = clock
        self._relay = relay(settings.smtp_url)
        self._names: Mapping[str, str] = company.name
        self._ourselves = ourselves(settings, company)
        self._is_stopping = False

    async def run(self) -> None:
        """Sends what is due, then waits for a change, until it is stopped."""
        async for _ in self._hub.changes():
            try:
                while not self._is_stopping and await self.send_next():
                    pass
            except Exception:  # the database is away: look again at the next change
                log.exception("the outbox could not be read")
            if self._is_stopping:
                return

    def stop(self) -> None:
        """Ends after the mail in hand: one cut off between the relay's 250 and our own record
        of it would be sent twice."""
        self._is_stopping = True
        self._hub.changed()

    async def send_next(self) -> bool:
        """Sends the oldest message that is due; False if there is none."""
        outgoing = await asyncio.to_thread(self._inbox.next_outgoing, CHANNEL)
        if outgoing is None:
            return False
        over = await asyncio.to_thread(self._over_a_cap, outgoing)
        if over:
            await self._given_up(outgoing, over, f"Too many automatic replies within an hour "
                                 f"({over}); a person should look at this conversation.")
            return True
        try:
            mail = compose(outgoing, self._ourselves, self._name(outgoing.language))
        except (ValueError, UnicodeError) as error:
            await self._given_up(outgoing, "not_composed", f"The mail cannot be written: {error}")
            return True
        await self._send(outgoing, mail)
        return True

    async def _send(self, outgoing: Outgoing, mail: ComposedMail) -> None:
        try:
            await self._transmit(mail)
        except aiosmtplib.SMTPAuthenticationError as error:
            # The mail is good; our password is not.
            await self._failed(outgoing, f"The mail server refuses our sign-in ({error.code}).")
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = error.recipients[0]
            await self._refused(outgoing, refused.code, refused.message)
        except aiosmtplib.SMTPResponseException as error:
            await self._refused(outgoing, error.code, error.message)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            await self._failed(outgoing, f"The mail server {self._relay!r} cannot be reached "
                               f"({type(error).__name__}).")
        except ValueError as error:
            await self._given_up(outgoing, "bad_address", f"The address cannot be used: {error}")
        else:
            await asyncio.to_thread(self._inbox.sent, outgoing)
            await self._record(outgoing, "sent", "automatic" if outgoing.automatic else "operator")
            log.info("mail to %s sent", redacted(outgoing.address))

    async def _transmit(self, mail: ComposedMail) -> None:
        at = self._relay
        # start_tls=None: encrypted where the server offers it.
        client = aiosmtplib.SMTP(
            hostname=at.host, port=at.port, use_tls=at.encrypted,
            start_tls=False if at.encrypted else None, timeout=TIMEOUT,
            username=at.login or None, password=at.password or None,
        )
        async with client:
            await client.sendmail(mail.envelope_from, [mail.envelope_to], mail.raw)

    def _over_a_cap(self, outgoing: Outgoing) -> str:
        if not outgoing.automatic:
            return ""
        since = self._clock() - CAP_PERIOD
        if self._inbox.automatic_sent(
            CHANNEL, since, conversation_id=outgoing.conversation_id
        ) >= MOST_IN_CONVERSATION:
            return "cap_of_conversation"
        if self._inbox.automatic_sent(
            CHANNEL, since, address=outgoing.address
        ) >= MOST_TO_ADDRESS:
            return "cap_of_address"
        return ""

    def _name(self, language: str) -> str:
        return self._names.get(language) or next(iter(self._names.values()), "")

    async def _refused(self, outgoing: Outgoing, code: int, message: str) -> None:
        sentence = f"The mail server answered {code} {message}"
        if 500 <= code < 600:
            await self._given_up(outgoing, "refused_by_server", sentence)
        else:
            await self._failed(outgoing, sentence)

    async def _failed(self, outgoing: Outgoing, sentence: str) -> None:
        await asyncio.to_thread(self._inbox.failed, outgoing, sentence)
        log.warning("mail to %s not sent yet: %s", redacted(outgoing.address), sentence)

    async def _given_up(self, outgoing: Outgoing, rule: str, sentence: str) -> None:
        await asyncio.to_thread(
            lambda: self._inbox.failed(outgoing, sentence, permanent=True)
        )
        await self._record(outgoing, "failed", rule, sentence)
        log.warning("mail to %s given up: %s", redacted(outgoing.address), rule)

    async def _record(
        self, outgoing: Outgoing, decision: str, rule: str, sentence: str = ""
    ) -> None:
        await asyncio.to_thread(
            self._inbox.record, CHANNEL, outgoing.external_id, "outgoing", outgoing.address,
            decision, rule, {"attempt": outgoing.attempt, "answer": sentence},
            outgoing.conversation_id,
        )
