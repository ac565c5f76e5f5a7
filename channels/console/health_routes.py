"""Knowledge health: what customers miss, what is wrong with the articles, and what to do."""

import threading
from typing import Annotated

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from assistant.database import read_scope, session_scope
from assistant.errors import NotFound
from assistant.insights import repository
from assistant.insights.health import HealthReport, Ranked, told
from channels.console.console import HEADERS, Console, audit, routes
from channels.console.health_contexts import FindingShown, HealthLink, HealthPage
from channels.console.wording import Wording
from knowledge.health.check import KINDS
from knowledge.health.shelf import Place

SPANS = (7, 30, 90)
SHOWN = 100
# Longer than a small library needs; a large one is checked while the page says so.
WAIT_SECONDS = 2.0


class HealthRoutes:
    """The page, and the word of an operator that a finding is right as it is."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._checking: threading.Thread | None = None
        self._starting = threading.Lock()
        self.router = routes()
        self.router.add_api_route("/knowledge", self.page, methods=["GET"])
        self.router.add_api_route("/knowledge/settle", self.settle, methods=["POST"])

    def page(
        self, request: Request,
        days: Annotated[int, Query()] = 30, kind: Annotated[str, Query()] = "",
        settled: Annotated[bool, Query()] = False,
    ) -> Response:
        """The findings, what hit most customers first; of one kind or of all."""
        who = self._console.viewer(request)
        wording = self._console.wording(request, who.operator)
        span = days if days in SPANS else 30
        audit.info("operator %s viewed the health of the knowledge", who.operator.id)
        if not self._is_checked(wording):
            checking = HealthPage(checking=True)
            response = self._console.render("console_health.html", request, who, checking,
                                            "knowledge")
            response.headers["Refresh"] = "2"
            return response
        with read_scope(self._console.services.engine) as session:
            report = self._console.services.health.report(
                session, wording.now, wording.today, span
            )
        shown = _page(wording, report, span, kind if kind in KINDS else "", settled)
        return self._console.render("console_health.html", request, who, shown, "knowledge")

    def settle(
        self, request: Request, key: Annotated[str, Form()], kind: Annotated[str, Form()] = "",
        again: Annotated[bool, Form()] = False, csrf: Annotated[str, Form()] = "",
    ) -> Response:
        """Settles a finding, or takes that back; then the page again."""
        who = self._console.writer(request, csrf)
        services = self._console.services
        with session_scope(services.engine) as session:
            if again:
                repository.unsettle(session, key)
            elif kind not in KINDS or len(key) != len("0" * 16):
                raise NotFound("There is no such finding; load the page again.")
            else:
                repository.settle(session, key, kind, who.operator.id, services.clock())
        audit.info("operator %s settled finding %s (again: %s)", who.operator.id, key[:16], again)
        return RedirectResponse("/console/knowledge", 303, headers=HEADERS)

    def _is_checked(self, wording: Wording) -> bool:
        """Whether the articles are checked by now; if not, somebody is at it."""
        services, today = self._console.services, wording.today

        def check() -> None:
            with read_scope(services.engine) as session:
                services.health.check(session, today)

        with read_scope(services.engine) as session:
            if services.health.is_checked(session, today):
                return True
        with self._starting:
            if self._checking is None or not self._checking.is_alive():
                self._checking = threading.Thread(target=check, daemon=True, name="health")
                self._checking.start()
            running = self._checking
        running.join(WAIT_SECONDS)
        with read_scope(services.engine) as session:
            return services.health.is_checked(session, today)


def _page(
    wording: Wording, report: HealthReport, days: int, kind: str, settled: bool
) -> HealthPage:
    rows = report.findings if settled else report.open
    chosen = [one for one in rows if not kind or one.finding.kind == kind]
    return HealthPage(
        checking=False,
        summary=wording.t(
            "health.summary", articles=report.articles, questions=report.unanswered, days=days
        ),
        spans=tuple(
            HealthLink(wording.t("health.days", n=span), f"/console/knowledge?days={span}",
                       span == days)
            for span in SPANS
        ),
        kinds=tuple(_kinds(wording, rows, days, kind, settled)),
        findings=tuple(_shown(wording, one) for one in chosen[:SHOWN]),
        more=max(0, len(chosen) - SHOWN),
        settled=settled,
        settled_href=f"/console/knowledge?days={days}" + ("" if settled else "&settled=true"),
        settled_count=len(report.findings) - len(report.open),
    )


def _kinds(
    wording: Wording, rows: tuple[Ranked, ...], days: int, chosen: str, settled: bool
) -> list[HealthLink]:
    base = f"/console/knowledge?days={days}" + ("&settled=true" if settled else "")
    links = [HealthLink(wording.t("health.all"), base, not chosen, len(rows))]
    for kind in KINDS:
        count = sum(one.finding.kind == kind for one in rows)
        if count:
            links.append(HealthLink(wording.t(f"finding.{kind}"), f"{base}&kind={kind}",
                                    kind == chosen, count))
    return links


def _shown(wording: Wording, one: Ranked) -> FindingShown:
    found, advice = told(one.finding, wording.language,
                         lambda code: wording.named("language", code))
    return FindingShown(
        key=one.finding.key, kind=one.finding.kind,
        name=wording.t(f"finding.{one.finding.kind}"), urgent=one.finding.urgent,
        settled=one.settled,
        customers=wording.t("health.customers", n=one.customers) if one.customers else "",
        found=found, advice=advice, examples=one.examples[1:],
        places=tuple(_link(place) for place in one.finding.places),
    )


def _link(place: Place) -> HealthLink:
    title = f"{place.title} › {place.heading}" if place.heading else place.title
    anchor = f"#section-{place.position}" if place.position >= 0 else ""
    return HealthLink(title, f"/articles/{place.language}/{place.article_id}{anchor}")
