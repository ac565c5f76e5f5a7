"""The operators' console as one router."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.staticfiles import StaticFiles

from channels.console.action_routes import ActionRoutes
from channels.console.console import STATIC, Console
from channels.console.customer_routes import CustomerRoutes
from channels.console.health_routes import HealthRoutes
from channels.console.inbox_routes import InboxRoutes
from channels.console.ledger_routes import LedgerRoutes
from channels.console.live import LiveRoutes
from channels.console.quarantine_routes import QuarantineRoutes, TryAgain
from channels.console.regroup_routes import RegroupRoutes
from channels.console.sign_in_routes import SignInRoutes
from channels.services import Services


def console_router(services: Services, try_again: TryAgain) -> APIRouter:
    """Everything below /console; errors of ours are left to the app, which renders them.

    `try_again` reads a held mail once more, as the email door does.
    """
    console = Console(services)
    pages = InboxRoutes(console)
    actions = ActionRoutes(console, pages)
    router = APIRouter(include_in_schema=False)
    for routes in (
        SignInRoutes(console), pages, actions, RegroupRoutes(console, actions),
        CustomerRoutes(console), HealthRoutes(console), LedgerRoutes(console),
        QuarantineRoutes(console, try_again), LiveRoutes(console),
    ):
        router.include_router(routes.router)
    files = StaticFiles(directory=STATIC)

    async def static(request: Request, name: str) -> Response:
        response = await files.get_response(name, request.scope)
        # The scripts name each other without a version, so the browser asks each time.
        response.headers["Cache-Control"] = "no-cache"
        return response

    router.add_api_route("/console/static/{name}", static, methods=["GET"])
    return router
