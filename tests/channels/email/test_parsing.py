"""Mails as real programs write them, each with what it must be read as."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email.inspecting import inspect
from channels.email.parsing import CannotParse, ParsedMail, parse
from channels.email.screening import Ourselves

HERE = Path(__file__).parent
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load(
    (HERE / "expected.yaml").read_text(encoding="utf-8")
)
OURSELVES = Ourselves("support@harunowa.example", "harunowa.example")


@pytest.mark.parametrize("name", EXPECTED)
def test_a_mail_is_read_as_its_sender_meant_it(name: str) -> None:
    found = inspect((HERE / "mails" / f"{name}.eml").read_bytes(), OURSELVES)
    seen = {
        "kind": found["kind"], "sender": found["from"], "name": found["from_name"],
        "subject": found["subject"], "new_text": found["new_text"],
        "language": found["language"], "rule": found["reasons"][0],
        "attachments": [attachment["name"] for attachment in found["attachments"]],
        "reply_to": found["reply_to"],
        "note": " ".join(found["charset_notes"]).rpartition(" ")[2],
    }
    assert {key: seen[key] for key in EXPECTED[name]} == EXPECTED[name]


def test_every_mail_has_an_expectation() -> None:
    assert {path.stem for path in (HERE / "mails").glob("*.eml")} == set(EXPECTED)


def test_a_mail_inside_a_mail_is_an_attachment_and_not_its_text() -> None:
    raw = (b"From: a@x.example\nContent-Type: multipart/mixed; boundary=o\n\n--o\n"
           b"Content-Type: text/plain\n\nSee below.\n--o\nContent-Type: message/rfc822\n\n"
           b"From: b@x.example\n\nSecret of another mail.\n--o--\n")
    mail = parse(raw)
    assert isinstance(mail, ParsedMail)
    assert mail.text == "See below."
    assert [attachment.type for attachment in mail.attachments] == ["message/rfc822"]


def test_a_mail_without_a_sender_cannot_be_parsed() -> None:
    assert parse(b"Subject: hello\n\ntext") == CannotParse("no_sender")
    assert isinstance(parse(b""), CannotParse)


def test_parts_nested_without_end_do_no_harm() -> None:
    head = b"From: a@x.example\n"
    nest = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n)
                    for n in range(3000))
    assert isinstance(parse(head + nest), CannotParse | ParsedMail)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    parse(data)
    parse(b"From: a@x.example\n" + data)
    parse(b"From: a@x.example\nContent-Type: text/html\n\n" + data)


def test_bytes_cut_off_anywhere_do_not_make_it_raise() -> None:
    for path in sorted((HERE / "mails").glob("*.eml")):
        raw = path.read_bytes()
        for end in range(0, len(raw), 37):
            parse(raw[:end])
