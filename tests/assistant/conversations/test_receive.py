"""Receive stores first, once, in the right conversation."""

import dataclasses

import pytest
from sqlmodel import Session, select

from assistant.conversations import repository
from assistant.conversations.incoming import IncomingMessage
from assistant.conversations.models import Conversation, Message, Mode, Status
from assistant.conversations.operate import resolve
from assistant.customers.models import Customer
from assistant.customers.tier import Tier
from assistant.database import session_scope
from assistant.errors import NotFound
from channels.services import Services


@pytest.fixture
def chat(house: Services) -> IncomingMessage:
    return IncomingMessage(
        channel="web_chat", address="visitor-1", external_id="chat-1", text="初診料は？",
        sent_at=house.clock(),
    )


@pytest.fixture
def mail(house: Services) -> IncomingMessage:
    return IncomingMessage(
        channel="email", address="a@mail.example", external_id="<1@mail.example>",
        text="How much is the first visit?", subject="Fees", sent_at=house.clock(),
        tier=Tier.CLAIMED, language="en", sender_name="Ann",
    )


def test_a_message_is_stored_in_a_new_conversation_that_is_due(
    house: Services, chat: IncomingMessage
) -> None:
    received = house.inbox.receive(chat)
    with Session(house.engine) as session:
        conversation = repository.conversation(session, received.conversation_id)
        assert conversation.due_at == house.clock()
        assert conversation.incoming_sequence == received.sequence == 1
        assert [m.text for m in repository.messages(session, received.conversation_id)] == [
            "初診料は？"
        ]


def test_the_same_message_twice_is_stored_once(house: Services, chat: IncomingMessage) -> None:
    first, again = house.inbox.receive(chat), house.inbox.receive(chat)
    assert not first.duplicate
    assert again.duplicate
    with Session(house.engine) as session:
        assert len(session.exec(select(Message)).all()) == 1
        assert len(session.exec(select(Customer)).all()) == 1


def test_a_second_chat_message_joins_the_conversation(
    house: Services, chat: IncomingMessage
) -> None:
    first = house.inbox.receive(chat)
    second = house.inbox.receive(dataclasses.replace(chat, external_id="chat-2", text="猫です"))
    assert (second.conversation_id, second.sequence) == (first.conversation_id, 2)


def test_two_visitors_never_share_a_conversation(house: Services, chat: IncomingMessage) -> None:
    first = house.inbox.receive(chat)
    other = house.inbox.receive(
        dataclasses.replace(chat, external_id="chat-9", address="visitor-2")
    )
    assert other.conversation_id != first.conversation_id


def test_a_mail_joins_its_thread_by_reference_and_never_by_subject(
    house: Services, mail: IncomingMessage
) -> None:
    first = house.inbox.receive(mail)
    same_subject = house.inbox.receive(
        dataclasses.replace(mail, external_id="<2@mail.example>", subject="Re: Fees")
    )
    answer = house.inbox.receive(
        dataclasses.replace(mail, external_id="<3@mail.example>", replies_to=("<1@mail.example>",))
    )
    assert same_subject.conversation_id != first.conversation_id
    assert answer.conversation_id == first.conversation_id


def test_a_stranger_who_quotes_a_reference_does_not_enter_the_thread(
    house: Services, mail: IncomingMessage
) -> None:
    first = house.inbox.receive(mail)
    stranger = house.inbox.receive(dataclasses.replace(
        mail, external_id="<4@evil.example>", address="b@evil.example",
        replies_to=("<1@mail.example>",),
    ))
    assert stranger.conversation_id != first.conversation_id


def test_a_new_message_reopens_a_resolved_conversation_for_the_assistant(
    house: Services, chat: IncomingMessage
) -> None:
    received = house.inbox.receive(chat)
    with session_scope(house.engine) as session:
        conversation = repository.conversation(session, received.conversation_id)
        conversation.mode = Mode.MANUAL
        session.add(conversation)
        session.flush()
        resolve(session, received.conversation_id, house.clock())
    house.inbox.receive(dataclasses.replace(chat, external_id="chat-3"))
    with Session(house.engine) as session:
        again = session.get(Conversation, received.conversation_id)
        assert again is not None
        assert (again.status, again.mode) == (Status.OPEN, Mode.AUTOMATIC)


def test_a_signature_that_names_an_unknown_customer_is_refused(
    house: Services, chat: IncomingMessage
) -> None:
    with pytest.raises(NotFound, match="C-9999"):
        house.inbox.receive(dataclasses.replace(chat, customer_external_id="C-9999"))
