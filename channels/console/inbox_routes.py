"""The inbox and a conversation: whole pages, and the fragments that keep them fresh."""

import hashlib
from functools import partial
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from assistant.conversations import repository
from assistant.database import read_scope
from assistant.operators.sign_in import SignedIn
from channels.console.console import Console, Id, audit, routes
from channels.console.contexts import Editor, Inbox, OpenConversation, Workplace
from channels.console.conversation_view import Similar, conversation
from channels.console.inbox_view import address, inbox
from channels.console.story_contexts import StoryShown
from channels.console.story_view import story_shown
from channels.console.wording import Wording

Page = Annotated[int, Query(ge=1, le=10_000)]


class InboxRoutes:
    """Where operators read."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.router = routes()
        self.router.add_api_route("", self.inbox, methods=["GET"])
        self.router.add_api_route("/conversations/{conversation_id}", self.conversation,
                                  methods=["GET"])
        self.router.add_api_route("/fragments/inbox", self.inbox_fragment, methods=["GET"])
        self.router.add_api_route("/fragments/conversations/{conversation_id}",
                                  self.conversation_fragment, methods=["GET"])

    def inbox(self, request: Request, queue: str = "waiting", page: Page = 1) -> Response:
        """The queues, with nothing chosen."""
        who = self._console.viewer(request)
        with read_scope(self._console.services.engine) as session:
            left = inbox(session, self._console.wording(request, who.operator),
                         who.operator.id or 0, queue, page, None)
        return self._console.render("console_inbox.html", request, who, Workplace(left), "inbox")

    def conversation(
        self, request: Request, conversation_id: Id, queue: str = "waiting", page: Page = 1,
        older: bool = False, use: int = 0,
    ) -> Response:
        """One conversation in its queue, beside the customer's story."""
        who = self._console.viewer(request)
        audit.info("operator %s viewed conversation %s", who.operator.id, conversation_id)
        with read_scope(self._console.services.engine) as session:
            joined = repository.conversation(session, conversation_id).joined_into_id
        if joined:
            # An old link leads to where the messages are now.
            return RedirectResponse(address(f"/console/conversations/{joined}", queue), 303)
        return self.workplace(request, who, conversation_id, queue, page, older=older, use=use)

    def workplace(
        self, request: Request, who: SignedIn, conversation_id: int, queue: str, page: int = 1,
        *, older: bool = False, use: int = 0, editor: Editor | None = None, status: int = 200,
    ) -> Response:
        """The whole page; `editor` says what stands in the editor, else the kept draft does."""
        wording = self._console.wording(request, who.operator)
        operator_id = who.operator.id or 0
        with read_scope(self._console.services.engine) as session:
            workplace = Workplace(
                inbox(session, wording, operator_id, queue, page, conversation_id),
                conversation(session, wording, operator_id, conversation_id, queue, older=older,
                             similar=self._similar(session, who, conversation_id)),
                self._story(session, wording, conversation_id),
                editor or _editor(session, operator_id, conversation_id, use),
            )
        return self._console.render("console_inbox.html", request, who, workplace, "inbox", status)

    def inbox_fragment(
        self, request: Request, queue: str = "waiting", page: Page = 1, selected: int | None = None
    ) -> Response:
        """The left column alone."""
        who = self._console.who(request)
        with read_scope(self._console.services.engine) as session:
            left = inbox(session, self._console.wording(request, who.operator),
                         who.operator.id or 0, queue, page, selected)
        return self._fragment("console_inbox_fragment.html", request, who, left)

    def conversation_fragment(
        self, request: Request, conversation_id: Id, queue: str = "waiting", older: bool = False
    ) -> Response:
        """The regions of a conversation that may change while somebody writes."""
        who = self._console.who(request)
        wording = self._console.wording(request, who.operator)
        with read_scope(self._console.services.engine) as session:
            open_now = OpenConversation(
                conversation(session, wording, who.operator.id or 0, conversation_id, queue,
                             older=older, similar=self._similar(session, who, conversation_id)),
                self._story(session, wording, conversation_id),
            )
        return self._fragment("console_conversation_fragment.html", request, who, open_now)

    def _similar(self, session: Session, who: SignedIn, conversation_id: int) -> Similar:
        return partial(self._console.services.cases.similar, session, who.operator,
                       except_conversation=conversation_id)

    def _story(self, session: Session, wording: Wording, conversation_id: int) -> StoryShown:
        row = repository.conversation(session, conversation_id)
        return story_shown(session, wording, self._console.services.catalogue, row.customer_id,
                           conversation_id)

    def _fragment(
        self, template: str, request: Request, who: SignedIn, page: Inbox | OpenConversation
    ) -> Response:
        rendered = self._console.render(template, request, who, page, "inbox")
        tag = f'"{hashlib.sha256(rendered.body).hexdigest()[:20]}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        rendered.headers["ETag"] = tag
        return rendered


def _editor(session: Session, operator_id: int, conversation_id: int, use: int) -> Editor:
    """The kept draft; the suggestion's text where the operator has chosen to use it."""
    kept = repository.open_suggestion(session, conversation_id) if use else None
    if kept is not None and kept.id == use:
        return Editor(text=kept.text, suggestion_id=str(use))
    draft = repository.draft(session, conversation_id, operator_id)
    return Editor(text=draft.text if draft else "")
