"""The sample customers' mailboxes of the demo: a mail server of their own, inside this process."""

import asyncio
import hashlib
import secrets
import socket
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr

import aiosmtplib
from aiosmtpd.smtp import SMTP, Envelope, Session

from assistant.errors import NotFound, YorisoiError
from assistant.settings import Settings
from channels.email.parsing import CannotParse, ParsedMail, parse
from channels.email.receiving import write_whole

LONGEST_TEXT = 10_000
RECEIVED, SENT = "received", "sent"


@dataclass(frozen=True)
class Owner:
    """A sample customer who has a mailbox."""

    name: str
    address: str
    language: str


@dataclass(frozen=True)
class KeptMail:
    """A mail in one of the mailboxes; `direction` as its owner sees it."""

    direction: str
    mail: ParsedMail
    at: datetime
    is_proven: bool

    @property
    def is_automatic(self) -> bool:
        """Whether it says that a program wrote it."""
        return self.mail.first("Auto-Submitted") not in ("", "no")


def free_port() -> int:
    """A port on this machine that nobody listens at now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class DemoMailboxes:
    """Keeps the owners' mails in a folder, takes mail for them by SMTP, and writes as them.

    The same Message-ID delivered again takes the place of the first.
    """

    def __init__(
        self, settings: Settings, owners: Sequence[Owner], support_address: str,
        clock: Callable[[], datetime],
    ) -> None:
        self.owners = {owner.address.lower(): owner for owner in owners}
        self.support_address = support_address
        self._settings = settings
        self._folder = settings.home / "demo-mailboxes"
        self._clock = clock
        self._password = secrets.token_urlsafe(24)
        self._kept: dict[str, dict[str, KeptMail]] = {address: {} for address in self.owners}
        self._server: asyncio.Server | None = None
        self._load()

    def credentials(self, login: str, password: str) -> str | None:
        """Our SMTP door asks this: the owners may sign in with what only this process knows."""
        is_right = secrets.compare_digest(password.encode(), self._password.encode())
        return login.lower() if is_right and login.lower() in self.owners else None

    async def start(self) -> None:
        """Begins to take mail at the port of `settings.smtp_url`."""
        host, port = _host_and_port(self._settings.smtp_url.rpartition("/")[2])
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(_Sink(self), hostname="demo.example", ident="Demo mailboxes", loop=loop),
            host, port,
        )

    async def stop(self) -> None:
        """Takes no more mail."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def owner(self, address: str) -> Owner:
        """Whose mailbox this is; raises NotFound."""
        found = self.owners.get(address.lower())
        if found is None:
            raise NotFound(f"There is no mailbox of {address}.")
        return found

    def mails(self, address: str) -> list[KeptMail]:
        """All mails of a mailbox, newest last."""
        return sorted(self._kept[self.owner(address).address.lower()].values(),
                      key=lambda kept: (kept.at, kept.direction == RECEIVED))

    def version(self, address: str) -> str:
        """Changes whenever the mailbox does."""
        keys = sorted(self._kept[self.owner(address).address.lower()])
        return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16]

    async def write(
        self, address: str, subject: str, text: str, *, answers: str = "", proven: bool = True
    ) -> None:
        """Sends a mail to the support address through the real mail door, and keeps it.

        Without proof nobody signs in, as with a forged sender. Raises YorisoiError if the text
        is not fit to be sent or the door does not take it.
        """
        if not text.strip():
            raise YorisoiError("The text is empty; write something first.")
        if len(text) > LONGEST_TEXT:
            raise YorisoiError(f"The text may be {LONGEST_TEXT} characters long; shorten it.")
        owner = self.owner(address)
        mail = self._mail(owner, subject, text, answers)
        await self._submit(owner, mail.as_bytes(), proven=proven, envelope_from=owner.address)

    async def send_absence(self, address: str, subject: str, text: str) -> None:
        """Sends what a mail program writes by itself while its owner is away."""
        owner = self.owner(address)
        last = next((kept.mail for kept in reversed(self.mails(address))
                     if kept.direction == RECEIVED), None)
        mail = self._mail(owner, subject, text, last.message_id if last else "")
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
        await self._submit(owner, mail.as_bytes(), proven=True, envelope_from="")

    async def send_report(self, address: str, raw: bytes) -> None:
        """Sends what a mail system writes about this mailbox."""
        await self._submit(self.owner(address), raw, proven=False, envelope_from="")

    def keep(self, address: str, raw: bytes, direction: str, *, proven: bool = True) -> None:
        """Keeps a mail; one with the same Message-ID is replaced."""
        mail = parse(raw)
        if isinstance(mail, CannotParse):
            return
        key = hashlib.sha256(mail.message_id.encode() or raw).hexdigest()[:32]
        name = f"{direction}-{'proven' if proven else 'unproven'}-{key}.eml"
        write_whole(self._folder / address.lower() / name, raw)
        self._add(address.lower(), key, mail, direction, proven)

    def _add(
        self, address: str, key: str, mail: ParsedMail, direction: str, proven: bool
    ) -> None:
        self._kept[address][key] = KeptMail(direction, mail, mail.date or self._clock(), proven)

    def _load(self) -> None:
        for path in self._folder.glob("*/*.eml"):
            mail = parse(path.read_bytes())
            direction, proof, key = [*path.stem.split("-"), "", ""][:3]
            if path.parent.name in self._kept and not isinstance(mail, CannotParse):
                self._add(path.parent.name, key, mail, direction, proof == "proven")

    def _mail(self, owner: Owner, subject: str, text: str, answers: str) -> MIMEText:
        mail = MIMEText(text.replace("\r\n", "\n"), "plain", "utf-8")
        mail["From"] = formataddr((owner.name, owner.address), "utf-8")
        mail["To"] = self.support_address
        one_line = " ".join(subject.split())[:200]
        mail["Subject"] = Header(one_line, "utf-8", header_name="Subject").encode()
        mail["Date"] = format_datetime(self._clock())
        mail["Message-ID"] = f"<{uuid.uuid4().hex}@{owner.address.rpartition('@')[2]}>"
        known = [kept.mail.message_id for kept in self.mails(owner.address)]
        if answers in known:
            mail["In-Reply-To"] = mail["References"] = f"<{answers}>"
        return mail

    async def _submit(
        self, owner: Owner, raw: bytes, *, proven: bool, envelope_from: str
    ) -> None:
        host, port = _host_and_port(self._settings.mail_listen)
        client = aiosmtplib.SMTP(
            hostname=host, port=port, start_tls=False, timeout=15,
            username=owner.address if proven else None,
            password=self._password if proven else None,
        )
        try:
            async with client:
                await client.sendmail(envelope_from, [self.support_address], raw)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise YorisoiError(
                "The mail door cannot take the mail now; please try again in a moment."
            ) from error
        self.keep(owner.address, raw, SENT, proven=proven)


class _Sink:
    """Takes mail for the owners, and for nobody else."""

    def __init__(self, mailboxes: DemoMailboxes) -> None:
        self._mailboxes = mailboxes

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str,
        _options: list[str],
    ) -> str:
        if address.lower() not in self._mailboxes.owners:
            return "550 5.1.1 There is no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        for address in envelope.rcpt_tos:
            self._mailboxes.keep(address, content, RECEIVED)
        return "250 2.0.0 Kept"


def _host_and_port(value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    return host or "127.0.0.1", int(port)
