"""The quarantine: seen by all operators, tried again, dismissed, downloaded by administrators."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from assistant.database import read_scope, session_scope
from assistant.operators.models import Operator, Role
from assistant.quarantine.models import Held, HeldMail
from channels.services import Services
from tests.channels.console.conftest import Browser

SPAM = (b"From: hanako@mail.example\r\nTo: support@harunowa.example\r\nSubject: Cheap\r\n"
        b"Message-ID: <spam@mail.example>\r\nX-Spam-Flag: YES\r\n\r\n"
        b"How much is a first visit?\r\n")


@pytest.fixture
def hold(services: Services) -> Callable[..., int]:
    def held(raw: bytes = SPAM, **fields: object) -> int:
        given = {"digest": str(len(raw)), "reason": "spam", "size": len(raw), "raw": raw,
                 "sender": "花子 <hanako@mail.example>", "subject": "お得な<b>話</b>",
                 "at": services.clock()}
        services.inbox.hold(HeldMail(**(given | fields)))  # type: ignore[arg-type]
        with read_scope(services.engine) as session:
            return session.exec(select(HeldMail.id)).all()[-1] or 0

    return held


@pytest.fixture
def state(services: Services) -> Callable[[int], HeldMail]:
    def of(mail_id: int) -> HeldMail:
        with read_scope(services.engine) as session:
            found = session.get(HeldMail, mail_id)
            assert found is not None
            _ = found.raw
            return found

    return of


@pytest.mark.parametrize(("language", "word"), [("ja", "隔離メール"), ("en", "Quarantine")])
def test_the_page_shows_what_waits_in_both_languages(
    open_browser: Callable[[], Browser], hold: Callable[..., int], language: str, word: str
) -> None:
    hold()
    browser = open_browser()
    browser.sign_in(language=language)
    page = browser.get("/console/quarantine")
    assert word in page
    assert "お得な&lt;b&gt;話&lt;/b&gt;" in page
    assert "quarantine." not in page


@pytest.mark.parametrize(("language", "said"), [
    ("ja", "差出人のアドレスがありません"), ("en", "It has no sender address"),
])
def test_why_a_mail_could_not_be_read_is_said_in_the_operators_language(
    open_browser: Callable[[], Browser], hold: Callable[..., int], language: str, said: str
) -> None:
    hold(b"Subject: x\r\n\r\ny", reason="unreadable", detail="no_sender")
    browser = open_browser()
    browser.sign_in(language=language)
    assert said in browser.get("/console/quarantine")


def test_an_empty_quarantine_says_so(mori: Browser) -> None:
    assert "隔離中のメールはありません" in mori.get("/console/quarantine")


def test_what_is_no_spam_becomes_a_message(
    mori: Browser, hold: Callable[..., int], state: Callable[[int], HeldMail]
) -> None:
    mail_id = hold()
    assert "メールを受け取りました" in mori.post(f"/console/quarantine/{mail_id}/again")
    assert (state(mail_id).state, state(mail_id).raw) == (Held.RELEASED, b"")
    assert "How much is a first visit?" in mori.get("/console?queue=all")


def test_what_still_cannot_be_read_stays(
    mori: Browser, hold: Callable[..., int], state: Callable[[int], HeldMail]
) -> None:
    mail_id = hold(b"Subject: nobody\r\n\r\n", reason="unreadable")
    assert "まだ読み取れませんでした" in mori.post(f"/console/quarantine/{mail_id}/again")
    assert (state(mail_id).state, state(mail_id).attempts) == (Held.WAITING, 2)


def test_a_dismissed_mail_leaves_the_list_and_keeps_its_bytes(
    mori: Browser, hold: Callable[..., int], state: Callable[[int], HeldMail]
) -> None:
    mail_id = hold()
    page = mori.post(f"/console/quarantine/{mail_id}/dismiss")
    assert "隔離中のメールはありません" in page
    assert (state(mail_id).state, state(mail_id).raw) == (Held.DISMISSED, SPAM)


def test_only_an_administrator_downloads_the_bytes(
    services: Services, mori: Browser, hold: Callable[..., int]
) -> None:
    mail_id = hold()
    assert f"{mail_id}.eml" not in mori.get("/console/quarantine")
    mori.get(f"/console/quarantine/{mail_id}.eml", status=409)
    with session_scope(services.engine) as session:
        operator = session.exec(select(Operator).where(Operator.login == "mori")).one()
        operator.role = Role.ADMINISTRATOR
        session.add(operator)
    assert f"{mail_id}.eml" in mori.get("/console/quarantine")
    answer = mori.client.get(f"/console/quarantine/{mail_id}.eml")
    assert answer.content == SPAM
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_nobody_acts_without_the_forms_token(mori: Browser, hold: Callable[..., int]) -> None:
    mail_id = hold()
    mori.csrf = "wrong"
    mori.post(f"/console/quarantine/{mail_id}/dismiss", status=403)
    mori.post(f"/console/quarantine/{mail_id}/again", status=403)


def test_whoever_is_not_signed_in_sees_nothing(
    open_browser: Callable[[], Browser], hold: Callable[..., int]
) -> None:
    hold()
    assert "お得な" not in open_browser().get("/console/quarantine")
