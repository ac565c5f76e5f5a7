"""Bytes into text: what Japanese mail programs really send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.charset import decode, decode_iso_2022_jp

SENTENCE = "トリミングの予約をお願いします。"


@pytest.mark.parametrize(
    "label", ["iso-2022-jp", "ISO-2022-JP", "csISO2022JP", "cp50221", "", "utf-8"]
)
def test_seven_bit_japanese_is_read_whatever_its_label_says(label: str) -> None:
    assert decode(SENTENCE.encode("iso2022_jp"), label).text == SENTENCE


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "utf-8"])
@pytest.mark.parametrize("label", ["", "us-ascii", "iso-8859-1", "utf-8", "no-such-set", None])
def test_eight_bit_japanese_is_recognised_under_a_wrong_label(
    encoding: str, label: str | None
) -> None:
    assert decode(SENTENCE.encode(encoding), label).text == SENTENCE


def test_shift_jis_with_vendor_characters_is_read() -> None:
    assert decode("①㈱髙橋～".encode("cp932"), "Shift_JIS").text == "①㈱髙橋～"


def test_seven_bit_text_with_half_width_kana_and_vendor_characters_is_read() -> None:
    # ESC ( I ｶｯﾄ, ESC $ B row 13 ①, and IBM's 髙 as Microsoft's programs write them
    data = b"\x1b(I6/D\x1b$B-!\x1b$B|b\x1b(B end"
    assert decode_iso_2022_jp(data) == "ｶｯﾄ①髙 end"


def test_a_line_that_does_not_return_to_ascii_is_read() -> None:
    assert decode_iso_2022_jp("佐藤".encode("iso2022_jp")[:-3] + b"\n") == "佐藤\n"


def test_western_text_stays_western() -> None:
    assert decode("Café à la crème".encode("cp1252"), "iso-8859-1").text == "Café à la crème"
    assert decode("Grüße".encode("cp1252"), None).text == "Grüße"


def test_a_codec_that_is_no_character_set_is_not_used() -> None:
    assert decode(b"aGVsbG8=", "base64").text == "aGVsbG8="


def test_whether_the_label_was_right_is_told() -> None:
    assert decode(SENTENCE.encode(), "utf-8").as_labelled
    wrong = decode(SENTENCE.encode("euc_jp"), "utf-8")
    assert (wrong.charset, wrong.as_labelled) == ("euc_jp", False)


@given(st.binary(max_size=300), st.sampled_from(
    ["", "utf-8", "iso-2022-jp", "shift_jis", "utf-16", "utf-7", "idna", "hex", "\x00", "x" * 50]))
def test_no_bytes_make_it_raise(data: bytes, label: str) -> None:
    assert isinstance(decode(data, label).text, str)
