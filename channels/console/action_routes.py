"""What operators do: each route is one action of `operate`, for our script and for plain forms."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import JSONResponse, Response
from sqlmodel import Session

from assistant.conversations import operate, repository
from assistant.database import session_scope
from assistant.errors import NotFound, Refused, YorisoiError
from assistant.operators.models import Operator
from assistant.operators.sign_in import SignedIn
from channels.console.acting import Act, done, number, perform, wants_data
from channels.console.console import HEADERS, LARGEST, Console, Id, audit, routes
from channels.console.contexts import Editor
from channels.console.inbox_routes import InboxRoutes
from channels.console.inbox_view import address

Text = Annotated[str, Form()]
Number = Annotated[int, Form(ge=0, le=LARGEST)]


class ActionRoutes:
    """Where operators write. A refusal keeps what was written."""

    def __init__(self, console: Console, pages: InboxRoutes) -> None:
        self._console = console
        self._pages = pages
        self.router = routes()
        deeds: dict[str, Callable[..., Response]] = {
            "send": self.send, "note": self.note, "draft": self.draft,
            "suggestion/send": self.send_suggestion, "suggestion/reject": self.reject,
            "take_over": self.take_over, "assign": self.take_over, "give_back": self.give_back,
            "resolve": self.resolve,
        }
        for name, endpoint in deeds.items():
            self.router.add_api_route(f"/conversations/{{conversation_id}}/{name}", endpoint,
                                      methods=["POST"])

    def send(
        self, request: Request, conversation_id: Id, csrf: Text = "", text: Text = "",
        seen: Number = 0, suggestion_id: Text = "", queue: Text = "waiting",
    ) -> Response:
        """Sends the operator's text unless something new has come."""
        def answer(session: Session, operator: Operator, now: datetime) -> None:
            self._check(request, operator, text)
            operate.answer(session, conversation_id, operator, text, seen, now,
                           suggestion_id=number(suggestion_id))

        return self.act(request, csrf, conversation_id, queue, "sent a reply", answer,
                         text=text, suggestion_id=suggestion_id)

    def send_suggestion(
        self, request: Request, conversation_id: Id, csrf: Text = "", suggestion_id: Number = 0,
        seen: Number = 0, queue: Text = "waiting",
    ) -> Response:
        """Sends the suggested reply as it is."""
        def answer(session: Session, operator: Operator, now: datetime) -> None:
            kept = repository.open_suggestion(session, conversation_id)
            if kept is None or kept.id != suggestion_id:
                raise Refused("This suggestion is out of date; look at the newer one.")
            operate.answer(session, conversation_id, operator, kept.text, seen, now,
                           suggestion_id=suggestion_id)

        return self.act(request, csrf, conversation_id, queue, "sent a suggestion", answer)

    def reject(
        self, request: Request, conversation_id: Id, csrf: Text = "", suggestion_id: Number = 0,
        queue: Text = "waiting",
    ) -> Response:
        """The operator does not want the suggestion."""
        return self.act(
            request, csrf, conversation_id, queue, "rejected a suggestion",
            lambda session, operator, now: operate.reject_suggestion(
                session, conversation_id, suggestion_id
            ),
        )

    def note(
        self, request: Request, conversation_id: Id, csrf: Text = "", text: Text = "",
        queue: Text = "waiting",
    ) -> Response:
        """Stores a private note, and the editor is empty again."""
        def write(session: Session, operator: Operator, now: datetime) -> None:
            self._check(request, operator, text)
            operate.note(session, conversation_id, operator, text, now)
            operate.keep_draft(session, conversation_id, operator, "", now)

        return self.act(request, csrf, conversation_id, queue, "wrote a note", write,
                         text=text)

    def draft(
        self, request: Request, conversation_id: Id, csrf: Text = "", text: Text = ""
    ) -> Response:
        """Keeps what stands in the editor."""
        who = self._console.writer(request, csrf)
        services = self._console.services
        with session_scope(services.engine) as session:
            repository.conversation(session, conversation_id)
            operate.keep_draft(session, conversation_id, who.operator, text, services.clock())
        return JSONResponse({"kept": True}, headers=HEADERS)

    def take_over(
        self, request: Request, conversation_id: Id, csrf: Text = "", queue: Text = "waiting"
    ) -> Response:
        """The conversation becomes the operator's, and the assistant falls silent."""
        def take(session: Session, operator: Operator, now: datetime) -> None:
            reason = self._console.wording(request, operator).t("handoff.taken", name=operator.name)
            operate.take_over(session, conversation_id, operator, reason)

        return self.act(request, csrf, conversation_id, queue, "took over", take)

    def give_back(
        self, request: Request, conversation_id: Id, csrf: Text = "", queue: Text = "waiting"
    ) -> Response:
        """The assistant answers again."""
        return self.act(
            request, csrf, conversation_id, queue, "gave back",
            lambda session, operator, now: operate.give_back(session, conversation_id),
        )

    def resolve(
        self, request: Request, conversation_id: Id, csrf: Text = "", queue: Text = "waiting"
    ) -> Response:
        """The matter is settled."""
        return self.act(
            request, csrf, conversation_id, queue, "resolved",
            lambda session, operator, now: operate.resolve(session, conversation_id, now),
        )

    def act(
        self, request: Request, csrf: str, conversation_id: int, queue: str, deed: str, act: Act,
        *, text: str | None = None, suggestion_id: str = "",
    ) -> Response:
        """Does it and leads back to the conversation; a refusal is shown there in words."""
        who, refusal = perform(self._console, request, csrf, act)
        subject = f"conversation {conversation_id}"
        if refusal is None:
            return done(request, who, f"{deed} in {subject}",
                        address(f"/console/conversations/{conversation_id}", queue))
        problem = self._console.wording(request, who.operator).error(refusal)
        audit.info("operator %s was refused in %s", who.operator.id, subject)
        if text is not None and text.strip():
            self._keep(conversation_id, who, text)
        if wants_data(request):
            return JSONResponse({"problem": problem}, refusal.status_code, headers=HEADERS)
        if isinstance(refusal, NotFound):
            raise refusal
        editor = None if text is None else Editor(text, suggestion_id, problem)
        return self._pages.workplace(request, who, conversation_id, queue,
                                     editor=editor or Editor(problem=problem),
                                     status=refusal.status_code)

    def _check(self, request: Request, operator: Operator, text: str) -> None:
        wording = self._console.wording(request, operator)
        if not text.strip():
            raise YorisoiError(wording.t("problem.empty"))
        if len(text) > operate.LONGEST_TEXT:
            raise YorisoiError(wording.t("problem.long", most=operate.LONGEST_TEXT))

    def _keep(self, conversation_id: int, who: SignedIn, text: str) -> None:
        """What was refused stays in the draft."""
        services = self._console.services
        with session_scope(services.engine) as session:
            operate.keep_draft(session, conversation_id, who.operator, text, services.clock())
