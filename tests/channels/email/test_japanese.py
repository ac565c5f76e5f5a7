"""Mails of programs in Japan, byte by byte: the new words, all of them and nothing else."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from channels.email.parsing import ParsedMail, parse
from channels.email.screening import Kind, Ourselves, screen

HERE = Path(__file__).parent / "japanese"
MAILS: list[dict[str, Any]] = yaml.safe_load((HERE / "mails.yaml").read_text(encoding="utf-8"))
OURSELVES = Ourselves("support@harunowa.example", "harunowa.example")


@pytest.mark.parametrize("spec", MAILS, ids=lambda spec: spec["file"])
def test_the_new_words_are_read(spec: dict[str, Any]) -> None:
    mail = parse((HERE / "mails" / f"{spec['file']}.eml").read_bytes())
    assert isinstance(mail, ParsedMail)
    assert mail.new_text == spec["expect"].rstrip("\n")
    assert (mail.subject, mail.from_name) == (
        spec.get("subject", "Re: 予約について"), spec.get("name", "佐藤 美咲"))
    assert mail.language == "ja"
    assert "\ufffd" not in mail.text
    assert [file.name for file in mail.attachments] == list(spec.get("files", {}))
    assert screen(mail, None, OURSELVES).kind is Kind.HUMAN


def test_every_mail_is_described_and_there_are_sixty_at_least() -> None:
    names = {path.stem for path in (HERE / "mails").glob("*.eml")}
    assert names == {spec["file"] for spec in MAILS}
    assert len(names) >= 60


def test_the_files_are_what_the_programs_write(script: Callable[[str], ModuleType]) -> None:
    clients = script("tests/channels/email/japanese/clients.py")
    for spec in MAILS:
        stored = (HERE / "mails" / f"{spec['file']}.eml").read_bytes()
        assert clients.written(spec) == stored, spec["file"]
