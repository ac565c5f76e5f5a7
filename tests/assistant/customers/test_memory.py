"""The history of one customer is searched in that customer's vectors alone."""

from datetime import UTC, datetime

from sqlmodel import Session, select

from assistant.customers.memory import Memory, recall_for, reembed, remember
from assistant.customers.models import Customer, HistoryEntry
from assistant.customers.repository import identity
from assistant.database import session_scope
from channels.services import Services

AT = datetime(2026, 1, 5, tzinfo=UTC)


def customer_with(house: Services, number: str, *texts: str) -> int:
    with session_scope(house.engine) as session:
        customer = Customer(external_id=number, created_at=AT)
        session.add(customer)
        session.flush()
        memories = [Memory(f"conversation:{n}:1", "said", text, AT) for n, text in enumerate(texts)]
        remember(session, identity(customer), memories, house.library.embedder)
        return identity(customer)


def test_another_customers_text_is_not_found_even_by_its_own_words(house: Services) -> None:
    secret = "チョコちゃんは持病で心臓の薬を飲んでいます"
    customer_with(house, "A", secret)
    b = customer_with(house, "B", "ホテルの予約をお願いします")
    recall = recall_for(house.engine, b, house.library.embedder)
    for _ in range(100):
        assert secret not in {entry.text for entry in recall(secret)}


def test_the_own_text_is_found_with_its_date(house: Services) -> None:
    a = customer_with(house, "A", "モカは雷が苦手です", "ポイントを確認したいです")
    recall = recall_for(house.engine, a, house.library.embedder)
    found = recall("雷が怖いようです。モカは大丈夫でしょうか")
    assert found[0].text == "モカは雷が苦手です"
    assert found[0].at == AT


def test_the_conversation_of_now_is_not_recalled(house: Services) -> None:
    a = customer_with(house, "A", "モカは雷が苦手です")
    recall = recall_for(house.engine, a, house.library.embedder, except_source="conversation:0:")
    assert recall("モカは雷が苦手です") == ()


def test_the_same_text_is_remembered_once(house: Services) -> None:
    a = customer_with(house, "A", "モカは雷が苦手です")
    with session_scope(house.engine) as session:
        again = [Memory("conversation:0:1", "said", "モカは雷が苦手です", AT)]
        assert remember(session, a, again, house.library.embedder) == 0
    with Session(house.engine) as session:
        from assistant.customers.repository import history

        assert len(history(session, a, house.library.embedder.name)) == 1


def test_a_history_of_another_model_is_found_again_once_it_is_embedded_anew(
    house: Services,
) -> None:
    a = customer_with(house, "A", "モカは雷が苦手です")
    with session_scope(house.engine) as session:
        for entry in session.exec(select(HistoryEntry)):
            entry.embedding, entry.vector = "another@1", b"\0\0" * 8
            session.add(entry)
    recall = recall_for(house.engine, a, house.library.embedder)
    assert recall("モカは雷が苦手です") == ()
    with session_scope(house.engine) as session:
        assert reembed(session, house.library.embedder) == 1
    assert [entry.text for entry in recall("モカは雷が苦手です")] == ["モカは雷が苦手です"]
