"""Why a mail came back: what servers say in their own words."""

from pathlib import Path

import pytest
import yaml

from channels.email.bounce_reasons import BounceKind, reason_of

PHRASES: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "bounce_phrases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("words", PHRASES["hard"])
def test_a_missing_address_is_hard(words: str) -> None:
    assert reason_of(words).kind is BounceKind.HARD


@pytest.mark.parametrize("words", PHRASES["full"])
def test_a_full_mailbox_is_full(words: str) -> None:
    assert reason_of(words).kind is BounceKind.FULL


@pytest.mark.parametrize("words", PHRASES["soft"])
def test_everything_else_is_soft(words: str) -> None:
    assert reason_of(words).kind is BounceKind.SOFT


def test_a_code_decides_where_no_words_do() -> None:
    assert reason_of("smtp; 550", "5.1.1").kind is BounceKind.HARD
    assert reason_of("", "5.2.2 (permanent failure)").kind is BounceKind.FULL
    assert reason_of("", "4.1.1").kind is BounceKind.SOFT


def test_the_codes_are_told() -> None:
    said = "smtp; 550 5.1.1 <a@b.example> User unknown, see 192.0.2.1 and v4.2.1"
    found = reason_of(said, "5.0.0")
    assert (found.status, found.reply_code, found.name) == ("5.1.1", "550", "user_unknown")


def test_a_number_of_an_address_is_no_code() -> None:
    found = reason_of("mx5.1.1.example [192.0.5.1.1] 10.5.1.1 says no")
    assert (found.status, found.reply_code) == ("", "")


def test_a_long_text_is_read_in_the_end() -> None:
    reason_of("user " * 100_000 + "address mailbox " * 10_000)
