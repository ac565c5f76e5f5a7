"""A mail sent by a standard SMTP client is answered in its thread; a machine's mail is not."""

import smtplib
from email.message import EmailMessage
from email.utils import make_msgid

from sqlmodel import Session, select

from assistant.conversations.models import Author, Conversation, LedgerEntry, Message
from assistant.database import read_scope
from tests.journeys.conftest import SUPPORT, Site, wait_for


def mail(subject: str, text: str, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Emily Carter <emily.carter@mail.example>"
    message["To"] = SUPPORT
    message["Subject"] = subject
    message["Message-ID"] = make_msgid(domain="mail.example")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def send(site: Site, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", site.mail_port) as client:
        client.send_message(message)


def answer_to(site: Site, message: EmailMessage) -> EmailMessage:
    return wait_for(lambda: next(
        (m for m in site.postbox.mails if m["In-Reply-To"] == message["Message-ID"]), None
    ))


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_a_mail_is_answered_in_its_thread_and_the_thread_goes_on(site: Site) -> None:
    first = mail("First visit", "Hello,\n\nhow much is the first visit?\n\nEmily Carter")
    send(site, first)
    answer = answer_to(site, first)
    assert answer["Subject"] == "Re: First visit"
    assert answer["Auto-Submitted"] == "auto-replied"
    assert "¥1,650" in body(answer)
    second = mail("Re: First visit", "And how much is a night at the pet hotel for a cat?",
                  In_Reply_To=answer["Message-ID"],
                  References=f"{first['Message-ID']} {answer['Message-ID']}")
    send(site, second)
    assert "¥4,400" in body(answer_to(site, second))
    with Session(site.services.engine) as session:
        rows = session.exec(select(Conversation).where(Conversation.subject == "First visit"))
        [conversation] = rows.all()
        assert conversation.last_sequence == 4


def test_an_unproven_sender_gets_no_personal_fact(site: Site) -> None:
    asked = mail("Appointment", "When is Milo's next appointment?")
    send(site, asked)
    text = body(answer_to(site, asked))
    assert "26 November" not in text
    assert "Dear customer" in text
    assert "Carter" not in text


def test_an_out_of_office_mail_is_not_answered_and_changes_nothing(site: Site) -> None:
    send(site, mail("Out of office: First visit", "I am away until Monday. How much is it?",
                    Auto_Submitted="auto-replied"))
    # A mail that comes after it is answered; so the one before it had its chance.
    after = mail("Fees", "How much is the first visit?")
    send(site, after)
    answer_to(site, after)
    assert len(site.postbox.mails) == 1
    with read_scope(site.services.engine) as session:
        incoming = session.exec(
            select(Message).where(Message.author == Author.CUSTOMER, Message.channel == "email")
            .where(Message.text.contains("away until"))  # type: ignore[attr-defined]
        ).all()
        assert incoming == []
        entries = session.exec(select(LedgerEntry)).all()
    assert any("auto" in entry.rule or "office" in entry.rule for entry in entries)
