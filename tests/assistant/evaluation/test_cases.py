"""Cases are read line by line, and a bad line is named with what is wrong."""

import json
from pathlib import Path

import pytest

from assistant.customers.tier import Tier
from assistant.engine.turn import Disposition, Utterance
from assistant.evaluation.cases import CasesUnreadable, read_cases

LINE = {
    "id": "a", "language": "ja", "messages": ["猫は？"], "disposition": ["send"],
    "answerable": True, "half": "untouched", "customer": "C-0001", "tier": "verified",
    "before": [{"author": "customer", "text": "犬のホテルは？"}], "must": ["4,400円", ["a", "b"]],
}


def write(folder: Path, *lines: object) -> Path:
    path = folder / "cases.jsonl"
    path.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines))
    return path


def test_a_case_holds_who_asks_and_what_is_right(tmp_path: Path) -> None:
    [case] = read_cases(write(tmp_path, LINE, ""))
    assert case.dispositions == {Disposition.SEND}
    assert case.tier is Tier.VERIFIED
    assert case.before == (Utterance("customer", "犬のホテルは？"),)
    assert case.must == (("4,400円",), ("a", "b"))


@pytest.mark.parametrize(
    ("line", "said"),
    [("{", "is no JSON"), ({"id": "a"}, "lacks language, messages, disposition, answerable"),
     ([1], "lacks id"), (LINE | {"disposition": ["sned"]}, "'sned'"),
     (LINE | {"tier": "known"}, "'known'"), (LINE | {"messages": "x"}, "a list of texts"),
     (LINE | {"before": [{"author": "cat", "text": "x"}]}, "an author must be one of")],
)
def test_a_line_that_is_no_case_is_named(tmp_path: Path, line: object, said: str) -> None:
    path = write(tmp_path, LINE, line)
    with pytest.raises(CasesUnreadable, match=rf"cases\.jsonl, line 2.*{said}"):
        list(read_cases(path))


def test_an_id_that_is_there_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(CasesUnreadable, match="the id 'a' is there twice"):
        list(read_cases(write(tmp_path, LINE, LINE)))


def test_a_folder_without_cases_is_said(tmp_path: Path) -> None:
    with pytest.raises(CasesUnreadable, match=r"holds no \.jsonl file"):
        list(read_cases(tmp_path))
