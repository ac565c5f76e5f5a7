"""Sending: takes what the outbox holds for this channel and hands it to an SMTP server."""

import asyncio
import logging

from assistant.company import Company
from assistant.conversations.inbox import Inbox
from assistant.conversations.ledger import Decision
from assistant.conversations.limits import Candidate, body_digest, caps
from assistant.conversations.outgoing import Outgoing
from assistant.events import Hub
from assistant.settings import Settings
from channels.email.addresses import organisation_of, redacted, same_mailbox
from channels.email.composing import ComposedMail, compose
from channels.email.letterhead import Letterhead
from channels.email.relay import NotSent, PerhapsSent, SmtpRelay, Withdrawn

log = logging.getLogger(__name__)
CHANNEL = "email"


class EmailSender:
    """Sends until it is stopped; what fails is tried again later by the outbox."""

    def __init__(self, inbox: Inbox, hub: Hub, settings: Settings, company: Company) -> None:
        self._inbox = inbox
        self._hub = hub
        self._relay = SmtpRelay(settings)
        self._letterhead = Letterhead(settings, company)
        self._caps = caps(settings)
        self._is_stopping = False

    async def run(self) -> None:
        """Sends what is due, then waits for a change, until it is stopped."""
        async for _ in self._hub.changes():
            try:
                sent = False
                while not self._is_stopping and await self.send_next():
                    sent = True
                if sent:
                    await asyncio.to_thread(self._relay.quit)
            except Exception:  # the database is away: look again at the next change
                log.exception("the outbox could not be read")
            if self._is_stopping:
                return

    def stop(self) -> None:
        """Ends after the mail in hand: one cut off between the relay's 250 and our own record
        of it would be shown as perhaps sent."""
        self._is_stopping = True
        self._hub.changed()

    async def send_next(self) -> bool:
        """Sends the oldest message that is due; False if there is none."""
        return await asyncio.to_thread(self.send_one)

    def send_one(self) -> bool:
        """The same, in the thread that calls."""
        outgoing = self._inbox.next_outgoing(CHANNEL)
        if outgoing is None:
            return False
        try:
            mail = compose(outgoing, self._letterhead)
        except (ValueError, UnicodeError) as error:
            self._given_up(outgoing, "not_composed", f"The mail cannot be written: {error}")
            return True
        counts: dict[str, str] = {}
        if outgoing.automatic:
            permission = self._inbox.may_send(outgoing, _candidate(outgoing), self._caps)
            if not permission.granted:
                log.warning("mail to %s held: %s", redacted(outgoing.address), permission.rule)
                return True
            counts = dict(permission.counts)
        self._send(outgoing, mail, counts)
        return True

    def _send(self, outgoing: Outgoing, mail: ComposedMail, counts: dict[str, str]) -> None:
        try:
            answer = self._relay.transmit(mail, lambda: self._inbox.hand_over(outgoing))
        except Withdrawn:
            # The switch has been turned, or another process has the claim: it is decided anew.
            self._inbox.put_back(outgoing)
        except PerhapsSent as error:
            self._given_up(outgoing, "unknown_whether_sent", error.sentence)
        except NotSent as error:
            self._failed(outgoing, error)
        else:
            rule = "automatic" if outgoing.automatic else "operator"
            self._inbox.sent(outgoing, Decision(
                "sent", rule, {"attempt": outgoing.attempt, "answer": answer, **counts}
            ))
            log.info("mail to %s sent", redacted(outgoing.address))

    def _failed(self, outgoing: Outgoing, error: NotSent) -> None:
        rule = "refused_by_server" if error.permanent else "tried_too_often"
        given_up = self._inbox.failed(
            outgoing, error.sentence, permanent=error.permanent,
            decision=_failure(outgoing, rule, error.sentence),
        )
        log.warning("mail to %s %s: %s", redacted(outgoing.address),
                    "given up" if given_up else "not sent yet", error.sentence)

    def _given_up(self, outgoing: Outgoing, rule: str, sentence: str) -> None:
        self._inbox.failed(outgoing, sentence, permanent=True,
                           decision=_failure(outgoing, rule, sentence))
        log.warning("mail to %s given up: %s", redacted(outgoing.address), rule)


def _candidate(outgoing: Outgoing) -> Candidate:
    return Candidate(
        external_id=outgoing.external_id,
        conversation_id=outgoing.conversation_id,
        address=same_mailbox(outgoing.address),
        domain=organisation_of(outgoing.address),
        body=body_digest(outgoing.answered_text),
    )


def _failure(outgoing: Outgoing, rule: str, sentence: str) -> Decision:
    return Decision("failed", rule, {"attempt": outgoing.attempt, "answer": sentence})
