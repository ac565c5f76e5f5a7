"""The email door as the application runs it: servers in, sender out, each if it is set."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from assistant.company import Company
from assistant.conversations.confirm import Confirmations
from assistant.conversations.inbox import Inbox
from assistant.conversations.mailboxes import MailboxStates
from assistant.events import Hub
from assistant.settings import Settings
from channels.email.addresses import ourselves
from channels.email.confirm_pages import ConfirmPages
from channels.email.fetching import MailFetcher, mailboxes
from channels.email.hook import MailHook
from channels.email.receiving import MailReceiver
from channels.email.sending import EmailSender
from channels.email.server import Credentials, MailServer, nobody

log = logging.getLogger(__name__)
# How long a mail in hand may take to be sent when the application ends.
PATIENCE = 10.0


class EmailChannel:
    """SMTP or LMTP if `mail_listen` is set, IMAP if `imap_url` is, sending if `smtp_url` is; as web
    pages the confirmation of a sender and, if `mail_hook_secret` is set, the hook for raw mail."""

    def __init__(
        self, inbox: Inbox, settings: Settings, company: Company, hub: Hub,
        clock: Callable[[], datetime], states: MailboxStates, confirmations: Confirmations,
        credentials: Credentials = nobody,
    ) -> None:
        self.receiver = receiver = MailReceiver(inbox, settings, company, clock)
        own_address = ourselves(settings, company).address
        self.server = MailServer(settings, receiver.receive, own_address, credentials) \
            if settings.mail_listen else None
        self._fetchers = [
            MailFetcher(address, folder, settings, receiver, states, clock)
            for address, folder in mailboxes(settings)
        ]
        self._sender = EmailSender(inbox, hub, settings, company) \
            if settings.smtp_url else None
        self._sending: asyncio.Task[None] | None = None
        self._trying_again: asyncio.Task[None] | None = None
        self.routers = [ConfirmPages(confirmations, company).router]
        if settings.mail_hook_secret:
            self.routers.append(MailHook(settings, receiver.receive, clock).router)

    async def start(self) -> None:
        """Begins to receive and to send; raises BadConfiguration if it cannot listen."""
        if self.server is not None:
            await self.server.start()
        for fetcher in self._fetchers:
            fetcher.start()
        if self._sender is not None:
            self._sending = asyncio.create_task(self._sender.run(), name="email-sender")
        self._trying_again = asyncio.create_task(self._try_held_again(), name="held-mails")

    async def _try_held_again(self) -> None:
        """After an upgrade, what an older version could not read may be readable."""
        try:
            count = await asyncio.to_thread(self.receiver.try_all_again)
        except Exception:  # they stay held, and the next start tries again
            log.exception("held mails could not be tried again")
        else:
            if count:
                log.info("%s held mails could be read now", count)

    async def stop(self) -> None:
        """Ends; a mail that is being stored is stored, one not yet sent stays in the outbox."""
        if self.server is not None:
            await self.server.stop()
        await asyncio.gather(*(asyncio.to_thread(one.stop) for one in self._fetchers))
        if self._trying_again is not None:
            await asyncio.wait([self._trying_again], timeout=PATIENCE)
        if self._sender is not None and self._sending is not None:
            self._sender.stop()
            _, unfinished = await asyncio.wait([self._sending], timeout=PATIENCE)
            for task in unfinished:
                task.cancel()
            self._sending = None
