"""The check: what the text states must stand in the evidence."""

import pytest

from assistant.engine.check import check


@pytest.mark.parametrize(
    ("text", "evidence"),
    [("料金は6,600円です", "６，６００円"),
     ("12月3日（木）14時30分", "ご予約は12月3日（木）14時30分です"),
     ("see https://a.example/x.", "https://a.example/x"), ("no numbers at all", "")],
)
def test_what_the_evidence_states_passes(text: str, evidence: str) -> None:
    assert check(text, [evidence]) == ()


@pytest.mark.parametrize(
    ("text", "evidence", "span"),
    [("料金は660円です", "6,600円", "660"), ("12月4日です", "12月3日です", "4"),
     ("see https://evil.example/", "https://a.example/", "https://evil.example/")],
)
def test_what_it_does_not_state_is_named(text: str, evidence: str, span: str) -> None:
    assert [unproven.span for unproven in check(text, [evidence])] == [span]
