"""Splitting and joining conversations, and undoing either; every deed is in the audit log."""

from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from assistant.conversations import regroup
from assistant.operators.models import Operator
from channels.console.action_routes import ActionRoutes
from channels.console.console import LARGEST, Console, Id, routes

Text = Annotated[str, Form()]
Number = Annotated[int, Form(ge=1, le=LARGEST)]


class RegroupRoutes:
    """Where operators put right which messages belong together."""

    def __init__(self, console: Console, actions: ActionRoutes) -> None:
        self._console = console
        self._actions = actions
        self.router = routes()
        for name, endpoint in (("split", self.split), ("join", self.join), ("undo", self.undo)):
            self.router.add_api_route(f"/conversations/{{conversation_id}}/{name}", endpoint,
                                      methods=["POST"])

    def split(
        self, request: Request, conversation_id: Id, sequence: Number, csrf: Text = "",
        following: Text = "", queue: Text = "waiting",
    ) -> Response:
        """Moves a message into a conversation of its own."""
        def act(session: Session, operator: Operator, now: datetime) -> None:
            regroup.split(session, conversation_id, sequence, operator, now,
                          with_following=following == "1", reason=self._reason(request, operator))

        deed = f"split off message {sequence}{' and what follows' if following == '1' else ''}"
        return self._actions.act(request, csrf, conversation_id, queue, deed, act)

    def join(
        self, request: Request, conversation_id: Id, other: Number, csrf: Text = "",
        queue: Text = "waiting",
    ) -> Response:
        """Moves the messages of another conversation into this one."""
        def act(session: Session, operator: Operator, now: datetime) -> None:
            regroup.join(session, conversation_id, other, operator, now,
                         reason=self._reason(request, operator))

        return self._actions.act(request, csrf, conversation_id, queue,
                                 f"joined conversation {other}", act)

    def undo(
        self, request: Request, conversation_id: Id, regrouping: Number, csrf: Text = "",
        queue: Text = "waiting",
    ) -> Response:
        """Puts the messages back."""
        def act(session: Session, operator: Operator, now: datetime) -> None:
            regroup.undo(session, regrouping, operator, now)

        return self._actions.act(request, csrf, conversation_id, queue,
                                 f"undid regrouping {regrouping}", act)

    def _reason(self, request: Request, operator: Operator) -> str:
        wording = self._console.wording(request, operator)
        return wording.t("handoff.regrouped", name=operator.name)
