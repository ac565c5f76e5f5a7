"""Who sent it: only the trusted server's topmost word counts."""

from collections.abc import Callable

import pytest

from assistant.customers.tier import Tier
from channels.email.identity import authserv_id, prove
from channels.email.parsing import ParsedMail, parse

SERVER = "mail.harunowa.example"
SENDER = "misaki.sato@mail.example"
Tell = Callable[..., Tier]


@pytest.fixture
def tell(write: Callable[..., bytes]) -> Tell:
    def tier(*results: str, known: bool = True, server: str = SERVER,
             alignment: str = "relaxed", **fields: str) -> Tier:
        head = "".join(f"Authentication-Results: {value}\n" for value in results)
        mail = parse(head.encode() + write(**fields))
        assert isinstance(mail, ParsedMail)
        return prove(mail, server, lambda address: known and address == SENDER,
                     alignment).tier

    return tier


@pytest.mark.parametrize("result", [
    "dkim=pass header.d=mail.example header.s=a",
    "dkim=pass header.d=mail.example; spf=fail smtp.mailfrom=x@y.example",
    "dkim=fail header.d=mail.example; dkim=pass (good) header.d=mail.example",
    "dmarc=pass (p=reject) header.from=mail.example",
    "auth=pass smtp.auth=misaki.sato@mail.example",
])
def test_what_the_server_proved_verifies_a_known_address(tell: Tell, result: str) -> None:
    assert tell(f"{SERVER}; {result}") is Tier.VERIFIED
    assert tell(f"{SERVER}; {result}", known=False) is Tier.CLAIMED


@pytest.mark.parametrize("result", [
    "none",
    "dkim=fail header.d=mail.example",
    "dkim=pass header.d=evil.example",
    "dkim=pass header.d=evil-mail.example",
    "dkim=pass header.d=sub.mail.example",
    "dkim=pass header.d=example",
    "dkim=pass header.i=@mail.example",
    "dmarc=pass header.from=evil.example",
    "dmarc=none header.from=mail.example",
    "spf=pass smtp.mailfrom=misaki.sato@mail.example",
    "auth=pass smtp.auth=another@mail.example",
    "x-own=pass header.d=mail.example",
    "dkim=pass header.d=",
    '"; dkim=pass header.d=mail.example',
])
def test_what_proves_nothing_stays_a_claim(tell: Tell, result: str) -> None:
    assert tell(f"{SERVER}; {result}") is Tier.CLAIMED


def test_a_subdomain_may_be_signed_by_its_domain(write: Callable[..., bytes]) -> None:
    raw = (f"Authentication-Results: {SERVER}; dkim=pass header.d=mail.example\n").encode()
    mail = parse(raw + write(From="a@shop.mail.example"))
    assert isinstance(mail, ParsedMail)
    assert prove(mail, SERVER, lambda _: True).tier is Tier.VERIFIED


def test_a_strict_alignment_wants_a_signature_of_the_very_domain(
    write: Callable[..., bytes], tell: Tell
) -> None:
    assert tell(f"{SERVER}; dkim=pass header.d=mail.example", alignment="strict") is Tier.VERIFIED
    assert tell(f"{SERVER}; dmarc=pass header.from=mail.example",
                alignment="strict") is Tier.CLAIMED
    raw = (f"Authentication-Results: {SERVER}; dkim=pass header.d=mail.example\n").encode()
    mail = parse(raw + write(From="a@shop.mail.example"))
    assert isinstance(mail, ParsedMail)
    assert prove(mail, SERVER, lambda _: True, "strict").tier is Tier.CLAIMED


def test_dmarc_by_the_envelope_alone_does_not_prove_who_wrote(tell: Tell) -> None:
    assert tell(f"{SERVER}; dkim=none; spf=pass smtp.mailfrom=mail.example; "
                "dmarc=pass header.from=mail.example") is Tier.CLAIMED
    # A signer below the sender's domain counts with DMARC's word for it.
    assert tell(f"{SERVER}; dkim=pass header.d=bulk.mail.example; "
                "dmarc=pass header.from=mail.example") is Tier.VERIFIED


def test_what_was_looked_at_is_told(write: Callable[..., bytes]) -> None:
    raw = f"Authentication-Results: {SERVER}; dkim=pass header.d=mail.example\n".encode()
    mail = parse(raw + write())
    assert isinstance(mail, ParsedMail)
    proof = prove(mail, SERVER, lambda _: False)
    assert proof.rule == "address_unverified"
    assert proof.values["proven_by"] == "dkim mail.example"
    assert proof.values["results"] == ["dkim=pass header.d=mail.example"]


def test_another_servers_word_counts_for_nothing(tell: Tell) -> None:
    assert tell("evil.example; dkim=pass header.d=mail.example") is Tier.CLAIMED
    assert tell(f"{SERVER}.evil.example; dkim=pass header.d=mail.example") is Tier.CLAIMED


def test_without_a_trusted_server_everything_is_a_claim(tell: Tell) -> None:
    assert tell("; dkim=pass header.d=mail.example", server="") is Tier.CLAIMED


def test_a_forged_result_below_the_real_one_counts_for_nothing(tell: Tell) -> None:
    assert tell(
        f"{SERVER}; dkim=none", f"{SERVER}; dkim=pass header.d=mail.example"
    ) is Tier.CLAIMED


def test_a_topmost_result_that_cannot_be_read_hides_those_below(tell: Tell) -> None:
    assert tell(f"{SERVER}; ===", f"{SERVER}; dkim=pass header.d=mail.example") is Tier.CLAIMED


def test_several_senders_stay_a_claim(tell: Tell) -> None:
    proof = f"{SERVER}; dkim=pass header.d=mail.example"
    assert tell(proof, From=f"{SENDER}, other@mail.example") is Tier.CLAIMED


def test_two_from_fields_stay_a_claim(write: Callable[..., bytes]) -> None:
    raw = (f"Authentication-Results: {SERVER}; dkim=pass header.d=mail.example\n"
           f"From: thief@evil.example\n").encode() + write()
    mail = parse(raw)
    assert isinstance(mail, ParsedMail)
    assert prove(mail, SERVER, lambda _: True).tier is Tier.CLAIMED


def test_a_display_name_proves_nothing(tell: Tell) -> None:
    proof = f"{SERVER}; dkim=pass header.d=evil.example"
    assert tell(proof, From=f'"{SENDER}" <thief@evil.example>') is Tier.CLAIMED


@pytest.mark.parametrize("value", [
    "mail.harunowa.example; none", " (a (b) c) Mail.Harunowa.Example 1; none",
    '"mail.harunowa.example"; none', "mail.harunowa.example", '"mail\\.harunowa.example";',
])
def test_the_server_is_read_however_it_is_written(value: str) -> None:
    assert authserv_id(value) == SERVER
