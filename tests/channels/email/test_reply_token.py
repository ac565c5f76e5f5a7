"""Our reply token: read back as it was written, and nobody else can make one."""

import pytest

from channels.email.reply_token import ReplyTokens

DOMAIN = "harunowa.example"
OURS = f"out-{'0123456789abcdef' * 2}"
ADDRESS = "support+{token}@harunowa.example"


@pytest.fixture
def tokens() -> ReplyTokens:
    return ReplyTokens("secret", DOMAIN, ADDRESS)


def test_what_we_write_is_read_back(tokens: ReplyTokens) -> None:
    message_id = tokens.message_id(OURS)
    assert message_id is not None
    assert tokens.external_ids((message_id,)) == (OURS,)
    # Some programs change the case of what they quote.
    assert tokens.external_ids((message_id.upper(),)) == (OURS,)
    address = tokens.reply_address(OURS)
    assert address is not None
    assert tokens.external_ids((), (address,)) == (OURS,)


def test_the_address_is_nearer_than_the_references_and_each_id_counts_once(
    tokens: ReplyTokens
) -> None:
    address, message_id = tokens.reply_address(OURS), tokens.message_id(OURS)
    assert address is not None
    assert message_id is not None
    assert tokens.external_ids(("a@mail.example", message_id), ("x@y.example", address)) == (
        OURS, "a@mail.example"
    )


def test_another_secret_makes_another_token(tokens: ReplyTokens) -> None:
    forged = ReplyTokens("guess", DOMAIN, ADDRESS)
    assert tokens.external_ids((forged.message_id(OURS) or "",)) == ()
    assert tokens.external_ids((), (forged.reply_address(OURS) or "",)) == ()


@pytest.mark.parametrize("message_id", [
    f"{OURS}@{DOMAIN}", f"{OURS}.@{DOMAIN}", f"{OURS}.aaaaaaaaaaaaaaaa@{DOMAIN}", f"out-@{DOMAIN}",
])
def test_an_id_without_our_signature_names_nothing(tokens: ReplyTokens, message_id: str) -> None:
    assert tokens.external_ids((message_id,)) == ()


def test_ids_of_customers_stay_as_they_are(tokens: ReplyTokens) -> None:
    assert tokens.message_id("one@mail.example") == "one@mail.example"
    assert tokens.message_id("one@mail.example#0123") == "one@mail.example"
    assert tokens.message_id("sha256-ff") is None
    assert tokens.external_ids(("out-a.b@mail.example",)) == ("out-a.b@mail.example",)


def test_a_changed_token_in_an_address_names_nothing(tokens: ReplyTokens) -> None:
    address = tokens.reply_address(OURS) or ""
    for position in range(len("support+"), address.index("@") - 1):
        other = "b" if address[position] == "a" else "a"
        changed = address[:position] + other + address[position + 1:]
        assert tokens.external_ids((), (changed,)) == ()


def test_without_the_setting_answers_go_to_the_usual_address() -> None:
    tokens = ReplyTokens("secret", DOMAIN)
    assert tokens.reply_address(OURS) is None
    assert tokens.external_ids((), ("support+aaaa@harunowa.example",)) == ()
