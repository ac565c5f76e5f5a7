"""The mail ledger: what was decided about each mail, by which rule; and the switch."""

from datetime import datetime
from typing import Annotated

from fastapi import Form, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from assistant.conversations import limits
from assistant.database import read_scope
from assistant.errors import YorisoiError
from assistant.operators.models import Operator, Role
from channels.console.acting import done, perform
from channels.console.console import LARGEST, Console, audit, routes
from channels.console.ledger_view import Asked, ledger_page

Short = Annotated[str, Query(max_length=200)]
Text = Annotated[str, Form()]


class LedgerRoutes:
    """Where operators find out what became of a mail."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.router = routes()
        self.router.add_api_route("/ledger", self.ledger, methods=["GET"])
        self.router.add_api_route("/mail/switch", self.switch, methods=["POST"])

    def ledger(
        self, request: Request, direction: Short = "", decision: Short = "", address: Short = "",
        since: Short = "", until: Short = "",
        before: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
    ) -> Response:
        """A page of decisions, the newest first."""
        who = self._console.viewer(request)
        services = self._console.services
        asked = Asked(direction, decision, address, since, until, before)
        with read_scope(services.engine) as session:
            page = ledger_page(
                session, self._console.wording(request, who.operator), who.operator, asked,
                services.company.time_zone, services.settings.mail_automatic == "never",
            )
        audit.info("operator %s viewed the ledger", who.operator.id)
        return self._console.render("console_ledger.html", request, who, page, "ledger")

    def switch(self, request: Request, csrf: Text = "", on: Text = "") -> Response:
        """Turns automatic mail on or off, at once and for every process."""
        wanted = on == "1"

        def turn(session: Session, operator: Operator, now: datetime) -> None:
            if operator.role != Role.ADMINISTRATOR:
                raise YorisoiError(self._console.wording(request, operator).t("switch.refused"))
            limits.set_switch(session, wanted, operator.id or 0, now)

        who, refusal = perform(self._console, request, csrf, turn)
        if refusal is not None:
            raise refusal
        return done(request, who, f"turned automatic mail {'on' if wanted else 'off'}",
                    "/console/ledger")
