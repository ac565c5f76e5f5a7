from datetime import date

import pytest

from knowledge.health.drift import drift

JA = "## 料金\n初診料は1,650円です。\n## 時間\n18時までです。"
EN = "## Fees\nThe first visit is ¥1,650.\n## Hours\nUntil 6 pm."


def kinds(articles) -> list[str]:
    return [finding.kind for finding in drift(articles)]


def test_languages_that_say_the_same_have_nothing_to_mend(shelve) -> None:
    assert kinds([shelve("a", "料金", JA), shelve("a", "Fees", EN, "en")]) == []


@pytest.mark.parametrize(
    ("english", "value", "other"),
    [("¥1,750", "1,650円", "¥1,750"), ("free", "1,650円", "")],
)
def test_a_figure_that_differs_or_is_missing_is_urgent(
    shelve, english: str, value: str, other: str
) -> None:
    articles = [shelve("a", "料金", JA), shelve("a", "Fees", EN.replace("¥1,650", english), "en")]
    (finding,) = drift(articles)
    assert (finding.kind, finding.urgent) == ("translation_differs", True)
    assert (finding.details["value"], finding.details["other_value"]) == (value, other)
    assert [place.heading for place in finding.places] == ["料金", "Fees"]


def test_spans_are_often_words_so_only_two_that_differ_tell(shelve) -> None:
    japanese = shelve("a", "料金", "## 期限\n3日以内です。")
    words = shelve("a", "Fees", "## Limit\nWithin a few days.", "en")
    other = shelve("a", "Fees", "## Limit\nWithin five days.", "en")
    assert kinds([japanese, words]) == []
    assert kinds([japanese, other]) == ["translation_differs"]


def test_a_section_without_counterpart_is_missing(shelve) -> None:
    articles = [shelve("a", "料金", JA), shelve("a", "Fees", EN.split("## Hours")[0], "en")]
    (finding,) = drift(articles)
    assert (finding.kind, finding.details["missing"]) == ("section_missing", "en")
    assert finding.places[0].heading == "時間"


@pytest.mark.parametrize(
    ("source", "changed", "version", "left_behind"),
    [
        ("ja", date(2026, 3, 1), 2, ["en"]),   # the source was changed after its translation
        ("ja", date(2026, 1, 1), 1, []),       # both as they came
        (None, date(2026, 3, 1), 2, ["en"]),   # no source named: the older one
        (None, date(2026, 1, 2), 2, []),       # changed together, a day apart
        (None, date(2026, 3, 1), 1, []),       # the first version: written later, not changed
    ],
)  # fmt: skip
def test_a_translation_older_than_the_last_change_is_behind(
    shelve, source: str | None, changed: date, version: int, left_behind: list[str]
) -> None:
    japanese = shelve("a", "料金", JA, published=changed, version=version)
    english = shelve("a", "Fees", EN, "en", translation_of=source)
    found = [one for one in drift([japanese, english]) if one.kind == "translation_outdated"]
    assert [one.places[0].language for one in found] == left_behind


def test_a_translation_may_be_changed_without_leaving_its_source_behind(shelve) -> None:
    japanese = shelve("a", "料金", JA)
    english = shelve("a", "Fees", EN, "en", translation_of="ja", version=2,
                     published=date(2026, 5, 1))  # fmt: skip
    assert kinds([japanese, english]) == []


def test_an_article_in_one_language_only_is_named_if_others_have_two(shelve) -> None:
    both = [shelve("a", "料金", JA), shelve("a", "Fees", EN, "en")]
    (finding,) = drift([*both, shelve("b", "予約", "## 方法\n電話で。")])
    assert (finding.kind, finding.details["missing"]) == ("untranslated", "en")
    assert kinds([shelve("b", "予約", "## 方法\n電話で。")]) == []
