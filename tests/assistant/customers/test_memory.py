"""The history of one customer is searched in that customer's vectors alone."""

import random
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from assistant.customers.memory import Memory, recall_for, remember
from assistant.customers.models import Customer, HistoryEntry
from assistant.customers.recalled import Recall
from assistant.customers.repository import history, identity
from assistant.database import read_scope, session_scope
from channels.services import Services
from tests.knowledge.conftest import HashedTerms

AT = datetime(2026, 1, 5, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 7, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def customer_with(house: Services, number: str, *texts: str, at: datetime = AT) -> int:
    with session_scope(house.engine) as session:
        customer = Customer(external_id=number, created_at=AT)
        session.add(customer)
        session.flush()
        memories = [Memory(f"conversation:{n}:1", "said", text, at) for n, text in enumerate(texts)]
        remember(session, identity(customer), memories, house.library.embedder)
        return identity(customer)


def recall_of(house: Services, customer_id: int, **options: str) -> Recall:
    return recall_for(house.engine, customer_id, house.library.embedders, NOW, **options)


def test_another_customers_text_is_never_found_even_when_it_is_the_question(
    house: Services,
) -> None:
    """A thousand times: the question is what another customer said, word by word."""
    chance = random.Random(6)
    subjects = ("心臓の薬", "鶏肉アレルギー", "雷の音", "腎臓の数値", "新しい住所", "支払いの遅れ")
    people, texts = [], []
    for number in range(25):
        own = [f"{subject}について、{chance.randrange(10**6)}番です" for subject in subjects]
        people.append(customer_with(house, f"C-{number}", *own))
        texts.append(own)
    asked = 0
    while asked < 1_000:
        a, b = chance.sample(range(25), 2)
        planted = chance.choice(texts[b])
        found = recall_of(house, people[a])(planted)
        assert found, "the own entries are like it, so something must be found"
        assert {entry.text for entry in found} <= set(texts[a])
        asked += 1


def test_the_rows_that_are_loaded_are_the_customers_own(house: Services) -> None:
    a = customer_with(house, "A", "モカは雷が苦手です", "ポイントを確認したいです")
    b = customer_with(house, "B", "モカは雷が苦手です")
    with read_scope(house.engine) as session:
        own = set(session.exec(
            select(HistoryEntry.id).where(col(HistoryEntry.customer_id) == a)
        ))
        assert {row[0] for row in history(session, a, house.library.embedder.name)} == own
        assert {row[0] for row in history(session, b, house.library.embedder.name)}.isdisjoint(own)


def test_the_own_text_is_found_with_its_date(house: Services) -> None:
    a = customer_with(house, "A", "モカは雷が苦手です", "ポイントを確認したいです")
    found = recall_of(house, a)("雷が怖いようです。モカは大丈夫でしょうか")
    assert found[0].text == "モカは雷が苦手です"
    assert found[0].at == AT


def test_the_conversation_of_now_is_not_recalled(house: Services) -> None:
    a = customer_with(house, "A", "モカは雷が苦手です")
    assert recall_of(house, a, except_source="conversation:0:")("モカは雷が苦手です") == []


def test_of_two_alike_the_newer_comes_first(house: Services) -> None:
    a = customer_with(house, "A", "モカの体重は三キロでした", at=NOW - timedelta(days=900))
    with session_scope(house.engine) as session:
        newer = [Memory("conversation:9:1", "said", "モカの体重は四キロでした", NOW)]
        remember(session, a, newer, house.library.embedder)
    found = recall_of(house, a)("モカの体重")
    assert [entry.text for entry in found] == ["モカの体重は四キロでした",
                                             "モカの体重は三キロでした"]


def test_what_lies_in_the_time_that_is_named_comes_first(house: Services) -> None:
    a = customer_with(house, "A", "爪切りのあとに血が出ました")
    with session_scope(house.engine) as session:
        memories = [
            Memory(f"conversation:{n}:1", "said", "薬をもらいました", at)
            for n, at in ((7, OCTOBER), (8, NOW))
        ]
        remember(session, a, memories, house.library.embedder)
    recall = recall_of(house, a)
    assert recall("先月もらった薬の名前は？")[0].at == OCTOBER
    assert recall("もらった薬の名前は？")[0].at == NOW


def test_the_same_text_is_remembered_once(house: Services) -> None:
    a = customer_with(house, "A", "モカは雷が苦手です")
    with session_scope(house.engine) as session:
        again = [Memory("conversation:0:1", "said", "モカは雷が苦手です", AT)]
        assert remember(session, a, again, house.library.embedder) == 0
    with read_scope(house.engine) as session:
        assert len(history(session, a, house.library.embedder.name)) == 1


def test_while_another_model_takes_its_place_both_models_entries_are_found(
    house: Services,
) -> None:
    old, new = HashedTerms("old@1", dimensions=32), house.library.embedder
    a = customer_with(house, "A", "モカは雷が苦手です")
    with session_scope(house.engine) as session:
        remember(session, a, [Memory("conversation:5:1", "said", "ホテルの予約", AT)], old)
    both = recall_for(house.engine, a, (new, old), NOW)
    assert both("ホテルの予約")[0].text == "ホテルの予約"
    assert both("モカは雷が苦手です")[0].text == "モカは雷が苦手です"
    assert recall_for(house.engine, a, (new,), NOW)("ホテルの予約") == []
