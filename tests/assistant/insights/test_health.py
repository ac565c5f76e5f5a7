"""The health of the knowledge: gaps and faults, ranked by whom they hit."""

from dataclasses import replace
from datetime import date

import pytest

from assistant.database import read_scope, session_scope
from assistant.insights import repository
from assistant.insights.health import HealthReport, told
from knowledge.articles.ingest import publish
from knowledge.articles.readers import read_articles
from tests.assistant.insights.test_asked import PARROT
from tests.conftest import PET_CARE


def report(house, clock, days: int = 30) -> HealthReport:
    now = clock()
    with read_scope(house.engine) as session:
        today = now.astimezone(house.company.time_zone).date()
        return house.health.report(session, now, today, days)


def republish(house, clock, name: str, **changes: object) -> None:
    (draft,) = read_articles(PET_CARE / "articles" / f"{name}.md")
    with session_scope(house.engine) as session:
        publish(session, replace(draft, **changes), house.library.embedder, clock())  # type: ignore[arg-type]
        house.library.refresh(session)


def body(name: str, old: str, new: str) -> str:
    (draft,) = read_articles(PET_CARE / "articles" / f"{name}.md")
    assert old in draft.body
    return draft.body.replace(old, new)


def of_kind(found: HealthReport, kind: str):
    return [one for one in found.findings if one.finding.kind == kind]


@pytest.fixture
def fee_changed(stocked, clock):
    """The Japanese fee of a first visit is another in one article; the others were not told."""
    republish(stocked, clock, "ja/clinic-fees", body=body("ja/clinic-fees", "1,650円", "1,750円"))
    return stocked


def test_a_changed_fee_contradicts_the_other_article_and_the_translation(
    fee_changed, clock
) -> None:
    found = report(fee_changed, clock)
    assert {"clinic-fees", "first-visit"} in [one.finding.articles
                                              for one in of_kind(found, "contradiction")]
    differs = of_kind(found, "translation_differs")
    assert differs
    assert "1,750円" in str(dict(differs[0].finding.details))
    assert differs[0] in found.urgent


def test_findings_are_ranked_by_the_customers_whom_they_hit(fee_changed, clock, ask) -> None:
    assert {one.customers for one in of_kind(report(fee_changed, clock), "contradiction")} == {0}
    ask("初診料はいくらですか", "browser-1")
    ask("再診料はいくらですか", "browser-2")
    found = report(fee_changed, clock)
    assert of_kind(found, "contradiction")[0].customers >= 2
    order = [(not one.finding.urgent, -one.customers) for one in found.findings]
    assert order == sorted(order)


def test_unanswered_questions_are_one_finding_with_who_asked_them(stocked, clock, ask) -> None:
    ask(PARROT, "browser-1")
    ask("オウムの羽切りをお願いできますか", "browser-2")
    ask("Do you shoe horses?", "browser-3")
    found = report(stocked, clock)
    assert found.unanswered == 3
    parrots, horses = of_kind(found, "unanswered")
    assert (parrots.customers, horses.customers) == (2, 1)
    assert set(parrots.examples) == {PARROT, "オウムの羽切りをお願いできますか"}
    sentence, advice = told(parrots.finding, "ja")
    assert "オウム" in sentence
    assert "? …" in advice


def test_a_question_that_is_quoted_does_not_turn_our_own_words(stocked, clock, ask) -> None:
    ask(f"{PARROT}\u202e", "C-0001")
    (gap,) = of_kind(report(stocked, clock), "unanswered")
    assert gap.finding.details["quote"] == PARROT
    assert gap.examples == (PARROT,)


def test_a_question_that_an_article_answers_by_now_is_no_gap_any_more(stocked, clock, ask) -> None:
    ask("神戸元町店に駐車場はありますか")
    assert report(stocked, clock).unanswered == 1
    republish(stocked, clock, "ja/shop-parking-access")
    assert report(stocked, clock).unanswered == 0


def test_an_article_past_its_date_is_urgent_and_named(stocked, clock) -> None:
    republish(stocked, clock, "ja/toxic-foods", valid_until=date(2026, 11, 1))
    (expired,) = of_kind(report(stocked, clock), "expired")
    sentence, _ = told(expired.finding, "en", {"ja": "Japanese"}.get)  # type: ignore[arg-type]
    assert "2026-11-01" in sentence
    assert "(Japanese)" in sentence
    assert expired.finding.urgent


def test_what_is_settled_stays_away_until_the_articles_say_something_else(
    fee_changed, clock
) -> None:
    first = of_kind(report(fee_changed, clock), "contradiction")[0].finding
    with session_scope(fee_changed.engine) as session:
        repository.settle(session, first.key, first.kind, None, clock())
        repository.settle(session, first.key, first.kind, None, clock())
    found = report(fee_changed, clock)
    assert first.key not in {one.finding.key for one in found.open}
    assert first.key in {one.finding.key for one in found.findings if one.settled}
    republish(fee_changed, clock, "ja/clinic-fees",
              body=body("ja/clinic-fees", "1,650円", "1,950円"))
    again = report(fee_changed, clock)
    assert of_kind(again, "contradiction")[0] in again.open
    with session_scope(fee_changed.engine) as session:
        assert repository.unsettle(session, first.key)
        assert not repository.unsettle(session, first.key)


def test_the_articles_are_checked_once_until_they_change(stocked, clock) -> None:
    today = clock().astimezone(stocked.company.time_zone).date()
    with read_scope(stocked.engine) as session:
        assert not stocked.health.is_checked(session, today)
        stocked.health.check(session, today)
        assert stocked.health.is_checked(session, today)
    republish(stocked, clock, "ja/microchip")
    with read_scope(stocked.engine) as session:
        assert not stocked.health.is_checked(session, today)
