"""Customers, their ToDos, and the mail ledger in the console."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from assistant.customers import health
from assistant.customers.models import ContactPoint, Customer
from assistant.database import read_scope, session_scope
from assistant.todos.models import ToDo
from channels.services import Services
from tests.channels.console.conftest import Browser


@pytest.fixture
def sato(services) -> int:
    with read_scope(services.engine) as session:
        found = session.exec(select(Customer).where(Customer.external_id == "C-0001")).one()
        return found.id or 0


def todos(services, customer_id: int) -> list[ToDo]:
    with read_scope(services.engine) as session:
        return list(session.exec(select(ToDo).where(ToDo.customer_id == customer_id)))


@pytest.mark.parametrize(("language", "words"), [
    ("ja", ["11月29日（日）14時30分", "ご予約：トリミング", "目黒本店", "わんちゃん・トイプードル",
            "2歳1か月", "3.2 kg", "爪切りの希望を確認する", "ワクチンについて",
            "スタンダードプラン"]),
    ("en", ["Sunday 29 November at 2:30 pm", "Appointment: grooming", "Meguro", "2 years 1 month",
            "standard plan", "28 December 2026"]),
])
def test_a_customers_page_tells_the_whole_story(
    mori, sato, language: str, words: list[str]
) -> None:
    mori.sign_in(language=language)
    page = mori.get(f"/console/customers/{sato}")
    assert [word for word in words if word not in page] == []


@pytest.mark.parametrize(("language", "word"), [("ja", "お客様番号"), ("en", "Customer number")])
@pytest.mark.parametrize("query", ["美咲", "c-0001", "佐藤 美咲"])
def test_customers_are_found_by_name_and_number(
    mori, sato, language: str, word: str, query: str
) -> None:
    mori.sign_in(language=language)
    page = mori.get(f"/console/customers?q={query}")
    assert f'href="/console/customers/{sato}"' in page
    assert word in page


def test_a_search_without_result_says_so(mori) -> None:
    assert "当てはまるお客様は見つかりませんでした" in mori.get("/console/customers?q=<b>zzz")
    assert "<b>zzz" not in mori.get("/console/customers?q=<b>zzz")


def test_a_todo_is_added_and_ticked(mori, sato, services) -> None:
    page = mori.post(f"/console/customers/{sato}/todos", title="折り返し電話", due_on="2026-11-20")
    assert "折り返し電話" in page
    assert "期限を過ぎています" in page
    added = todos(services, sato)[-1]
    page = mori.post(f"/console/customers/{sato}/todos/{added.id}/tick")
    assert "折り返し電話" not in page
    assert todos(services, sato)[-1].status == "done"


@pytest.mark.parametrize("fields", [{"title": " "}, {"title": "x", "due_on": "tomorrow"}])
def test_a_todo_of_no_use_is_refused(mori, sato, services, fields) -> None:
    before = len(todos(services, sato))
    mori.post(f"/console/customers/{sato}/todos", status=400, **fields)
    assert len(todos(services, sato)) == before


def test_a_todo_of_another_customer_is_not_ticked(mori, sato, services) -> None:
    number = todos(services, sato)[0].id
    mori.post(f"/console/customers/{sato + 1}/todos/{number}/tick", status=404)
    assert todos(services, sato)[0].status == "open"


@pytest.mark.parametrize(("language", "word"), [("ja", "隔離"), ("en", "Quarantined")])
def test_the_ledger_shows_what_became_of_each_mail(
    mori, services, language: str, word: str
) -> None:
    mori.sign_in(language=language)
    services.inbox.record("email", "m1", "incoming", "a<b>@mail.example", "quarantined",
                          "auto_submitted", {})
    page = mori.get("/console/ledger")
    assert word in page
    assert "a&lt;b&gt;@mail.example" in page


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_empty_ledger_says_so(mori, language: str) -> None:
    mori.sign_in(language=language)
    assert 'class="empty"' in mori.get("/console/ledger")


def _suppressed(services: Services) -> tuple[int, int]:
    """A customer whose address does not exist, by two delivery reports; (customer, address)."""
    with session_scope(services.engine) as session:
        point = session.exec(
            select(ContactPoint).where(ContactPoint.channel == "email").limit(1)).one()
        health.bounced(session, point, "full", "<b>mailbox full</b>", services.clock())
        health.bounced(session, point, "hard", "<b>user unknown</b>", services.clock())
        return point.customer_id, point.id or 0


@pytest.mark.parametrize(("language", "word"), [
    ("ja", "送信停止中"), ("en", "no mail is sent here"),
])
def test_an_address_that_mail_does_not_reach_is_shown(
    open_browser: Callable[[], Browser], services: Services, language: str, word: str
) -> None:
    customer, _ = _suppressed(services)
    browser = open_browser()
    browser.sign_in(language=language)
    page = browser.get(f"/console/customers/{customer}")
    assert word in page
    assert "&lt;b&gt;user unknown&lt;/b&gt;" in page


def test_an_operator_allows_mail_to_an_address_again(mori: Browser, services: Services) -> None:
    customer, point = _suppressed(services)
    mori.post(f"/console/customers/{customer}/addresses/{point}/lift")
    with read_scope(services.engine) as session:
        found = session.get(ContactPoint, point)
        assert found is not None
        assert (found.suppressed_at, found.bounces) == (None, 0)
    assert "送信停止中" not in mori.get(f"/console/customers/{customer}")


def test_another_customers_address_is_not_lifted(mori: Browser, services: Services) -> None:
    customer, point = _suppressed(services)
    mori.post(f"/console/customers/{customer + 1}/addresses/{point}/lift", status=404)
    assert "送信停止中" in mori.get(f"/console/customers/{customer}")
