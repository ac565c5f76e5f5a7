"""Header fields: words, addresses, ids."""

import base64
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from channels.email.headers import mailboxes, message_ids, readable, sent_at


def word(data: bytes, charset: str = "utf-8") -> str:
    return f"=?{charset}?B?{base64.b64encode(data).decode()}?="


def addresses(value: str) -> list[str]:
    return [mailbox.address for mailbox in mailboxes([value])]


def test_a_character_split_over_two_words_is_whole_again() -> None:
    data = "予約".encode()
    assert readable(f"{word(data[:4])}\n {word(data[4:])}") == "予約"


def test_words_of_different_sets_stand_side_by_side() -> None:
    assert readable(f"Re: {word('予'.encode())} {word('約'.encode('cp932'), 'Shift_JIS')} x") == (
        "Re: 予約 x"
    )


def test_a_q_word_with_spaces_and_equals_signs_is_read() -> None:
    assert readable("=?UTF-8?Q?a_b=3Dc d?= e") == "a b=c d e"


def test_a_base64_word_without_padding_is_read() -> None:
    assert readable("=?utf-8?B?5LqI57SE8?=").startswith("予約")


def test_a_name_with_a_comma_in_quotes_is_one_address() -> None:
    assert addresses('"Sato, Misaki" <misaki@mail.example>, b@mail.example') == [
        "misaki@mail.example", "b@mail.example"
    ]


def test_an_address_in_the_display_name_is_only_a_name() -> None:
    assert addresses('"victim@mail.example" <thief@evil.example>') == ["thief@evil.example"]
    assert addresses("victim@mail.example <thief@evil.example>") == ["thief@evil.example"]


def test_an_encoded_name_cannot_bring_in_an_address() -> None:
    found = mailboxes([f"{word(b'<victim@mail.example>,')} <thief@evil.example>"])
    assert [mailbox.address for mailbox in found] == ["thief@evil.example"]
    assert found[0].name == "<victim@mail.example>,"


def test_an_address_in_a_comment_is_not_taken() -> None:
    assert addresses("thief@evil.example (victim@mail.example)") == ["thief@evil.example"]


def test_a_letter_that_only_becomes_ascii_in_lower_case_is_no_address() -> None:
    # U+212A KELVIN SIGN becomes "k" in lower case: it must not reach another's address.
    assert addresses("\u212aenichi@mail.example") == []


def test_old_phone_addresses_that_break_the_rules_are_taken() -> None:
    assert addresses('"hanako..s."@docomo.example') == ["hanako..s.@docomo.example"]
    assert addresses("hanako..s.@docomo.example") == ["hanako..s.@docomo.example"]


def test_the_null_address_is_an_empty_one() -> None:
    assert addresses("MAILER-DAEMON <>") == [""]


def test_ids_are_found_with_and_without_brackets() -> None:
    assert message_ids("<a@x> (comment)\n <b@y>") == ("a@x", "b@y")
    assert message_ids("a@x") == ("a@x",)
    assert message_ids("none") == ()


def test_a_date_is_read_in_utc_and_nonsense_is_none() -> None:
    assert sent_at("Tue, 3 Nov 2026 11:02:10 +0900") == datetime(2026, 11, 3, 2, 2, 10, tzinfo=UTC)
    assert sent_at("yesterday") is None
    assert sent_at("Tue, 31 Feb 2026 11:02:10 +9999") is None


@given(st.text(max_size=200))
def test_no_value_makes_it_raise(value: str) -> None:
    readable(value)
    mailboxes([value])
    message_ids(value)
    sent_at(value)
