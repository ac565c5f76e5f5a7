"""Split and join: the messages go where they belong, nothing is answered twice, both come back."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session, select

from assistant.conversations import operate, queues, regroup, repository
from assistant.conversations.incoming import IncomingMessage
from assistant.conversations.models import Conversation, Message, Regrouping
from assistant.conversations.regroup import CannotRegroup
from assistant.customers.models import ContactPoint
from assistant.customers.tier import Tier
from assistant.database import read_scope, session_scope
from assistant.errors import NotFound, Refused
from assistant.operators.models import Operator
from channels.services import Services

ADDRESS = "misaki.sato@mail.example"
Mail = Callable[..., int]


@pytest.fixture
def mail(house: Services) -> Mail:
    """A mail comes in; returns the conversation's id."""

    def written(number: int, text: str = "初診料はいくらですか", *answers: int,
                address: str = ADDRESS) -> int:
        return house.inbox.receive(IncomingMessage(
            channel="email", address=address, external_id=f"{number}@mail.example", text=text,
            sent_at=house.clock(), tier=Tier.CLAIMED, subject=f"件名{number}", language="ja",
            replies_to=tuple(f"{one}@mail.example" for one in answers),
        )).conversation_id

    return written


@pytest.fixture
def operator(house: Services) -> Operator:
    with session_scope(house.engine) as session:
        found = Operator(login="mori", name="森")
        session.add(found)
        session.flush()
        return found


@pytest.fixture
def act(house: Services, operator: Operator) -> Callable[..., Any]:
    """Does something in a transaction of its own: act(regroup.split, 1, 2, …)."""

    def done(deed: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        with session_scope(house.engine) as session:
            return deed(session, *arguments, operator, house.clock(), **more)

    return done


def rows(house: Services, kind: Any) -> list[Any]:
    with read_scope(house.engine) as session:
        return list(session.exec(select(kind).order_by(kind.id)).all())


def texts(house: Services, conversation_id: int) -> list[str]:
    with read_scope(house.engine) as session:
        return [one.text for one in repository.messages(session, conversation_id)]


def state(house: Services) -> list[Any]:
    """What an undo must bring back: who holds which message at which place, and how it stands."""
    conversations = [
        (one.id, one.status, one.mode, one.tier, one.assignee_id, one.seen_sequence,
         one.incoming_sequence, one.joined_into_id)
        for one in rows(house, Conversation)
    ]
    return [[(m.external_id, m.conversation_id, m.sequence) for m in rows(house, Message)],
            conversations]


def answered(house: Services, work: Callable[[], int]) -> None:
    while work():
        pass


def test_a_message_is_split_off_with_the_subject_that_it_came_with(
    house: Services, mail: Mail, act: Any
) -> None:
    first = mail(1)
    mail(2, "別件ですが、ホテルは空いていますか", 1)
    split_off = act(regroup.split, first, 2)
    assert texts(house, first) == ["初診料はいくらですか"]
    assert texts(house, split_off.id) == ["別件ですが、ホテルは空いていますか"]
    assert (split_off.mode, split_off.assignee_id) == ("manual", 1)
    # The next mail of either thread finds its own conversation.
    assert mail(3, "お願いします", 2) == split_off.id
    assert mail(4, "そうします", 1) == first


def test_what_follows_may_go_with_it(house: Services, mail: Mail, act: Any) -> None:
    first = mail(1)
    mail(2, "二", 1)
    mail(3, "三", 2)
    split_off = act(regroup.split, first, 2, with_following=True)
    assert texts(house, split_off.id) == ["二", "三"]


def test_the_operator_gets_a_suggestion_for_what_was_split_off_and_no_mail_goes_out(
    house: Services, mail: Mail, act: Any, work: Callable[[], int]
) -> None:
    first = mail(1)
    mail(2, "別件です", 1)
    answered(house, work)
    before = len(rows(house, Message))
    split_off = act(regroup.split, first, 2)
    answered(house, work)
    assert len(rows(house, Message)) == before
    with read_scope(house.engine) as session:
        assert repository.open_suggestion(session, split_off.id) is not None


def test_a_split_can_be_undone(house: Services, mail: Mail, act: Any) -> None:
    first = mail(1)
    mail(2, "二", 1)
    before = state(house)
    act(regroup.split, first, 2)
    [deed] = rows(house, Regrouping)
    act(regroup.undo, deed.id)
    after = state(house)
    assert after[0] == before[0]
    assert after[1][:1] == before[1]
    with read_scope(house.engine) as session:
        assert [one.id for one in queues.page(session, "all", 1, limit=9)] == [first]
        assert repository.conversation(session, first).due_at is not None
    with pytest.raises(CannotRegroup, match="already"):
        act(regroup.undo, deed.id)


def test_a_split_that_has_gone_on_is_not_undone(house: Services, mail: Mail, act: Any) -> None:
    first = mail(1)
    mail(2, "二", 1)
    act(regroup.split, first, 2)
    mail(3, "三", 2)
    with pytest.raises(CannotRegroup, match="gone on"):
        act(regroup.undo, 1)


def test_only_a_customers_message_is_split_off_and_something_stays(
    house: Services, mail: Mail, act: Any, operator: Operator
) -> None:
    first = mail(1)
    with session_scope(house.engine) as session:
        operate.answer(session, first, operator, "森です", 1, house.clock())
    with pytest.raises(CannotRegroup, match="left behind"):
        act(regroup.split, first, 1)
    with pytest.raises(CannotRegroup, match="customer"):
        act(regroup.split, first, 2)
    with pytest.raises(NotFound):
        act(regroup.split, first, 9)


def test_two_conversations_become_one_and_mail_finds_it(
    house: Services, mail: Mail, act: Any
) -> None:
    first, second = mail(1, "一"), mail(2, "二")
    act(regroup.join, first, second)
    assert texts(house, first) == ["一", "二"]
    assert texts(house, second) == []
    assert mail(3, "三", 2) == first
    with read_scope(house.engine) as session:
        assert [one.id for one in queues.page(session, "all", 1, limit=9)] == [first]
        customer = repository.conversation(session, first).customer_id
        assert [one.id for one in repository.of_customer(session, customer)] == [first]


def test_what_was_answered_before_a_join_is_not_answered_again(
    house: Services, mail: Mail, act: Any, work: Callable[[], int], operator: Operator
) -> None:
    first, second = mail(1, "ありがとうございます"), mail(2, "ありがとうございました")
    answered(house, work)
    before = len(rows(house, Message))
    joined = act(regroup.join, first, second)
    answered(house, work)
    assert len(rows(house, Message)) == before
    assert joined.due_at is None


def test_an_unanswered_message_makes_the_joined_conversation_the_operators(
    house: Services, mail: Mail, act: Any, work: Callable[[], int]
) -> None:
    first = mail(1, "ありがとうございます")
    answered(house, work)
    second = mail(2, "ホテルは空いていますか")
    before = len(rows(house, Message))
    joined = act(regroup.join, first, second)
    assert (joined.mode, joined.assignee_id) == ("manual", 1)
    answered(house, work)
    assert len(rows(house, Message)) == before
    with read_scope(house.engine) as session:
        assert repository.open_suggestion(session, first) is not None


def test_a_join_can_be_undone_and_what_came_since_stays(
    house: Services, mail: Mail, act: Any
) -> None:
    first, second = mail(1, "一"), mail(2, "二")
    before = state(house)
    act(regroup.join, first, second)
    act(regroup.undo, 1)
    assert state(house) == before
    act(regroup.join, first, second)
    mail(3, "三", 2)
    act(regroup.undo, 2)
    assert (texts(house, first), texts(house, second)) == (["一", "三"], ["二"])


def test_deeds_are_undone_in_their_order(house: Services, mail: Mail, act: Any) -> None:
    first, second, third = mail(1, "一"), mail(2, "二"), mail(3, "三")
    act(regroup.join, first, second)
    act(regroup.join, first, third)
    with pytest.raises(CannotRegroup, match="that first"):
        act(regroup.undo, 1)
    act(regroup.undo, 2)
    act(regroup.undo, 1)
    assert [texts(house, one) for one in (first, second, third)] == [["一"], ["二"], ["三"]]


def test_conversations_of_different_customers_are_never_joined(
    house: Services, mail: Mail, act: Any
) -> None:
    first, second = mail(1), mail(2, address="emily.carter@mail.example")
    with pytest.raises(CannotRegroup, match="different customers"):
        act(regroup.join, first, second)
    with pytest.raises(CannotRegroup, match="itself"):
        act(regroup.join, first, first)


def test_two_addresses_of_a_customer_are_joined_only_if_both_are_known_to_be_theirs(
    house: Services, mail: Mail, act: Any
) -> None:
    first = mail(1)
    with session_scope(house.engine) as session:
        customer = repository.conversation(session, first).customer_id
        session.add(ContactPoint(customer_id=customer, channel="email", address="m@docomo.example"))
    second = mail(2, address="m@docomo.example")
    with pytest.raises(CannotRegroup, match="addresses"):
        act(regroup.join, first, second)
    with session_scope(house.engine) as session:
        for point in session.exec(select(ContactPoint)):
            point.verified_at = house.clock()
            session.add(point)
    act(regroup.join, first, second)
    assert len(texts(house, first)) == 2


def test_nobody_writes_into_a_conversation_that_was_joined_to_another(
    house: Services, mail: Mail, act: Any, operator: Operator
) -> None:
    first, second = mail(1), mail(2)
    act(regroup.join, first, second)
    with pytest.raises(Refused), session_scope(house.engine) as session:
        operate.answer(session, second, operator, "森です", 1, house.clock())
    with pytest.raises(CannotRegroup, match="already"):
        act(regroup.join, second, first)


def test_an_answer_in_the_making_is_dropped(house: Services, mail: Mail, act: Any) -> None:
    first, second = mail(1), mail(2)
    with session_scope(house.engine) as session:
        claimed = repository.claim_due(session, house.clock(), "token", 30)
        assert claimed is not None
    act(regroup.join, first, second)
    with session_scope(house.engine) as session:
        assert not repository.finish_turn(session, first, "token", 1, "automatic")  # type: ignore[arg-type]


def test_mails_that_arrive_during_a_join_are_not_lost(
    house: Services, mail: Mail, act: Any
) -> None:
    first, second = mail(1), mail(2)
    start = threading.Barrier(3)

    def arrive(base: int, answered: int) -> None:
        start.wait()
        for number in range(base, base + 5):
            mail(number, f"{number}", answered)

    threads = [threading.Thread(target=arrive, args=(100, 1)),
               threading.Thread(target=arrive, args=(200, 2))]
    for thread in threads:
        thread.start()
    start.wait()
    act(regroup.join, first, second)
    for thread in threads:
        thread.join()
    assert len(texts(house, first)) == 12
    assert texts(house, second) == []
    with Session(house.engine) as session:
        places = session.exec(select(Message.conversation_id, Message.sequence)).all()
    assert len(set(places)) == 12
