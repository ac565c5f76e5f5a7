"""The quarantine: mails that could not become messages, and what people do with them."""

from collections.abc import Callable
from typing import Annotated, Protocol

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from assistant.database import read_scope
from assistant.errors import NotFound, Refused
from assistant.operators.models import Role
from assistant.quarantine import repository
from assistant.quarantine.models import Held, HeldMail
from channels.console.acting import done, perform
from channels.console.console import HEADERS, Console, Id, audit, routes
from channels.console.contexts import HeldRow, QuarantinePage
from channels.console.mail_view import size_shown
from channels.console.wording import Wording

Text = Annotated[str, Form()]
PAGE = "/console/quarantine"
OUTCOMES = frozenset({"received", "duplicate", "ignored", "quarantined", "dismissed"})


class Decided(Protocol):
    """What became of a mail, as the email door tells it."""

    @property
    def decision(self) -> str:
        """received, duplicate, ignored or quarantined."""


class TryAgain(Protocol):
    """Reads a held mail once more; `believe` says that a person has looked at it."""

    def __call__(self, mail_id: int, *, believe: bool = False) -> Decided:
        """Raises NotFound."""


class QuarantineRoutes:
    """Where operators see held mails. Only administrators see all of their bytes."""

    def __init__(self, console: Console, try_again: TryAgain) -> None:
        self._console = console
        self._try_again = try_again
        self.router = routes()
        self.router.add_api_route("/quarantine", self.quarantine, methods=["GET"])
        self.router.add_api_route("/quarantine/{mail_id}.eml", self.download, methods=["GET"])
        deeds: dict[str, Callable[..., Response]] = {
            "again": self.again, "dismiss": self.dismiss,
        }
        for name, endpoint in deeds.items():
            self.router.add_api_route(f"/quarantine/{{mail_id}}/{name}", endpoint,
                                      methods=["POST"])

    def quarantine(self, request: Request, said: str = "") -> Response:
        """The mails that wait for a decision."""
        who = self._console.viewer(request)
        wording = self._console.wording(request, who.operator)
        with read_scope(self._console.services.engine) as session:
            rows = [_row(wording, mail) for mail in repository.waiting(session)]
            count = repository.count_waiting(session)
        audit.info("operator %s viewed the quarantine", who.operator.id)
        outcome = wording.t(f"quarantine.said.{said}") if said in OUTCOMES else ""
        page = QuarantinePage(rows, count, who.operator.role == Role.ADMINISTRATOR, outcome)
        return self._console.render("console_quarantine.html", request, who, page, "quarantine")

    def download(self, request: Request, mail_id: Id) -> Response:
        """All bytes of a held mail, as a file; raises Refused for all but administrators."""
        who = self._console.viewer(request)
        if who.operator.role != Role.ADMINISTRATOR:
            audit.info("operator %s was refused held mail %s", who.operator.id, mail_id)
            raise Refused("Only administrators may download held mails; ask one of them.")
        with read_scope(self._console.services.engine) as session:
            mail = repository.held(session, mail_id)
            raw = mail.raw
        if not raw:
            raise NotFound(f"The bytes of held mail {mail_id} have been let go.")
        audit.info("operator %s downloaded held mail %s", who.operator.id, mail_id)
        # Never shown by the browser: nobody knows what these bytes hold.
        return Response(raw, media_type="application/octet-stream", headers=HEADERS | {
            "Content-Disposition": f'attachment; filename="held-{mail_id}.eml"',
        })

    def again(self, request: Request, mail_id: Id, csrf: Text = "") -> Response:
        """Reads the mail once more; a person has looked at it, so it counts as no spam."""
        who = self._console.writer(request, csrf)
        decided = self._try_again(mail_id, believe=True)
        audit.info("operator %s tried held mail %s again: %s", who.operator.id, mail_id,
                   decided.decision)
        self._console.services.hub.changed()
        return RedirectResponse(f"{PAGE}?said={decided.decision}", 303, headers=HEADERS)

    def dismiss(self, request: Request, mail_id: Id, csrf: Text = "") -> Response:
        """Nobody needs the mail; its bytes are kept for a while."""
        who, refusal = perform(
            self._console, request, csrf,
            lambda session, operator, now: repository.settle(
                session, repository.held(session, mail_id), Held.DISMISSED, now, operator.id),
        )
        if refusal is not None:
            raise refusal
        return done(request, who, f"dismissed held mail {mail_id}", f"{PAGE}?said=dismissed")


def _row(wording: Wording, mail: HeldMail) -> HeldRow:
    return HeldRow(
        id=mail.id or 0,
        at=wording.stamp(mail.at),
        moment=mail.at.isoformat(),
        sender=mail.sender or mail.envelope_from or wording.t("quarantine.nobody"),
        subject=mail.subject or wording.t("quarantine.no_subject"),
        reason=wording.named("rule", mail.reason),
        detail=wording.named("held", mail.detail) if mail.detail else "",
        size=size_shown(mail.size),
        attempts=mail.attempts,
        again=wording.t("quarantine.deliver" if mail.reason == "spam" else "quarantine.again"),
    )

