import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.sandbox import SandboxedEnvironment

from knowledge.articles.passages import (
    plain_sections,
    searchable,
    sections,
    sentences,
    verbatim,
    windows,
)


def test_the_lead_comes_first_and_a_section_keeps_its_place_without_one() -> None:
    with_lead = sections("Lead.\n\n## Fees\n¥6,600.\n\n## When\nYearly.")
    without = sections("\n## 料金\n6,600円です。\n\n## 時期\n毎年です。")
    assert [(s.position, s.heading) for s in with_lead] == [(0, ""), (1, "Fees"), (2, "When")]
    assert [(s.position, s.heading) for s in without] == [(1, "料金"), (2, "時期")]
    assert with_lead[1].template == "¥6,600."


def test_a_heading_in_a_code_block_is_no_section() -> None:
    assert len(sections("```\n## not a heading\n```\n\n## Fees\nText.")) == 2


def test_searchable_text_has_all_branches_and_no_marks() -> None:
    template = (
        "{% if pet.name %}\n**{{ pet.name | honorific }}** is [due](https://x.example).\n"
        "{% else %}\n- Puppies at 8 weeks.\n{# a note #}{% endif %}"
    )
    assert searchable(template) == "is due.\nPuppies at 8 weeks."


def test_searchable_keeps_an_underscore_inside_a_word() -> None:
    assert searchable("my_page and _this_") == "my_page and this"


@given(st.text(alphabet="{}%# ab'\"\\-+\n"))
def test_a_text_that_is_no_template_is_printed_as_it_stands(text: str) -> None:
    environment = SandboxedEnvironment(keep_trailing_newline=True)
    assert environment.from_string(verbatim(text)).render() == text


def test_escaped_text_stays_searchable() -> None:
    assert (
        searchable(verbatim("Write {{ customer.name }} here")) == "Write {{ customer.name }} here"
    )


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("返品は8日以内です。未開封に限ります！よろしいですか？", 3),
        ("「はい。」と答えました。次です。", 2),
        ("It is ¥6,600.50 in all. Come at 8 a.m. on Monday!", 3),
        ("one\ntwo", 2),
        ("", 0),
    ],
)
def test_sentences_end_where_readers_end_them(text: str, parts: int) -> None:
    assert len(sentences(text)) == parts


def test_windows_overlap_by_one_sentence() -> None:
    assert windows("A b. C d. E f.") == ["A b. C d.", "C d. E f."]
    assert windows("Alone.") == ["Alone."]
    assert windows("") == []


def test_a_long_plain_text_is_cut_at_sentence_ends() -> None:
    sentence = "これはとても長い文書の一つの文であり、まだまだ続いていきます。"
    cut = plain_sections(sentence * 60)
    assert len(cut) > 3
    assert all(section.template.endswith("。") for section in cut)
    assert all(len(section.template) <= 450 for section in cut)
    assert [section.position for section in cut] == list(range(len(cut)))


def test_a_text_without_any_sentence_end_is_still_cut() -> None:
    assert len(plain_sections("あ" * 2_000)) == 5
    assert len(plain_sections("word " * 600)) == 4
