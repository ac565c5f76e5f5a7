import pytest

from knowledge.articles.draft import ArticleDraft, ArticleRefused, Problem, parse_article, repeated

FRONT_MATTER = """---
id: vaccination-dog
language: en
title: Vaccinations for dogs
questions:
  - When does my puppy need its first shots?
valid_until: 2027-03-31
---
"""


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ArticleRefused) as refused:
        parse_article(text, "dogs.md")
    return refused.value.problems


def test_a_draft_has_all_front_matter_and_the_line_where_the_body_begins() -> None:
    draft = parse_article(FRONT_MATTER + "First line.\n", "dogs.md")
    assert draft.article_id == "vaccination-dog"
    assert draft.questions == ("When does my puppy need its first shots?",)
    assert str(draft.valid_until) == "2027-03-31"
    assert (draft.audience, draft.sensitivity) == ("everyone", "normal")
    assert (FRONT_MATTER + "First line.").splitlines()[draft.body_line - 1] == "First line."


@pytest.mark.parametrize(
    ("key", "line", "said"),
    [
        ("valid_from: 2027-02-30", 4, "2027-03-31"),
        ("valid_from: tomorrow", 4, "2027-03-31"),
        ("sensitivity: secret", 4, "normal or sensitive"),
        ("adience: everyone", 4, "unknown"),
        ("questions: one text", 4, "list"),
        ("questions: [{a: b}]", 4, "list"),
        ("translation_of: fr", 4, "ja or en"),
        ("tags: [a\n", 5, "YAML"),
        ("title: twice", 4, "twice"),
    ],
)
def test_bad_front_matter_says_file_line_and_mend(key: str, line: int, said: str) -> None:
    problems = problems_of(f"---\nid: dogs\nlanguage: en\n{key}\ntitle: Dogs\n---\nBody.")
    problem = next(entry for entry in problems if said in entry.reason)
    assert problem.source == "dogs.md"
    assert problem.line in (line, line + 1)
    assert problem.reason.endswith(".")


def test_every_missing_key_is_named_at_once() -> None:
    reasons = " ".join(entry.reason for entry in problems_of("---\ntags: []\n---\nBody."))
    assert all(f"The key {key} is missing" in reasons for key in ("id", "language", "title"))


@pytest.mark.parametrize(
    "text", ["", "No front matter.", "---\nid: dogs\nBody.", "---\n- a\n---\nBody.", "---\n---\n"]
)
def test_a_file_without_whole_front_matter_is_refused(text: str) -> None:
    assert problems_of(text)


def test_an_unknown_language_and_an_empty_body_are_both_reported() -> None:
    problems = problems_of("---\nid: dogs\nlanguage: de\ntitle: Hunde\n---\n\n")
    assert [entry.line for entry in problems] == [3, 5]


def test_an_end_before_the_start_is_refused() -> None:
    text = FRONT_MATTER.replace("valid_until", "valid_from: 2028-01-01\nvalid_until")
    assert problems_of(text + "Body.")[0].line == 8


def test_the_same_id_and_language_twice_names_the_other_file() -> None:
    first = ArticleDraft("dogs", "en", "Dogs", "Body.", source="a.md")
    second = ArticleDraft("dogs", "en", "Dogs", "Other.", source="b.md")
    translation = ArticleDraft("dogs", "ja", "犬", "本文", source="c.md")
    problems = repeated([first, second, translation])
    assert list(problems) == [1]
    assert "a.md" in problems[1].reason


def test_the_hash_knows_content_and_not_the_place() -> None:
    here = ArticleDraft("dogs", "en", "Dogs", "Body.", source="a.md", body_line=5)
    there = ArticleDraft("dogs", "en", "Dogs", "Body.", source="b.md", body_line=9)
    changed = ArticleDraft("dogs", "en", "Dogs", "Body!", source="a.md", body_line=5)
    assert here.content_hash == there.content_hash != changed.content_hash


def test_front_matter_that_nests_without_end_is_refused() -> None:
    assert problems_of("---\ntags: " + "[" * 5_000 + "\n---\nBody.")
