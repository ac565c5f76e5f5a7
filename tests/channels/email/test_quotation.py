"""How older mails are introduced, in the words of many programs and languages."""

from itertools import product
from pathlib import Path

import pytest
import yaml

from channels.email.reply_text import new_text

SAID = yaml.safe_load(
    (Path(__file__).parent / "introductions.yaml").read_text(encoding="utf-8"))
WRITTEN = ("15時でお願いします。\n\nよろしくお願いします。", "Please come on Friday.\n\nThank you.")
PLAIN = "佐藤様\n\nご予約は12月3日です。"
MARKED = "> 佐藤様\n>\n> ご予約は12月3日です。"


@pytest.mark.parametrize("introduction", SAID["unmarked"] + SAID["rulers"])
def test_only_what_stands_above_is_new(introduction: str) -> None:
    for written, gap, quoted in product(WRITTEN, ("\n", "\n\n"), (PLAIN, MARKED)):
        assert new_text(f"{written}\n\n{introduction}{gap}{quoted}\n") == written


@pytest.mark.parametrize("introduction", SAID["marked"])
def test_above_marked_lines_less_proof_is_needed(introduction: str) -> None:
    for written in WRITTEN:
        assert new_text(f"{written}\n\n{introduction}\n{MARKED}\n") == written


@pytest.mark.parametrize("introduction", SAID["unmarked"] + SAID["marked"])
def test_an_answer_below_the_quotation_is_found(introduction: str) -> None:
    for written in WRITTEN:
        assert new_text(f"{introduction}\n\n{MARKED}\n\n{written}\n") == written
