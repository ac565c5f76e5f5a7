"""Resolved conversations become cases: redacted, for operators only, found by what was asked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from assistant.cases.learn import Learning
from assistant.cases.memory import CaseMemory
from assistant.cases.models import Case
from assistant.conversations.models import Author, Conversation, Direction, Message, Status
from assistant.customers.models import Customer
from assistant.database import read_scope, session_scope
from assistant.errors import Refused
from assistant.operators.models import Operator
from channels.services import Services
from knowledge.retrieval.faiss_index import FaissIndex

OPERATOR = Operator(id=1, login="mori", name="森")
Resolve = Callable[..., int]


@pytest.fixture
def memory(stocked: Services) -> CaseMemory:
    embedder = stocked.library.embedder
    return CaseMemory(embedder, FaissIndex(embedder.dimensions))


@pytest.fixture
def learning(stocked: Services, memory: CaseMemory) -> Learning:
    return Learning(stocked.engine, stocked.library, stocked.catalogue, stocked.company, memory)


@pytest.fixture
def resolve(stocked: Services) -> Resolve:
    """Return a function that stores a resolved conversation of the customer with this number."""

    def resolve(
        asked: str, answered: str = "", customer: str = "C-0001", author: Author = Author.OPERATOR
    ) -> int:
        now = stocked.clock()
        with session_scope(stocked.engine) as session:
            owner = session.exec(select(Customer).where(Customer.external_id == customer)).one()
            conversation = Conversation(
                customer_id=owner.id or 0, channel="web_chat", address="a", status=Status.RESOLVED,
                language=owner.language, created_at=now, updated_at=now, resolved_at=now,
            )
            session.add(conversation)
            session.flush()
            texts = [(Author.CUSTOMER, asked), (author, answered)]
            for number, (who, text) in enumerate(texts, start=1):
                incoming = who == Author.CUSTOMER
                session.add(Message(
                    conversation_id=conversation.id or 0, sequence=number, channel="web_chat",
                    external_id=f"{conversation.id}-{number}", author=who, text=text,
                    direction=Direction.INCOMING if incoming else Direction.OUTGOING,
                    sent_at=now, stored_at=now,
                ))
            return conversation.id or 0

    return resolve


def learned(services: Services, learning: Learning) -> list[Case]:
    while learning.step():
        pass
    with read_scope(services.engine) as session:
        return list(session.exec(select(Case).where(Case.asked != "")))


def similar(services: Services, memory: CaseMemory, question: str, **options: int) -> list[str]:
    with read_scope(services.engine) as session:
        found = memory.similar(session, OPERATOR, question, **options)
    return [case.answered for case in found]


def test_a_resolved_conversation_is_found_by_what_was_asked(
    stocked: Services, learning: Learning, memory: CaseMemory, resolve: Resolve
) -> None:
    resolve("モカが雷を怖がって吠えます。どうしたらいいですか",
            "窓を閉めて、そばにいてあげてください。")
    resolve("ポイントの期限を延ばせますか", "申し訳ありませんが、延ばすことはできません。")
    learned(stocked, learning)
    assert similar(stocked, memory, "雷の音で犬が吠えて困っています")[0].startswith("窓を閉めて")


def test_nothing_of_the_customer_is_stored(
    stocked: Services, learning: Learning, resolve: Resolve
) -> None:
    resolve("佐藤です。トイプードルのモカの次回予約は11月29日14:30でしたか。misaki.sato@mail.example",
            "佐藤様、モカちゃんのご予約は11月29日の14時30分、目黒本店です。")
    cases = learned(stocked, learning)
    stored = " ".join(case.asked + case.answered for case in cases)
    for fact in ("佐藤", "モカ", "トイプードル", "29", "14", "misaki", "目黒"):
        assert fact not in stored
    assert "予約" in stored


def test_a_conversation_that_no_operator_answered_is_no_case_and_is_looked_at_once(
    stocked: Services, learning: Learning, resolve: Resolve
) -> None:
    before = learned(stocked, learning)
    resolve("初診料はいくらですか", "3,300円です。", author=Author.ASSISTANT)
    assert len(learned(stocked, learning)) == len(before)
    assert not learning.step()


def test_a_conversation_that_was_resolved_again_is_one_case_still(
    stocked: Services, learning: Learning, memory: CaseMemory, resolve: Resolve
) -> None:
    number = resolve("爪が折れました", "止血して、様子を見てください。")
    count = len(learned(stocked, learning))
    with session_scope(stocked.engine) as session:
        again = session.get_one(Conversation, number)
        again.resolved_at = stocked.clock() + timedelta(days=1)
        message = session.exec(select(Message).where(
            Message.conversation_id == number, Message.author == Author.OPERATOR
        )).one()
        message.text = "病院にお越しください。"
        session.add_all([again, message])
    assert similar(stocked, memory, "爪が折れました") == ["止血して、様子を見てください。"]
    assert len(learned(stocked, learning)) == count
    assert similar(stocked, memory, "爪が折れました") == ["病院にお越しください。"]


def test_the_conversation_of_now_is_not_its_own_case(
    stocked: Services, learning: Learning, memory: CaseMemory, resolve: Resolve
) -> None:
    number = resolve("爪が折れました", "止血して、様子を見てください。")
    learned(stocked, learning)
    assert similar(stocked, memory, "爪が折れました", except_conversation=number) == []


@pytest.mark.parametrize("somebody", [
    Operator(login="nobody", name=""), Operator(id=2, login="gone", name="", active=False),
])
def test_nobody_but_an_active_operator_sees_a_case(
    stocked: Services, memory: CaseMemory, somebody: Operator
) -> None:
    with read_scope(stocked.engine) as session, pytest.raises(Refused, match="operator"):
        memory.similar(session, somebody, "爪が折れました")


def test_the_engine_that_answers_customers_knows_no_cases(stocked: Services) -> None:
    """What answers customers is handed the library and one customer's history, nothing else."""
    held = [stocked.assistant, stocked.worker, *vars(stocked.assistant).values(),
            *vars(stocked.worker).values()]
    assert not [one for one in held if isinstance(one, CaseMemory)]
