"""Screening: each rule by itself; a person's mail is never mistaken for a program's."""

from collections.abc import Callable
from pathlib import Path

import pytest

from channels.email.parsing import ParsedMail, parse
from channels.email.screening import Kind, Ourselves, Policy, Screening, screen
from channels.email.screening_rules import RULES
from channels.pages.rendering import read_words

OURSELVES = Ourselves("support@harunowa.example", "harunowa.example")
ROOT = Path(__file__).parents[3]
POLICY = Policy("mail.harunowa.example", (("x-our-filter", "junk"),))


@pytest.fixture
def judge(write: Callable[..., bytes]) -> Callable[..., Screening]:
    def judged(envelope_from: str | None = None, **fields: str) -> Screening:
        mail = parse(write(**fields))
        assert isinstance(mail, ParsedMail)
        return screen(mail, envelope_from, OURSELVES, POLICY)

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
    ({"Subject": "Returned Mail - Error During Delivery"}, Kind.BOUNCE, "bounce_subject"),
    ({"X-Vacation": "yes"}, Kind.AUTO_REPLY, "automatic_mark"),
    ({"X-BeenThere": "dogs@lists.example"}, Kind.BULK, "mailing_list"),
    ({"Subject": "Réponse automatique : Votre demande"}, Kind.OUT_OF_OFFICE, "out_of_office"),
    ({"X-Spam-Flag": "YES"}, Kind.SPAM, "spam_verdict"),
    ({"X-Spam-Status": "Yes, score=9.1"}, Kind.SPAM, "spam_verdict"),
    ({"X-MS-Exchange-Organization-SCL": "6"}, Kind.SPAM, "spam_verdict"),
    ({"X-Forefront-Antispam-Report": "CIP:1.2.3.4;SFV:SPM;H:x"}, Kind.SPAM, "spam_verdict"),
    ({"X-Our-Filter": "Junk, surely"}, Kind.SPAM, "spam_verdict"),
    ({"Authentication-Results": "mail.harunowa.example; dmarc=fail action=quarantine "
      "header.from=mail.example"}, Kind.SPAM, "dmarc_refused"),
])
def test_mail_of_programs_is_recognised(
    judge: Judge, fields: dict[str, str], kind: Kind, rule: str
) -> None:
    found = judge(**{name.replace("-", "_"): value for name, value in fields.items()})
    assert (found.kind, found.reasons[0]) == (kind, rule)


@pytest.mark.parametrize("fields", [
    {"X-Spam-Flag": "NO"}, {"X-Spam-Status": "No, score=-1.0"}, {"X-Spam": "no"},
    {"X-MS-Exchange-Organization-SCL": "-1"}, {"X-Rspamd-Action": "no action"},
    {"X-Our-Filter": "clean"}, {"X-Virus-Scanned": "amavisd-new"}, {"X-Virus-Status": "Clean"},
    {"Authentication-Results": "mail.harunowa.example; dmarc=fail action=none"},
    {"Authentication-Results": "mail.harunowa.example.evil; dmarc=fail action=reject"},
])
def test_a_clean_mail_is_a_persons(judge: Judge, fields: dict[str, str]) -> None:
    given = {name.replace("-", "_"): value for name, value in fields.items()}
    assert judge(**given).kind is Kind.HUMAN


@pytest.mark.parametrize("text", [
    "I am currently out of the office and will return on Monday, 30 November.",
    "Thank you for your email. I am on annual leave with limited access to email.",
    "只今、夏季休業をいただいております。お急ぎの方は、代表番号までご連絡ください。",
    "メールありがとうございます。現在不在にしております。戻り次第、ご連絡いたします。",
    "Ich bin derzeit nicht im Büro. In dringenden Fällen wenden Sie sich an a@x.example.",
])
def test_an_absence_notice_without_its_header_fields_is_known_by_its_words(
    judge: Judge, text: str
) -> None:
    found = judge(text=text, Subject="Re: ご予約", In_Reply_To="<out-1@harunowa.example>")
    assert (found.kind, found.reasons[0]) == (Kind.OUT_OF_OFFICE, "absence_text")


@pytest.mark.parametrize("text", [
    "I am out of the office until Monday. Could you call me?",
    "I will be away next week, so please move the appointment.",
    "来週は出張で不在にしておりますので、再来週にしてください。",
    "旅行で不在の間、犬を預かってもらえますか？お急ぎの返信をお願いします。",
    "現在休暇中です。予約は来月でお願いします。",
    "The office is closed, I was told. When do you open?",
])
def test_a_person_may_be_away(judge: Judge, text: str) -> None:
    assert judge(text=text, Subject="Re: ご予約").kind is Kind.HUMAN


@pytest.mark.parametrize("text", [
    "This is an automated response. We have received your message.",
    "お問い合わせありがとうございます。\n\n※このメールは自動送信されています。",
    "本メールはシステムより自動的に配信しています。ご返信いただいてもお答えできません。",
    "This message was generated automatically. Please do not reply.",
])
def test_a_program_that_says_so_is_one(judge: Judge, text: str) -> None:
    found = judge(text=text)
    assert (found.kind, found.reasons[0]) == (Kind.AUTO_REPLY, "automatic_sentence")


@pytest.mark.parametrize("text", [
    "予約のあとに「このメールは自動送信です」と届きましたが、予約は取れていますか？",
    "Is this an automated response or a person?",
    "自動返信メールが届きません。",
])
def test_a_person_may_write_about_programs(judge: Judge, text: str) -> None:
    assert judge(text=text).kind is Kind.HUMAN


def test_our_own_sentence_in_an_unmarked_quotation_makes_no_program_of_a_person(
    judge: Judge,
) -> None:
    text = "15時でお願いします。\n\n" + "店からの案内です。" * 40 + (
        "\n※このメールは自動送信されています。")
    assert judge(text=text, In_Reply_To="<out-1@harunowa.example>").kind is Kind.HUMAN
    assert judge(text=text).kind is Kind.AUTO_REPLY


def test_a_report_without_any_sign_is_known_by_its_first_words(judge: Judge) -> None:
    found = judge(text="Your message could not be delivered to\nkijitora@y.example\n")
    assert (found.kind, found.reasons[0]) == (Kind.BOUNCE, "report_text")
    asked = judge(text="Your mail could not be delivered to my sister@y.example. Why?")
    assert asked.kind is Kind.HUMAN


@pytest.mark.parametrize(("method", "kind"), [
    ("REPLY", Kind.AUTO_REPLY), ("CANCEL", Kind.AUTO_REPLY), ("COUNTER", Kind.AUTO_REPLY),
    ("REQUEST", Kind.HUMAN),
])
def test_a_calendars_own_answer_is_a_programs(method: str, kind: Kind) -> None:
    raw = (f"From: sato@mail.example\r\nContent-Type: text/calendar; method={method}\r\n\r\n"
           f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\n"
           "END:VCALENDAR\r\n").encode()
    mail = parse(raw)
    assert isinstance(mail, ParsedMail)
    assert screen(mail, None, OURSELVES).kind is kind


def test_the_ledger_is_told_what_each_rule_saw(judge: Judge) -> None:
    found = judge("", Precedence="bulk", List_Id="<dogs.lists.example>")
    assert found.values == {
        "precedence": "bulk", "mailing_list": "list-id: <dogs.lists.example>",
        "null_return_path": "<>",
    }
    assert judge().values == {}


def test_spam_that_is_a_newsletter_too_is_a_newsletter(judge: Judge) -> None:
    found = judge(X_Spam_Flag="YES", Precedence="bulk")
    assert (found.kind, found.reasons) == (Kind.BULK, ("precedence", "spam_verdict"))


def test_every_rule_has_words_in_both_languages() -> None:
    for language in ("ja", "en"):
        words = read_words(ROOT / "channels" / "console" / "words" / f"{language}.yaml")
        assert [rule.__name__ for rule in RULES if f"rule.{rule.__name__}" not in words] == []


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
