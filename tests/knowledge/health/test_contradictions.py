from collections.abc import Sequence

import numpy as np
import pytest

from knowledge.health.contradictions import Contradictions
from knowledge.health.shelf import Finding, ShelvedArticle

KINDS = {"dog": ["犬", "わんちゃん"], "cat": ["猫"]}


def found(articles: Sequence[ShelvedArticle], **more: object) -> list[Finding]:
    """What is found if every section is like every other."""
    sections = [section for article in articles for section in article.sections]
    vectors = np.ones((len(sections), 1), np.float32)
    return Contradictions(sections, vectors, **more).find()  # type: ignore[arg-type]


def test_another_value_for_the_same_thing_is_found(shelve) -> None:
    findings = found([
        shelve("fees", "診察の料金", "## 初診料\n初めての診察の初診料は1,650円です。"),
        shelve("first", "初めての診察", "## 料金\n初めての診察は、初診料1,750円を頂きます。"),
    ])  # fmt: skip
    assert [one.kind for one in findings] == ["contradiction"]
    assert findings[0].urgent
    assert findings[0].articles == {"fees", "first"}
    values = (findings[0].details["value"], findings[0].details["other_value"])
    assert values == ("1,650円", "1,750円")
    assert "初診料1,750円" in findings[0].details["other_quote"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # the same value
        ("初めての診察の初診料は1,650円です。", "初めての診察は、初診料1,650円を頂きます。"),
        # each value stands somewhere in the other section, too
        ("初診料は1,650円、再診料は880円です。", "初診料1,650円のあと、再診料は880円です。"),
        # another kind of value
        ("初診料は1,650円です。", "初診料のお支払いは18時までです。"),
        # another thing
        ("初診料は1,650円です。", "駐車場の料金は500円です。"),
        # "from" is less
        ("初診料は1,000円からです。", "初診料は1,650円です。"),
    ],
)
def test_what_agrees_or_is_of_something_else_is_no_contradiction(
    shelve, one: str, other: str
) -> None:
    articles = [shelve("a", "診察", f"## 料金\n{one}"), shelve("b", "診察", f"## 料金\n{other}")]
    assert found(articles) == []


def test_more_than_the_least_is_no_contradiction_but_less_is(shelve) -> None:
    least = shelve("a", "診察", "## 料金\n初診料は2,000円からです。")
    assert found([least, shelve("b", "診察", "## 料金\n初診料は1,650円です。")])


def test_kinds_of_things_have_values_of_their_own(shelve) -> None:
    dogs = shelve("a", "ワクチン", "## 料金\n犬の混合ワクチンの料金は6,600円です。")
    cats = shelve("b", "ワクチン接種", "## 料金\n猫の混合ワクチンの料金は5,500円です。")
    assert found([dogs, cats])
    assert found([dogs, cats], kinds=KINDS) == []


def test_headings_that_differ_by_a_word_tell_of_two_things(shelve) -> None:
    ants = shelve("a", "蟻の駆除", "## 駆除の料金\n駆除の料金は6,600円です。")
    bees = shelve("b", "蜂の駆除", "## 駆除の料金\n駆除の料金は5,500円です。")
    assert found([ants, bees]) == []


def test_sections_of_one_article_are_not_compared(shelve) -> None:
    body = "## 初診料\n初診料は1,650円です。\n## 初診料について\n初診料は1,750円です。"
    assert found([shelve("a", "診察", body)]) == []


def test_english_is_read_as_well(shelve) -> None:
    findings = found([
        shelve("a", "Booking", "## Changes\nChanges are free until 18:00 the day before.", "en"),
        shelve("b", "Bookings", "## Changes\nChanges are free until 5 pm the day before.", "en"),
    ])  # fmt: skip
    assert [one.details["value"] for one in findings] == ["18:00"]
