"""Our own look at DKIM signatures, with keys and a DNS that exist only here."""

from collections.abc import Callable

import pytest

from assistant.customers.tier import Tier
from channels.email.dkim_check import DkimCheck
from channels.email.identity import prove
from channels.email.parsing import ParsedMail, parse
from tests.channels.email.dkim_keys import lookup, signed

Write = Callable[..., bytes]
SERVER = "mail.harunowa.example"


@pytest.fixture
def check() -> DkimCheck:
    return DkimCheck(lookup("mail.example", "evil.example"))


def tier(check: DkimCheck, raw: bytes) -> Tier:
    stamp = f"Authentication-Results: {SERVER}; {check.results(raw)}\r\n".encode()
    mail = parse(stamp + raw)
    assert isinstance(mail, ParsedMail)
    return prove(mail, SERVER, lambda _: True).tier


def test_a_signature_of_the_senders_domain_proves_the_sender(
    check: DkimCheck, write: Write
) -> None:
    raw = signed(write(), "mail.example")
    assert check.results(raw) == "dkim=pass header.d=mail.example header.s=test"
    assert tier(check, raw) is Tier.VERIFIED


def test_a_mail_without_a_signature_is_told(check: DkimCheck, write: Write) -> None:
    assert check.results(write()) == "dkim=none"
    assert check.results(b"no header at all") == "dkim=none"


def test_a_changed_text_or_sender_fails(check: DkimCheck, write: Write) -> None:
    raw = signed(write("When is my next visit?"), "mail.example")
    assert "dkim=fail" in check.results(raw.replace(b"next visit", b"first visit"))
    other = raw.replace(b"From: misaki.sato@", b"From: emily.carter@")
    assert "dkim=pass" not in check.results(other)
    assert tier(check, other) is Tier.CLAIMED


def test_a_signature_of_another_domain_proves_only_that_domain(
    check: DkimCheck, write: Write
) -> None:
    raw = signed(write(), "evil.example")
    assert "dkim=pass header.d=evil.example" in check.results(raw)
    assert tier(check, raw) is Tier.CLAIMED


def test_a_second_from_field_before_a_good_signature_proves_nothing(
    check: DkimCheck, write: Write
) -> None:
    raw = b"From: misaki.sato@mail.example\r\n" + signed(write(From="a@evil.example"),
                                                        "evil.example")
    assert tier(check, raw) is Tier.CLAIMED


def test_a_signature_over_a_part_of_the_text_does_not_count(
    check: DkimCheck, write: Write
) -> None:
    raw = signed(write(), "mail.example", length=True)
    assert "dkim=policy" in check.results(raw)
    assert tier(check, raw) is Tier.CLAIMED


def test_a_key_that_nobody_has_published_does_not_count(write: Write) -> None:
    assert "dkim=pass" not in DkimCheck(lookup()).results(signed(write(), "mail.example"))


def test_a_dns_that_does_not_answer_is_told_and_proves_nothing(write: Write) -> None:
    def away(_name: bytes, _timeout: int) -> bytes | None:
        raise TimeoutError

    assert "dkim=temperror" in DkimCheck(away).results(signed(write(), "mail.example"))


def test_a_domain_that_would_break_our_header_field_is_left_out(
    check: DkimCheck, write: Write
) -> None:
    raw = (b"DKIM-Signature: v=1; a=rsa-sha256; d=mail.example\x00; dkim=pass; s=test; "
           b"bh=x; h=from; b=x\r\n" + write())
    assert check.results(raw) == "dkim=none"


def test_many_signatures_do_not_keep_us_busy(check: DkimCheck, write: Write) -> None:
    raw = write()
    for _ in range(12):
        raw = signed(raw, "evil.example")
    assert check.results(raw).count("header.d") == 5
