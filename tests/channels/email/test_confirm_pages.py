"""A mail that nobody can prove: a general answer and a link; confirmed, the personal answer."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from assistant.conversations import operate
from assistant.conversations.confirm import Confirmations
from assistant.conversations.models import Confirmation, Conversation, LedgerEntry, Message
from assistant.customers.models import ContactPoint
from assistant.database import read_scope, session_scope
from assistant.operators.models import Operator
from assistant.settings import Settings
from channels.email.confirm_pages import ConfirmPages
from channels.email.receiving import MailReceiver
from channels.services import Services

Write = Callable[..., bytes]
QUESTION = "次の予約はいつですか？"
PERSONAL = "11月29日"


class Desk:
    """The house with a mail door: a mail in, and what was written out."""

    def __init__(self, services: Services, write: Write) -> None:
        self.services = services
        self._write = write
        self._receiver = MailReceiver(services.inbox, services.settings, services.company,
                                      services.clock)
        app = FastAPI()
        confirmations = Confirmations(services.engine, services.hub, services.clock,
                                      services.settings.secret)
        app.include_router(ConfirmPages(confirmations, services.company).router)
        self.browser = TestClient(app)

    def write(self, text: str = QUESTION, number: int = 1, **fields: str) -> int:
        mail = self._write(text, Message_ID=f"<{number}@mail.example>", **fields)
        receipt = self._receiver.receive(mail)
        while self.services.worker.answer_next():
            pass
        assert receipt.conversation_id is not None
        return receipt.conversation_id

    def work(self) -> None:
        while self.services.worker.answer_next():
            pass

    def said(self) -> list[str]:
        """What the assistant has written; the imported conversations are not its own."""
        return [one.text for one in self.rows(Message) if one.reply]

    def rows(self, kind: Any) -> list[Any]:
        with read_scope(self.services.engine) as session:
            return list(session.exec(select(kind).order_by(kind.id)).all())

    def link(self, text: str | None = None) -> str:
        found = re.search(r"/mail/confirm/\S+", text or self.said()[-1])
        assert found, self.said()[-1]
        return found[0]


@pytest.fixture
def desk(stocked: Services, settings: Settings, write: Write) -> Desk:
    worker = replace(stocked.worker, settings=settings)
    return Desk(replace(stocked, settings=settings, worker=worker), write)


def test_a_claimed_sender_gets_a_general_answer_and_a_link(desk: Desk) -> None:
    desk.write()
    [answer] = desk.said()
    assert PERSONAL not in answer
    assert "モカ" not in answer
    assert "お心当たりのない場合" in answer
    desk.link()


def test_after_confirming_the_question_is_answered_again_in_the_same_conversation(
    desk: Desk
) -> None:
    number = desk.write()
    page = desk.browser.get(desk.link())
    assert page.status_code == 200
    assert QUESTION in page.text
    done = desk.browser.post(desk.link())
    assert "ありがとうございます" in done.text
    desk.work()
    _, second = desk.said()
    assert PERSONAL in second
    assert "/mail/confirm/" not in second
    assert {one.conversation_id for one in desk.rows(Message) if one.reply} == {number}
    assert "confirmed" in [one.decision for one in desk.rows(LedgerEntry)]


def test_whoever_only_opens_the_link_confirms_nothing(desk: Desk) -> None:
    desk.write()
    for _ in range(3):
        assert desk.browser.get(desk.link()).status_code == 200
    desk.browser.head(desk.link())
    desk.work()
    assert len(desk.said()) == 1
    [asked] = [one for one in desk.rows(Message) if one.external_id == "1@mail.example"]
    assert asked.details["tier"] == "claimed"


def test_a_link_is_good_once(desk: Desk) -> None:
    desk.write()
    link = desk.link()
    desk.browser.post(link)
    desk.work()
    again = desk.browser.post(link)
    assert (again.status_code, "すでに使われています" in again.text) == (410, True)
    desk.work()
    assert len(desk.said()) == 2
    assert QUESTION not in desk.browser.get(link).text


def test_a_link_expires(desk: Desk, clock: Any) -> None:
    desk.write()
    link = desk.link()
    clock.forward(hours=49)
    assert desk.browser.get(link).status_code == 410
    assert "有効期限" in desk.browser.post(link).text
    desk.work()
    assert len(desk.said()) == 1


@pytest.mark.parametrize("change", [
    lambda link: link[:-1] + ("0" if link[-1] != "0" else "1"),
    lambda link: link.partition(".")[0],
    lambda link: "/mail/confirm/" + "A" * 24 + "." + link.partition(".")[2],
    lambda link: "/mail/confirm/x.y",
])
def test_a_link_that_we_did_not_make_is_unknown(
    desk: Desk, change: Callable[[str], str]
) -> None:
    desk.write()
    forged = change(desk.link())
    assert desk.browser.get(forged).status_code == 404
    assert desk.browser.post(forged).status_code == 404
    assert QUESTION not in desk.browser.get(forged).text


def test_of_two_links_of_a_conversation_only_the_newer_is_good(desk: Desk) -> None:
    desk.write()
    first = desk.link()
    desk.write("次の予約はいつでしたか？", 2, In_Reply_To="<1@mail.example>")
    assert desk.browser.post(first).status_code == 410
    assert desk.browser.post(desk.link()).status_code == 200
    desk.work()
    assert PERSONAL in desk.said()[-1]


def test_a_confirmation_raises_no_later_message(desk: Desk) -> None:
    """What comes after the link, perhaps from a forger, is claimed as before."""
    desk.write()
    desk.browser.post(desk.link())
    desk.work()
    desk.write(number=2, In_Reply_To="<1@mail.example>")
    assert PERSONAL not in desk.said()[-1]


def test_an_address_that_is_not_known_to_be_the_customers_gets_no_link(desk: Desk) -> None:
    """The link proves who reads a mailbox, and not whose customer data belong to it."""
    with session_scope(desk.services.engine) as session:
        for point in session.exec(select(ContactPoint).where(ContactPoint.channel == "email")):
            point.verified_at = None
            session.add(point)
    desk.write()
    desk.write(From="stranger@elsewhere.example", number=2)
    assert all("/mail/confirm/" not in text for text in desk.said())


def test_a_contact_point_that_is_verified_no_more_gets_no_personal_answer(desk: Desk) -> None:
    desk.write()
    link = desk.link()
    with session_scope(desk.services.engine) as session:
        for point in session.exec(select(ContactPoint).where(ContactPoint.channel == "email")):
            point.verified_at = None
            session.add(point)
    desk.browser.post(link)
    desk.work()
    assert all(PERSONAL not in text for text in desk.said())


def test_after_a_handoff_the_operator_gets_the_personal_answer_as_a_suggestion(
    desk: Desk, clock: Any
) -> None:
    number = desk.write()
    link = desk.link()
    with session_scope(desk.services.engine) as session:
        operator = session.exec(select(Operator)).first()
        assert operator is not None
        operate.take_over(session, number, operator, "")
    desk.browser.post(link)
    desk.work()
    assert len(desk.said()) == 1
    assert desk.rows(Conversation)[-1].tier == "verified"


def test_a_question_that_has_one_answer_for_everyone_needs_no_link(desk: Desk) -> None:
    desk.write("受付してから帰るまでどんな順番で進みますか？")
    assert "問診" in desk.said()[-1]
    assert "/mail/confirm/" not in desk.said()[-1]


def test_the_table_of_links_keeps_only_a_hash_of_the_token(desk: Desk) -> None:
    desk.write()
    [kept] = desk.rows(Confirmation)
    assert kept.token_hash not in desk.link()
    assert len(kept.token_hash) == 64


def test_the_page_is_in_the_language_of_the_mail_and_is_not_kept_by_anybody(
    desk: Desk
) -> None:
    desk.write("When is my next appointment?", From="emily.carter@mail.example")
    page = desk.browser.get(desk.link())
    assert "Did you write this mail?" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"


def test_with_no_hours_there_is_no_link(desk: Desk) -> None:
    settings = desk.services.settings.model_copy(update={"mail_confirm_hours": 0})
    services = replace(desk.services, worker=replace(desk.services.worker, settings=settings))
    desk.services = services
    desk.write()
    assert "/mail/confirm/" not in desk.said()[-1]
