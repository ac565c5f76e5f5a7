"""The mail ledger: what was decided about each mail, and by which rule."""

from fastapi import Request
from fastapi.responses import Response

from assistant.conversations import repository
from assistant.conversations.models import LedgerEntry
from assistant.database import read_scope
from channels.console.console import Console, audit, routes
from channels.console.contexts import LedgerPage, LedgerRow
from channels.console.wording import Wording

SHOWN = 200


class LedgerRoutes:
    """Where operators find out what became of a mail."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.router = routes()
        self.router.add_api_route("/ledger", self.ledger, methods=["GET"])

    def ledger(self, request: Request) -> Response:
        """The newest decisions."""
        who = self._console.viewer(request)
        wording = self._console.wording(request, who.operator)
        with read_scope(self._console.services.engine) as session:
            entries = repository.ledger(session, "email", SHOWN)
        audit.info("operator %s viewed the ledger", who.operator.id)
        page = LedgerPage([_row(wording, entry) for entry in entries])
        return self._console.render("console_ledger.html", request, who, page, "ledger")


def _row(wording: Wording, entry: LedgerEntry) -> LedgerRow:
    number = entry.conversation_id
    return LedgerRow(
        at=wording.stamp(entry.at),
        moment=entry.at.isoformat(),
        direction=wording.named("direction", entry.direction),
        address=entry.address,
        decision=wording.named("decision", entry.decision),
        rule=wording.named("rule", entry.rule),
        href=f"/console/conversations/{number}?queue=all" if number else "",
    )
