"""Public corpora, where they are: how many mails are read rightly, and no word lost."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from channels.email.parsing import ParsedMail, parse


@pytest.fixture
def mail_reading(script: Callable[[str], ModuleType]) -> ModuleType:
    """The benchmark, whose figures must hold."""
    return script("benchmarks/mail_reading.py")


def test_replies_are_trimmed_as_their_labels_say(
    shared_data: Path, mail_reading: ModuleType
) -> None:
    found = mail_reading.reply_trimmer(shared_data)
    assert (found["bodies"], found["wrong"]) == (32, [])


def test_every_word_that_a_writer_wrote_is_found_and_nothing_else(
    shared_data: Path, mail_reading: ModuleType
) -> None:
    found = mail_reading.reply_parsers(shared_data)
    assert (found["bodies"], found["wrong"]) == (45, [])


def test_reports_of_the_first_bounce_corpus_are_read(
    shared_data: Path, mail_reading: ModuleType
) -> None:
    found = mail_reading.sisimai(shared_data)
    assert found["answered"] == found["harmless_marked_dead"] == 0
    assert found["kind_right"] / found["rows"] >= 0.95
    assert found["recipient_right"] == found["rows"]


def test_reports_of_the_second_bounce_corpus_are_read(
    shared_data: Path, mail_reading: ModuleType
) -> None:
    found = mail_reading.flufl(shared_data)
    assert found["answered"] == 0
    assert found["recipients_right"] / found["labelled"] >= 0.95
    assert found["temporary_right"] / found["labelled"] >= 0.95


@pytest.mark.parametrize("name", ["mikel_mail", "mimekit", "cpython_email", "mail_iso_2022_jp"])
def test_no_mail_of_a_corpus_crashes_or_is_lost(
    shared_data: Path, mail_reading: ModuleType, name: str
) -> None:
    found = mail_reading.corpus(shared_data, name)
    assert found["mails"] == found["read"] + found["held_whole"] > 0
    assert found["wrong"] == []


def test_an_old_japanese_mail_is_read(shared_data: Path) -> None:
    mail = parse((shared_data / "mail_iso_2022_jp" / "sample0.eml").read_bytes())
    assert isinstance(mail, ParsedMail)
    assert (mail.subject, mail.new_text) == ("投稿0", "投稿テスト")
