"""Screening: each rule by itself; a person's mail is never mistaken for a program's."""

from collections.abc import Callable

import pytest

from channels.email.parsing import ParsedMail, parse
from channels.email.screening import Kind, Ourselves, Screening, screen

OURSELVES = Ourselves("support@harunowa.example", "harunowa.example")


@pytest.fixture
def judge(write: Callable[..., bytes]) -> Callable[..., Screening]:
    def judged(envelope_from: str | None = None, **fields: str) -> Screening:
        mail = parse(write(**fields))
        assert isinstance(mail, ParsedMail)
        return screen(mail, envelope_from, OURSELVES)

    return judged


Judge = Callable[..., Screening]


@pytest.mark.parametrize(("fields", "kind", "rule"), [
    ({"From": OURSELVES.address}, Kind.OWN, "own_address"),
    ({"Message-ID": "<out-0a@harunowa.example>"}, Kind.OWN, "own_message_id"),
    ({"X-Yorisoi": "automatic"}, Kind.OWN, "own_mark"),
    ({"X-Failed-Recipients": "a@x.example"}, Kind.BOUNCE, "delivery_report"),
    ({"From": "MAILER-DAEMON@mx.example"}, Kind.BOUNCE, "bounce_sender"),
    ({"From": "postmaster@mx.example"}, Kind.BOUNCE, "bounce_sender"),
    ({"Subject": "Undelivered Mail Returned to Sender"}, Kind.BOUNCE, "bounce_subject"),
    ({"Subject": "配信不能: Re: 予約"}, Kind.BOUNCE, "bounce_subject"),
    ({"Subject": "自動応答: Re: 予約"}, Kind.OUT_OF_OFFICE, "out_of_office"),
    ({"Subject": "【自動返信】お問い合わせの件"}, Kind.OUT_OF_OFFICE, "out_of_office"),
    ({"Subject": "不在のお知らせ"}, Kind.OUT_OF_OFFICE, "out_of_office"),
    ({"Subject": "Automatic reply: Your booking"}, Kind.OUT_OF_OFFICE, "out_of_office"),
    ({"Subject": "Out of office until Monday"}, Kind.OUT_OF_OFFICE, "out_of_office"),
    ({"Auto-Submitted": "auto-replied"}, Kind.AUTO_REPLY, "auto_submitted"),
    ({"Auto-Submitted": "auto-generated; x=1"}, Kind.AUTO_REPLY, "auto_submitted"),
    ({"X-Autoreply": "yes"}, Kind.AUTO_REPLY, "automatic_mark"),
    ({"X-Autorespond": "x"}, Kind.AUTO_REPLY, "automatic_mark"),
    ({"X-Loop": "support@shop.example"}, Kind.AUTO_REPLY, "loop_mark"),
    ({"X-Auto-Response-Suppress": "DR, OOF, AutoReply"}, Kind.AUTO_REPLY, "responses_suppressed"),
    ({"From": "root"}, Kind.AUTO_REPLY, "no_address"),
    ({"Return-Path": "<>"}, Kind.AUTO_REPLY, "null_return_path"),
    ({"Precedence": "bulk"}, Kind.BULK, "precedence"),
    ({"Precedence": "auto_reply"}, Kind.AUTO_REPLY, "precedence"),
    ({"List-Unsubscribe": "<mailto:a@x.example>"}, Kind.BULK, "mailing_list"),
    ({"From": "dogs-request@lists.example"}, Kind.BULK, "list_sender"),
    ({"From": "noreply@shop.example"}, Kind.BULK, "silent_sender"),
    ({"From": "do-not-reply@shop.example"}, Kind.BULK, "silent_sender"),
])
def test_mail_of_programs_is_recognised(
    judge: Judge, fields: dict[str, str], kind: Kind, rule: str
) -> None:
    found = judge(**{name.replace("-", "_"): value for name, value in fields.items()})
    assert (found.kind, found.reasons[0]) == (kind, rule)


@pytest.mark.parametrize("subject", [
    "不在通知が入っていました", "自動返信メールが届きません", "配信不能と言われました",
    "メール送信エラーについて", "Delivery failed twice", "Out of office hours: who do I call?",
    "On vacation next week", "Automatic feeder does not work", "Returned mail order",
    "Re: Undelivered parcel", "休暇中のペットホテルについて", "Failure to connect",
])
def test_a_person_may_write_about_such_things(judge: Judge, subject: str) -> None:
    assert judge(Subject=subject).kind is Kind.HUMAN


@pytest.mark.parametrize("sender", [
    "noriko@mail.example", "noreen.plyer@mail.example", "listed@mail.example",
    "bouncer@mail.example", "post@mail.example", "request@mail.example",
])
def test_a_persons_address_is_no_programs(judge: Judge, sender: str) -> None:
    assert judge(From=sender).kind is Kind.HUMAN


def test_auto_submitted_no_is_a_person(judge: Judge) -> None:
    assert judge(Auto_Submitted="no").kind is Kind.HUMAN


def test_an_empty_envelope_sender_is_a_programs(judge: Judge) -> None:
    assert judge("").kind is Kind.AUTO_REPLY
    assert judge("misaki.sato@mail.example").kind is Kind.HUMAN


def test_a_persons_mail_sent_through_a_service_is_a_persons(judge: Judge) -> None:
    assert judge("bounces+123=misaki@service.example").kind is Kind.HUMAN


def test_all_rules_that_object_are_told_the_decisive_first(judge: Judge) -> None:
    found = judge("", Auto_Submitted="auto-replied", Subject="Automatic reply: x")
    assert found.reasons == ("out_of_office", "auto_submitted", "null_return_path")
