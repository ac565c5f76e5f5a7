"""Outgoing messages as mails: headers, threads, both parts."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from assistant.company import Company
from assistant.conversations.outgoing import Outgoing
from assistant.errors import BadConfiguration
from assistant.settings import Settings
from channels.email.composing import compose, plain_text, safe_html
from channels.email.letterhead import Letterhead
from channels.email.parsing import ParsedMail, parse
from channels.email.screening import Kind, Ourselves, screen

OURSELVES = Ourselves("support@harunowa.example", "harunowa.example")
Composed = Callable[..., EmailMessage]
TEXT = ("佐藤様\n\n**3,300円**です。詳しくは https://harunowa.example/a をご覧ください。\n\n"
        "--\nハルノワ")


def outgoing(**changes: Any) -> Outgoing:
    return Outgoing(**{
        "entry_id": 1, "message_id": 2, "conversation_id": 3, "external_id": "out-aa",
        "channel": "email", "address": "misaki.sato@mail.example", "name": "佐藤 美咲",
        "subject": "料金について", "text": TEXT, "language": "ja", "automatic": True,
        "answers": "one@mail.example",
        "thread": ("zero@mail.example", "out-00", "sha256-ff", "one@mail.example"),
        "citations": (), "written_at": datetime(2026, 11, 23, 3, 0, tzinfo=UTC), "attempt": 1,
    } | changes)


@pytest.fixture
def letterhead(settings: Settings, company: Company) -> Letterhead:
    return Letterhead(settings.model_copy(update={"secret": "s"}), company)


@pytest.fixture
def composed(letterhead: Letterhead) -> Callable[..., EmailMessage]:
    def made(**changes: Any) -> EmailMessage:
        read = message_from_bytes(compose(outgoing(**changes), letterhead).raw, policy=default)
        assert isinstance(read, EmailMessage)
        return read

    return made


def test_who_writes_to_whom_about_what(composed: Composed) -> None:
    mail = composed()
    assert str(mail["From"]) == "ハルノワ ペットケア <support@harunowa.example>"
    assert str(mail["To"]) == "佐藤 美咲 <misaki.sato@mail.example>"
    assert mail["Subject"] == "Re: 料金について"
    assert re.fullmatch(r"<out-aa\.[a-z2-7]{16}@harunowa\.example>", str(mail["Message-ID"]))
    assert mail["Date"] == "Mon, 23 Nov 2026 03:00:00 +0000"


def test_it_names_the_mail_that_it_answers_and_the_thread(composed: Composed) -> None:
    mail = composed()
    assert mail["In-Reply-To"] == "<one@mail.example>"
    first, ours, last = str(mail["References"]).split()
    assert (first, last) == ("<zero@mail.example>", "<one@mail.example>")
    assert ours.startswith("<out-00.")


def test_an_automatic_mail_says_so_and_wants_no_answer_from_programs(
    letterhead: Letterhead
) -> None:
    mail = compose(outgoing(), letterhead)
    read = message_from_bytes(mail.raw)
    assert mail.envelope_from == ""
    assert (read["Auto-Submitted"], read["X-Auto-Response-Suppress"]) == ("auto-replied", "All")


def test_an_operators_mail_is_a_persons(letterhead: Letterhead) -> None:
    mail = compose(outgoing(automatic=False), letterhead)
    read = message_from_bytes(mail.raw)
    assert mail.envelope_from == OURSELVES.address
    assert "Auto-Submitted" not in read


def test_we_never_take_our_own_mail_for_a_customers(
    settings: Settings, company: Company
) -> None:
    elsewhere = Letterhead(settings.model_copy(update={"mail_address": "a@b.example"}), company)
    mail = parse(compose(outgoing(), elsewhere).raw)
    assert isinstance(mail, ParsedMail)
    assert screen(mail, None, OURSELVES).kind is Kind.OWN


@pytest.mark.parametrize("subject", [
    "料金について", "Re: 料金について", "RE: re: Re[2]: 料金について", "Re：料金について",
    "返信: 料金について",
])
def test_re_is_never_doubled(subject: str, composed: Composed) -> None:
    assert composed(subject=subject)["Subject"] == "Re: 料金について"


def test_without_a_subject_there_is_one_in_the_customers_language(composed: Composed) -> None:
    assert composed(subject="")["Subject"] == "Re: お問い合わせの件"
    assert composed(subject=" ", language="en")["Subject"] == "Re: Your enquiry"


def test_a_line_break_in_a_subject_or_name_begins_no_field(composed: Composed) -> None:
    mail = composed(subject="x\r\nBcc: thief@evil.example", name="a\nBcc: b@evil.example")
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Re: x Bcc: thief@evil.example"


def test_a_name_with_commas_and_quotes_stays_one_address(composed: Composed) -> None:
    mail = composed(name='Sato, "Misaki" <x@evil.example>')
    assert [address.addr_spec for address in mail["To"].addresses] == ["misaki.sato@mail.example"]


def test_both_parts_say_the_same(composed: Composed) -> None:
    mail = composed()
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "3,300円です。" in plain.get_content()
    assert "<strong>3,300円</strong>" in html.get_content()
    assert 'href="https://harunowa.example/a"' in html.get_content()


def test_every_line_of_the_mail_is_short_and_ascii(letterhead: Letterhead) -> None:
    message = outgoing(subject="長い件名です" * 30, name="名前" * 40)
    raw = compose(message, letterhead).raw
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_an_id_stands_on_the_line_of_its_field(letterhead: Letterhead) -> None:
    ours = f"out-{'0f' * 16}"
    raw = compose(outgoing(external_id=ours, answers=f"out-{'1f' * 16}"), letterhead).raw
    for name in (b"Message-ID", b"In-Reply-To"):
        assert re.search(rb"(?m)^" + name + rb": <out-[^>\s]+>\r$", raw)
    assert raw.count(b"References: <") == 1


def test_the_plain_part_has_no_marks() -> None:
    text = "# 料金\n**太字**と`code`と[記事](https://x.example/a)\n- 一つ\n2 * 3 * 4"
    assert plain_text(text) == (
        "料金\n太字とcodeと記事 ( https://x.example/a )\n- 一つ\n2 * 3 * 4\n"
    )


def test_html_in_a_text_is_shown_and_not_obeyed() -> None:
    html = safe_html("<script>x()</script> [a](javascript:x)")
    assert "<script" not in html
    assert "javascript:" not in html.replace("(javascript:x)", "")


def test_a_line_of_dashes_makes_no_heading() -> None:
    assert "<h2" not in safe_html("ハルノワ\n--\n佐藤")
    assert "<h3" not in safe_html("ハルノワ\n--\n佐藤")


def test_a_customers_mail_without_an_id_is_left_out_of_the_thread(composed: Composed) -> None:
    mail = composed(answers="sha256-ff", thread=("sha256-ff",))
    assert mail["In-Reply-To"] is None
    assert mail["References"] is None


def test_what_we_write_is_read_back_as_it_was(letterhead: Letterhead) -> None:
    mail = parse(compose(outgoing(text="一行目\n二行目"), letterhead).raw)
    assert isinstance(mail, ParsedMail)
    assert mail.text == "一行目\n二行目"
    assert (mail.from_name, mail.subject) == ("ハルノワ ペットケア", "Re: 料金について")


def test_the_company_may_have_a_frame_of_its_own(settings: Settings, company: Company) -> None:
    frame = settings.company_folder / "mail.html"
    frame.write_text("<html lang={{ language }}><h1>{{ company }}</h1>{{ body }}</html>")
    html = Letterhead(settings, company).html(safe_html("**a** <b>"), "en")
    assert "<h1>Harunowa Pet Care</h1>" in html
    assert "<strong>a</strong> &lt;b&gt;" in html


@pytest.mark.parametrize("frame", [
    "{{ body", "{{ customer.name }}", "{{ ''.__class__.__mro__[1].__subclasses__() }}",
])
def test_a_frame_that_cannot_be_used_stops_the_start(
    settings: Settings, company: Company, frame: str
) -> None:
    (settings.company_folder / "mail.html").write_text(frame)
    with pytest.raises(BadConfiguration, match=r"mail\.html"):
        Letterhead(settings, company)


def test_an_answer_may_come_back_to_an_address_with_our_token(
    settings: Settings, company: Company
) -> None:
    given = settings.model_copy(update={"mail_reply_address": "support+{token}@harunowa.example"})
    letterhead = Letterhead(given, company)
    external_id = f"out-{'0f' * 16}"
    read = message_from_bytes(compose(outgoing(external_id=external_id), letterhead).raw,
                              policy=default)
    [reply_to] = read["Reply-To"].addresses
    assert len(reply_to.username) <= 64
    assert letterhead.tokens.external_ids((), (reply_to.addr_spec.upper(),)) == (external_id,)
