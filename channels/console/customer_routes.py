"""Customers: the search, the whole story of one, and the ToDos that we owe them."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import JSONResponse, Response
from sqlmodel import Session

from assistant.customers import health
from assistant.customers import repository as customers
from assistant.customers.models import Customer
from assistant.database import read_scope
from assistant.errors import YorisoiError
from assistant.operators.models import Operator
from assistant.todos import repository as todos
from channels.console.acting import Act, done, number, perform, wants_data
from channels.console.console import HEADERS, Console, Id, audit, routes
from channels.console.contexts import Found, SearchPage
from channels.console.story_view import story_shown
from channels.console.wording import Wording

Text = Annotated[str, Form()]


class CustomerRoutes:
    """Where operators look up a person."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.router = routes()
        self.router.add_api_route("/customers", self.search, methods=["GET"])
        self.router.add_api_route("/customers/{customer_id}", self.customer, methods=["GET"])
        self.router.add_api_route("/customers/{customer_id}/todos", self.add_todo,
                                  methods=["POST"])
        self.router.add_api_route("/customers/{customer_id}/todos/{todo_id}/tick", self.tick_todo,
                                  methods=["POST"])
        self.router.add_api_route("/customers/{customer_id}/addresses/{point_id}/lift",
                                  self.lift, methods=["POST"])

    def search(self, request: Request, q: str = "") -> Response:
        """Customers whose name or number contains the text."""
        who = self._console.viewer(request)
        wording = self._console.wording(request, who.operator)
        asked = q.strip()[:100]
        with read_scope(self._console.services.engine) as session:
            found = customers.search_by_name(session, asked) if asked else ()
        audit.info("operator %s searched customers (%s found)", who.operator.id, len(found))
        page = SearchPage(asked, [_found(wording, one) for one in found])
        return self._console.render("console_customers.html", request, who, page, "customers")

    def customer(self, request: Request, customer_id: Id) -> Response:
        """The customer's whole story."""
        who = self._console.viewer(request)
        services = self._console.services
        with read_scope(services.engine) as session:
            page = story_shown(session, self._console.wording(request, who.operator),
                               services.catalogue, customer_id)
        audit.info("operator %s viewed customer %s", who.operator.id, customer_id)
        return self._console.render("console_customer.html", request, who, page, "customers")

    def add_todo(
        self, request: Request, customer_id: Id, csrf: Text = "", title: Text = "",
        due_on: Text = "", conversation_id: Text = "",
    ) -> Response:
        """Adds a ToDo for the customer; it is the operator's own."""
        within = number(conversation_id)

        def add(session: Session, operator: Operator, now: datetime) -> None:
            wording = self._console.wording(request, operator)
            customers.customer(session, customer_id)
            if not 0 < len(title.strip()) <= todos.LONGEST_TITLE:
                raise YorisoiError(wording.t("problem.todo_title"))
            todos.add(session, customer_id, title, now, due_on=_day(wording, due_on),
                      assignee_id=operator.id, conversation_id=within)

        return self._act(request, csrf, customer_id, within, "added a ToDo", add)

    def tick_todo(
        self, request: Request, customer_id: Id, todo_id: Id, csrf: Text = "",
        conversation_id: Text = "",
    ) -> Response:
        """The ToDo is done."""
        return self._act(
            request, csrf, customer_id, number(conversation_id), "ticked a ToDo",
            lambda session, operator, now: todos.tick(session, customer_id, todo_id),
        )

    def lift(
        self, request: Request, customer_id: Id, point_id: Id, csrf: Text = "",
        conversation_id: Text = "",
    ) -> Response:
        """Mail may be sent to the address again, although it came back."""
        return self._act(
            request, csrf, customer_id, number(conversation_id), "allowed mail to an address",
            lambda session, operator, now: health.lift(
                session, customers.contact_point_of(session, customer_id, point_id)),
        )

    def _act(
        self, request: Request, csrf: str, customer_id: int, within: int | None, deed: str,
        act: Act,
    ) -> Response:
        who, refusal = perform(self._console, request, csrf, act)
        if refusal is None:
            page = f"/console/conversations/{within}" if within else (
                f"/console/customers/{customer_id}"
            )
            return done(request, who, f"{deed} of customer {customer_id}", page)
        if wants_data(request):
            problem = self._console.wording(request, who.operator).error(refusal)
            return JSONResponse({"problem": problem}, refusal.status_code, headers=HEADERS)
        raise refusal


def _found(wording: Wording, customer: Customer) -> Found:
    return Found(
        href=f"/console/customers/{customer.id}",
        name=customer.name or wording.t("customer.guest", id=customer.id),
        number=customer.external_id or "",
        status=wording.named("choice", customer.status),
        language=wording.named("language", customer.language),
    )


def _day(wording: Wording, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise YorisoiError(wording.t("problem.day")) from error
