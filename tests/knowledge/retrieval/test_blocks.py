import pytest

from knowledge.retrieval.blocks import blocks

TEXT = """Fees depend on the size, e.g. small or large. See below:

| size | fee |
|---|---|
| small | ¥1 |
| large | ¥2 |

- one
  more
- two

1. Ring at 9 a.m. sharp.
2. Come.

終わりです。ただし、「本当ですか？」と聞く。
次の行。
"""


def test_sentences_items_steps_and_rows_are_pieces() -> None:
    found = {block.kind: [piece.text for piece in block.pieces] for block in blocks(TEXT)[:4]}
    assert found["text"] == ["Fees depend on the size, e.g. small or large.", "See below:"]
    assert found["table"] == ["| small | ¥1 |", "| large | ¥2 |"]
    assert found["list"] == ["- one\n  more", "- two"]
    assert found["steps"] == ["1. Ring at 9 a.m. sharp.", "2. Come."]
    assert blocks(TEXT)[1].head == "| size | fee |\n|---|---|"


def test_a_quoted_question_ends_no_japanese_sentence() -> None:
    assert [piece.text for piece in blocks(TEXT)[-1].pieces] == [
        "終わりです。", "ただし、「本当ですか？」と聞く。", "次の行。",
    ]  # fmt: skip


def test_every_piece_knows_its_place() -> None:
    for block in blocks(TEXT):
        assert block.start < block.end
        for piece in block.pieces:
            assert TEXT[piece.start : piece.end] == piece.text
            assert block.start <= piece.start < piece.end <= block.end


@pytest.mark.parametrize("text", ["", "\n\n", "   "])
def test_nothing_has_no_blocks(text: str) -> None:
    assert blocks(text) == []


def test_lists_within_lists_and_code_stay_whole() -> None:
    nested = blocks("- a\n  - b\n  - c\n- d\n")
    assert [piece.text for piece in nested[0].pieces] == ["- a\n  - b\n  - c", "- d"]
    code = blocks("```\nx. y.\n```\n")
    assert (code[0].kind, len(code[0].pieces)) == ("other", 1)


def test_a_wrapped_english_sentence_is_one() -> None:
    assert len(blocks("This sentence is\nwrapped. So is\nthis.")[0].pieces) == 2
