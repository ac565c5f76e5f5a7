"""Reading drafts: whole, wrapped, broken, and in the middle of coming."""

import pytest

from assistant.engine.writing.drafts import Draft, RefusedDraft, parse, so_far
from tests.assistant.engine.writing.scripted import answer


def test_a_draft_is_read() -> None:
    assert parse(answer("はい。", 1, 2)) == Draft("answer", (1, 2), "はい。", True)


def test_line_breaks_inside_the_text_are_no_mistake() -> None:
    assert parse('{"action":"answer","citations":[1],"text":"a\nb"}').text == "a\nb"


@pytest.mark.parametrize(
    "raw",
    ["", "{", "[1]", "null", '{"action": "answer"', '{"action": 1, "citations": [], "text": ""}',
     '{"action": "answer", "citations": [1], "text": ["a"]}', "{" * 5_000,
     '{"action": "answer", "citations": [{"a": 1}], "text": "a"}',
     '{"action": "answer", "citations": [-1], "text": "a"}',
     '{"action": "answer", "citations": [1.5], "text": "a"}'],
)
def test_what_is_no_draft_is_refused(raw: str) -> None:
    with pytest.raises(RefusedDraft):
        parse(raw)


def test_at_every_moment_a_draft_is_as_much_as_has_come() -> None:
    whole = answer('一行目。\n「"二"」行目。', 1)
    texts = [so_far(whole[:end]).text for end in range(len(whole) + 1)]
    assert texts[-1] == '一行目。\n「"二"」行目。'
    assert all(texts[-1].startswith(text) for text in texts)
    assert so_far(whole[: whole.index("text")]) == Draft("answer", (1,), "", False)
    assert so_far(whole).whole_text


def test_an_escape_that_has_come_by_half_is_waited_for() -> None:
    raw = '{"text": "\\u30e2\\u30ab'
    texts = [so_far(raw[: len(raw) - cut]).text for cut in (0, 1, 3, 6)]
    assert texts == ["モカ", "モ", "モ", "モ"]
    assert so_far('{"text": "a\\').text == "a"
