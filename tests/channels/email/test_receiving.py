"""From bytes to a stored message, with every decision in the ledger."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from assistant.company import Company
from assistant.conversations import operate
from assistant.conversations.inbox import Inbox
from assistant.conversations.models import Message
from assistant.database import session_scope
from assistant.operators.models import Operator
from assistant.settings import Settings
from channels.email.receiving import MailReceiver
from channels.email.reply_token import ReplyTokens

Mails = Callable[[str], bytes]
Write = Callable[..., bytes]
PROOF = "mail.harunowa.example; dkim=pass header.d=mail.example"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"mail_reply_address": "support+{token}@harunowa.example"})


@pytest.fixture
def tokens(settings: Settings) -> ReplyTokens:
    return ReplyTokens(settings.secret, "harunowa.example", settings.mail_reply_address)


def proven(raw: bytes) -> bytes:
    return f"Authentication-Results: {PROOF}\n".encode() + raw


def test_a_persons_mail_becomes_a_message(
    receiver: MailReceiver, stored: Any, mail_file: Mails
) -> None:
    receipt = receiver.receive(mail_file("gmail_top"), "misaki.sato@mail.example")
    [message], [entry] = stored.messages, stored.ledger
    assert receipt.decision == "received"
    assert message.text == "15時に変更をお願いします。"
    assert message.external_id == "CAF-gmail-1@mail.example"
    assert message.language == "ja"
    assert "2026年11月3日" in message.details["mail"]["whole_text"]
    assert stored.conversations[0].address == "misaki.sato@mail.example"
    assert (entry.decision, entry.direction, entry.conversation_id) == (
        "received", "incoming", receipt.conversation_id
    )


def test_proven_mail_of_a_known_address_is_verified(
    receiver: MailReceiver, stored: Any, write: Write, known_customer: str
) -> None:
    receiver.receive(proven(write()))
    assert stored.conversations[0].tier == "verified"
    assert stored.ledger[0].rule == "person_verified"


def test_unproven_mail_of_a_known_address_is_a_claim(
    receiver: MailReceiver, stored: Any, mail_file: Mails, known_customer: str
) -> None:
    receiver.receive(mail_file("forged_from"))
    [conversation] = stored.conversations
    assert conversation.tier == "claimed"
    # The answer goes to the named sender, never to where a forger wants it.
    assert conversation.address == known_customer


def test_an_address_that_looks_alike_is_another_person(
    receiver: MailReceiver, stored: Any, mail_file: Mails, write: Write, known_customer: str
) -> None:
    receiver.receive(proven(write()))
    receiver.receive(mail_file("look_alike"))
    first, second = stored.conversations
    assert first.customer_id != second.customer_id


def test_the_same_mail_twice_is_stored_once(
    receiver: MailReceiver, stored: Any, write: Write
) -> None:
    receiver.receive(write())
    assert receiver.receive(write()).decision == "duplicate"
    assert len(stored.messages) == 1
    assert [entry.decision for entry in stored.ledger] == ["received", "duplicate"]


def test_another_mail_with_a_used_id_is_not_lost(
    receiver: MailReceiver, stored: Any, write: Write
) -> None:
    receiver.receive(write())
    other = write("別の質問です。", From="other@mail.example")
    assert receiver.receive(other).decision == "received"
    assert receiver.receive(other).decision == "duplicate"
    assert [message.text for message in stored.messages] == [
        "トリミングの料金を教えてください。", "別の質問です。"
    ]


def test_a_mail_without_an_id_is_known_by_its_bytes(
    receiver: MailReceiver, stored: Any, write: Write
) -> None:
    assert receiver.receive(write(Message_ID="")).decision == "received"
    assert receiver.receive(write(Message_ID="")).decision == "duplicate"


def test_an_answer_to_our_mail_joins_its_conversation(
    receiver: MailReceiver, inbox: Inbox, stored: Any, write: Write
) -> None:
    first = receiver.receive(write())
    answer = write("はい。", Message_ID="<two@mail.example>", References="<zero@x.example>",
                   In_Reply_To="<one@mail.example>")
    assert receiver.receive(answer).conversation_id == first.conversation_id


def answered(stored: Any, database: Engine, clock: Any) -> Message:
    """The message that an operator has answered to the newest conversation."""
    conversation = stored.conversations[-1]
    with session_scope(database) as session:
        operator = Operator(login="mori", name="森")
        session.add(operator)
        session.flush()
        return operate.answer(session, conversation.id, operator, "森です。",
                              conversation.incoming_sequence, clock())


def test_an_answer_with_our_token_joins_its_conversation(
    receiver: MailReceiver, stored: Any, write: Write, tokens: ReplyTokens, database: Engine,
    clock: Any,
) -> None:
    first = receiver.receive(write())
    receiver.receive(write("別件です。", Message_ID="<other@mail.example>"))
    ours = answered(stored, database, clock)
    by_id = receiver.receive(write("はい。", Message_ID="<three@mail.example>",
                                   In_Reply_To=f"<{tokens.message_id(ours.external_id)}>"))
    by_address = receiver.receive(write(
        "はい、もう一度。", Message_ID="<four@mail.example>",
        To=str(tokens.reply_address(ours.external_id)), References="<one@mail.example>",
    ))
    assert by_id.conversation_id == by_address.conversation_id == ours.conversation_id
    assert by_id.conversation_id != first.conversation_id
    assert stored.ledger[-1].details["thread"] == ours.external_id


def test_the_mail_that_is_answered_tells_the_thread_and_not_the_newest_reference(
    receiver: MailReceiver, stored: Any, write: Write
) -> None:
    first = receiver.receive(write())
    receiver.receive(write("別件です。", Message_ID="<two@mail.example>"))
    answer = receiver.receive(write("はい。", Message_ID="<three@mail.example>",
                                    References="<two@mail.example> <one@mail.example>",
                                    In_Reply_To="<one@mail.example>"))
    assert answer.conversation_id == first.conversation_id


@pytest.mark.parametrize("with_token", ["in the id", "in the address"])
def test_a_token_in_a_strangers_hand_opens_a_conversation_of_their_own(
    receiver: MailReceiver, stored: Any, write: Write, tokens: ReplyTokens, database: Engine,
    clock: Any, with_token: str,
) -> None:
    first = receiver.receive(write())
    ours = answered(stored, database, clock)
    fields = {"In_Reply_To": f"<{tokens.message_id(ours.external_id)}>"} \
        if with_token == "in the id" else {"To": str(tokens.reply_address(ours.external_id))}
    stranger = receiver.receive(write("続きは？", From="thief@evil.example",
                                      Message_ID="<t@evil.example>", **fields))
    assert stranger.conversation_id != first.conversation_id
    assert stored.conversations[-1].customer_id != stored.conversations[0].customer_id


def test_a_subject_alone_joins_nothing(receiver: MailReceiver, write: Write) -> None:
    first = receiver.receive(write(Subject="Re: 料金について"))
    second = receiver.receive(write("同じ件名です。", Subject="Re: 料金について",
                                    Message_ID="<two@mail.example>"))
    assert first.conversation_id != second.conversation_id


def test_a_stranger_cannot_join_anothers_conversation(
    receiver: MailReceiver, stored: Any, write: Write
) -> None:
    first = receiver.receive(write())
    stranger = write("続きは？", From="thief@evil.example", Message_ID="<t@evil.example>",
                     In_Reply_To="<one@mail.example>")
    assert receiver.receive(stranger).conversation_id != first.conversation_id


@pytest.mark.parametrize("name", [
    "out_of_office_ja", "out_of_office_en", "auto_replied", "bounce", "bounce_without_domain",
    "mailing_list", "newsletter", "no_reply", "own_address", "own_mark",
])
def test_mail_of_programs_is_written_down_and_changes_nothing(
    receiver: MailReceiver, stored: Any, mail_file: Mails, name: str
) -> None:
    receipt = receiver.receive(mail_file(name))
    assert receipt.decision == "ignored"
    assert stored.messages == []
    assert stored.conversations == []
    assert [(entry.decision, entry.rule) for entry in stored.ledger] == [
        ("ignored", receipt.rule)
    ]


def test_a_mail_that_cannot_be_read_is_kept_whole(
    receiver: MailReceiver, stored: Any
) -> None:
    raw = b"Subject: nobody\r\n\r\n\xff\x00"
    assert receiver.receive(raw, "a@x.example").decision == "quarantined"
    receiver.receive(raw, "a@x.example")
    [held] = stored.held
    assert (held.raw, held.reason, held.envelope_from) == (raw, "unreadable", "a@x.example")
    assert [entry.decision for entry in stored.ledger] == ["quarantined"]


def test_a_mail_with_only_a_subject_is_read_by_it(
    receiver: MailReceiver, stored: Any, write: Write
) -> None:
    receiver.receive(write("", Subject="営業時間を教えてください"))
    assert stored.messages[0].text == "営業時間を教えてください"


def test_a_date_ahead_of_our_clock_is_not_believed(
    receiver: MailReceiver, stored: Any, write: Write, clock: Any
) -> None:
    receiver.receive(write(Date="Tue, 3 Nov 2099 11:00:00 +0900"))
    receiver.receive(write(Message_ID="<two@mail.example>"))
    assert stored.messages[0].sent_at == clock()
    assert stored.messages[1].sent_at == clock() - timedelta(hours=1)


def test_what_the_inbox_raises_is_not_hidden(
    settings: Settings, company: Company, clock: Any, write: Write
) -> None:
    class Failing:
        def verified_address(self, channel: str, address: str) -> bool:
            raise OSError("the disk is full")

    receiver = MailReceiver(Failing(), settings.model_copy(  # type: ignore[arg-type]
        update={"mail_trusted_server": "mail.harunowa.example"}), company, clock)
    with pytest.raises(OSError, match="disk"):
        receiver.receive(proven(write()))
