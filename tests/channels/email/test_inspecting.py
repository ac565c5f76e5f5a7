"""What `yorisoi email inspect` shows."""

import json
from collections.abc import Callable

from channels.email.inspecting import inspect


def test_a_mail_is_shown_as_it_is_read(mail_file: Callable[[str], bytes]) -> None:
    found = inspect(mail_file("becky"))
    assert json.loads(json.dumps(found)) == found
    assert found["from"] == "hiroshi.suzuki@mail.example"
    assert found["kind"] == "human"
    assert found["in_reply_to"] == ["out-0123456789abcdef@harunowa.example"]


def test_a_program_is_shown_with_the_rules_that_object(mail_file: Callable[[str], bytes]) -> None:
    found = inspect(mail_file("bounce"))
    assert (found["kind"], found["reasons"][0]) == ("bounce", "delivery_report")


def test_what_cannot_be_read_says_why() -> None:
    assert inspect(b"") == {"readable": False, "reason": "no_sender"}
