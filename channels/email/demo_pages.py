"""The demo's pages for the sample customers' mailboxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Header, Query
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from assistant.company import Company
from assistant.errors import YorisoiError
from channels.email.composing import REPLY_MARK, safe_html
from channels.email.demo_mailboxes import LONGEST_TEXT, RECEIVED, SENT, DemoMailboxes, KeptMail
from channels.email.demo_reports import delivery_report, unreadable_mail
from channels.pages.rendering import LANGUAGES, Pages, language_for
from prompts.wording import stamp

ROOM = Path(__file__).parent
ROOT = "/demo/mail"
Language = Annotated[str, Query(alias="lang")]
Accepted = Annotated[str, Header(alias="Accept-Language")]
Text = Annotated[str, Form()]


@dataclass(frozen=True)
class MailRow:
    """One mail as the page shows it."""

    id: str
    direction: str
    subject: str
    html: str
    at: str
    moment: str
    is_automatic: bool
    is_proven: bool


@dataclass(frozen=True)
class BoxRow:
    """One mailbox in the list."""

    name: str
    address: str
    count: int
    newest: str
    href: str


@dataclass(frozen=True)
class ListPage:
    """What the list shows."""

    boxes: Sequence[BoxRow]
    support_address: str


@dataclass(frozen=True)
class BoxPage:
    """What one mailbox shows. `answers` is the newest received mail, empty if there is none."""

    name: str
    address: str
    support_address: str
    mails: Sequence[MailRow]
    version: str
    is_waiting: bool
    answers: str
    answer_subject: str
    longest_text: int


class DemoPages:
    """The routes: the list, one mailbox, and what its owner may do."""

    def __init__(self, mailboxes: DemoMailboxes, company: Company) -> None:
        self._mailboxes = mailboxes
        self._company = company
        self._pages = Pages(ROOM)
        self.router = APIRouter()
        add = self.router.add_api_route
        add("/static/mailboxes.css", lambda: _file("mailboxes.css", "text/css"))
        add("/static/mailboxes.js", lambda: _file("mailboxes.js", "text/javascript"))
        add(ROOT, self.boxes, response_class=HTMLResponse)
        add(f"{ROOT}/{{address}}", self.box, response_class=HTMLResponse)
        add(f"{ROOT}/{{address}}/state", self.state)
        add(f"{ROOT}/{{address}}/write", self.write, methods=["POST"])
        add(f"{ROOT}/{{address}}/absence", self.absence, methods=["POST"])
        add(f"{ROOT}/{{address}}/report", self.report, methods=["POST"])
        add(f"{ROOT}/{{address}}/unreadable", self.unreadable, methods=["POST"])

    def boxes(self, lang: Language = "", accepted: Accepted = "") -> str:
        """The list of mailboxes."""
        language = self._language(lang, accepted)
        rows = []
        for owner in self._mailboxes.owners.values():
            mails = self._mailboxes.mails(owner.address)
            newest = mails[-1].mail.subject if mails else ""
            rows.append(BoxRow(owner.name, owner.address, len(mails), newest,
                               _href(owner.address, language)))
        page = ListPage(rows, self._mailboxes.support_address)
        return self._pages.render("mailboxes.html", language, path=ROOT, **vars(page))

    def box(self, address: str, lang: Language = "", accepted: Accepted = "") -> str:
        """One mailbox with its mails, newest last."""
        owner = self._mailboxes.owner(address)
        language = self._language(lang, accepted)
        mails = self._mailboxes.mails(address)
        answered = next((kept.mail for kept in reversed(mails) if kept.direction == RECEIVED), None)
        page = BoxPage(
            name=owner.name,
            address=owner.address,
            support_address=self._mailboxes.support_address,
            mails=[self._row(kept, language) for kept in mails],
            version=self._mailboxes.version(address),
            is_waiting=bool(mails) and mails[-1].direction == SENT and not mails[-1].is_automatic,
            answers=answered.message_id if answered else "",
            answer_subject=_answer_subject(answered.subject) if answered else "",
            longest_text=LONGEST_TEXT,
        )
        return self._pages.render("mailbox.html", language, path=f"{ROOT}/{owner.address}",
                                  root=ROOT, **vars(page))

    def state(self, address: str) -> dict[str, str]:
        """Changes when a mail comes or goes."""
        return {"version": self._mailboxes.version(address)}

    async def write(
        self, address: str, text: Text = "", subject: Text = "", answers: Text = "",
        unproven: Text = "", lang: Language = "",
    ) -> RedirectResponse:
        """Sends a mail as the owner of this mailbox."""
        await self._mailboxes.write(address, subject, text, answers=answers, proven=not unproven)
        return RedirectResponse(_href(address, lang), status_code=303)

    async def absence(self, address: str, lang: Language = "") -> RedirectResponse:
        """Sends what the owner's mail program would send while they are away."""
        words = self._pages.words(self._mailboxes.owner(address).language)
        mails = self._mailboxes.mails(address)
        about = mails[-1].mail.subject if mails else words["mail.no_subject"]
        await self._mailboxes.send_absence(
            address, words["mail.absence_subject"].format(subject=about),
            words["mail.absence_text"],
        )
        return RedirectResponse(_href(address, lang), status_code=303)

    async def report(self, address: str, lang: Language = "") -> RedirectResponse:
        """Sends the newest answer back, as a mail system does that knows no such mailbox."""
        mails = self._mailboxes.mails(address)
        newest = next((kept for kept in reversed(mails) if kept.direction == RECEIVED), None)
        if newest is None:
            raise YorisoiError("There is no answer yet to send back; write a mail first.")
        await self._mailboxes.send_report(address, delivery_report(
            newest, address, self._mailboxes.support_address))
        return RedirectResponse(_href(address, lang), status_code=303)

    async def unreadable(self, address: str, lang: Language = "") -> RedirectResponse:
        """Sends a mail that cannot be read: it waits in the quarantine."""
        await self._mailboxes.send_report(address, unreadable_mail())
        return RedirectResponse(_href(address, lang), status_code=303)

    def _row(self, kept: KeptMail, language: str) -> MailRow:
        return MailRow(
            id=kept.mail.message_id,
            direction=kept.direction,
            subject=kept.mail.subject,
            html=safe_html(kept.mail.text),
            at=stamp(kept.at, language, self._company.time_zone),
            moment=kept.at.isoformat(),
            is_automatic=kept.is_automatic,
            is_proven=kept.is_proven,
        )

    def _language(self, asked: str, accepted: str) -> str:
        if asked in LANGUAGES:
            return asked
        return language_for(accepted, self._company.default_language)


def demo_router(mailboxes: DemoMailboxes, company: Company) -> APIRouter:
    """The pages under /demo/mail with their style sheet and script."""
    return DemoPages(mailboxes, company).router


def _answer_subject(subject: str) -> str:
    return f"Re: {REPLY_MARK.sub('', subject)}"


def _href(address: str, language: str) -> str:
    return f"{ROOT}/{address}" + (f"?lang={language}" if language in LANGUAGES else "")


def _file(name: str, kind: str) -> FileResponse:
    return FileResponse(ROOM / "static" / name, media_type=kind,
                        headers={"Cache-Control": "no-cache"})
