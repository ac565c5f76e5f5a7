"""The mail ledger: found by filter, read page by page; and the switch of automatic mail."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from assistant.conversations import limits
from assistant.conversations.models import MailboxState
from assistant.database import read_scope, session_scope
from assistant.operators.models import Operator, Role
from channels.services import Services

Note = Callable[..., None]


@pytest.fixture
def note(services: Services) -> Note:
    """Writes a decision into the ledger."""
    count = iter(range(1, 10_000))

    def written(decision: str, rule: str, address: str = "a@mail.example",
                direction: str = "incoming", **values: Any) -> None:
        services.inbox.record("email", f"m{next(count)}@mail.example", direction, address,
                              decision, rule, values)

    return written


@pytest.fixture
def administrator(services: Services, mori: Any) -> Any:
    with session_scope(services.engine) as session:
        operator = session.exec(select(Operator).where(Operator.login == "mori")).one()
        operator.role = Role.ADMINISTRATOR
        session.add(operator)
    return mori


def rows(page: str) -> list[str]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [html.unescape(re.sub(r"<[^>]+>", " ", row)) for row in body.split("<tr>")[1:]]


def test_each_decision_is_shown_with_its_rule_and_values(mori: Any, note: Note) -> None:
    note("suggest", "unsure", direction="outgoing", confidence=0.54, needed=0.9)
    [row] = rows(mori.get("/console/ledger"))
    assert "担当者への下書き" in row
    assert "確からしさ" in row
    assert "0.54" in row
    assert "基準" in row


@pytest.mark.parametrize(("query", "found"), [
    ("direction=outgoing", ["b@other.example"]),
    ("decision=held", ["b@other.example"]),
    ("address=MAIL.example", ["a@mail.example"]),
    ("address=%25", []),
    ("since=2026-11-23", ["b@other.example", "a@mail.example"]),
    ("since=2026-11-24", []),
    ("until=2026-11-23", ["b@other.example", "a@mail.example"]),
    ("until=2026-11-22", []),
])
def test_a_filter_finds_what_it_says(
    mori: Any, note: Note, query: str, found: list[str]
) -> None:
    note("ignored", "auto_submitted")
    note("held", "cap_of_address", "b@other.example", "outgoing")
    shown = rows(mori.get(f"/console/ledger?{query}"))
    assert len(shown) == len(found)
    assert all(address in row for address, row in zip(found, shown, strict=True))


def test_a_day_that_cannot_be_read_is_told_and_nothing_is_hidden(mori: Any, note: Note) -> None:
    note("ignored", "auto_submitted")
    page = mori.get("/console/ledger?since=yesterday")
    assert "日付を読み取れません" in page
    assert len(rows(page)) == 1


def test_old_decisions_are_read_page_by_page_with_the_filter_kept(mori: Any, note: Note) -> None:
    for number in range(60):
        note("ignored", "precedence", f"a{number:02}@mail.example")
        note("received", "person_claimed", "b@mail.example")
    first = mori.get("/console/ledger?decision=ignored")
    assert len(rows(first)) == 50
    older = html.unescape(re.search(r'href="(/console/ledger\?[^"]*before=[^"]*)"', first)[1])
    second = mori.get(older)
    assert len(rows(second)) == 10
    assert "a00@" in rows(second)[-1]
    assert "b@mail" not in second.partition("<tbody>")[2]


def test_an_address_in_the_ledger_is_shown_and_not_obeyed(mori: Any, note: Note) -> None:
    note("ignored", "no_address", "<script>x</script>@x", subject="<b>")
    page = mori.get("/console/ledger?address=<script>")
    assert "<script>x" not in page
    assert "<b>" not in page


def test_an_administrator_turns_automatic_mail_off_and_on(
    administrator: Any, services: Services
) -> None:
    page = administrator.get("/console/ledger")
    assert "自動送信は有効" in page
    off = administrator.post("/console/mail/switch", on=0)
    assert "停止中" in off
    assert "森" in off
    with read_scope(services.engine) as session:
        assert limits.paused(session)
    assert "自動送信は有効" in administrator.post("/console/mail/switch", on=1)


def test_nobody_else_may_turn_it(kato: Any, services: Services) -> None:
    assert 'action="/console/mail/switch"' not in kato.get("/console/ledger")
    assert "管理者だけ" in kato.post("/console/mail/switch", 400, on=0)
    with read_scope(services.engine) as session:
        assert not limits.paused(session)


def test_a_forged_form_does_not_turn_it(administrator: Any, services: Services) -> None:
    administrator.csrf = "forged"
    administrator.post("/console/mail/switch", 403, on=0)
    with read_scope(services.engine) as session:
        assert not limits.paused(session)


def test_a_mailbox_that_cannot_be_read_is_shown(mori: Any, services: Services) -> None:
    with session_scope(services.engine) as session:
        session.add(MailboxState(name="support@imap.example:993/INBOX", error="refused",
                                 failing_since=services.clock()))
    page = mori.get("/console/ledger")
    assert "support@imap.example:993/INBOX" in page
    assert "refused" in page
