from dataclasses import replace
from datetime import UTC, date, datetime

from knowledge.articles.draft import ArticleDraft
from knowledge.articles.ingest import build_record
from knowledge.health.check import KINDS, check_articles
from knowledge.health.shelf import shelve as shelve_records

TODAY = date(2026, 11, 23)


def test_all_checks_look_at_the_articles_of_each_language(shelve, embedder) -> None:
    text = "## 料金\n? 初診料は\n初診料は1,650円です。"
    articles = [
        shelve("a", "診察", text), shelve("b", "受診", text.replace("1,650", "1,750")),
        shelve("c", "終わり", "## 料金\n初診料は9円です。", valid_until=date(2026, 1, 1)),
        shelve("a", "Visit", "## Fees\nThe fee is ¥1,650.", "en"),
    ]  # fmt: skip
    found = check_articles(articles, embedder, TODAY)
    kinds = [one.kind for one in found]
    assert {"contradiction", "expired", "shared_question", "untranslated"} <= set(kinds)
    assert kinds == sorted(kinds, key=KINDS.index)
    # What has expired contradicts nobody any more.
    assert all("c" not in one.articles for one in found if one.kind == "contradiction")


def test_a_findings_key_changes_with_what_the_articles_say_and_with_nothing_else(
    shelve, embedder
) -> None:
    def keys(fee: str) -> set[str]:
        articles = [
            shelve("a", "診察", "## 初診料\n初診料は1,650円です。"),
            shelve("b", "診察", f"## 初診料\n初診料は{fee}円です。"),
        ]  # fmt: skip
        found = check_articles(articles, embedder, TODAY)
        return {one.key for one in found if one.kind == "contradiction"}

    assert keys("1,750") == keys("1,750") != keys("1,850")
    assert keys("1,650") == set()


def test_counts_do_not_change_the_key(shelve, embedder) -> None:
    text = "## 時間\nホテルのチェックアウトは11時までです。"
    articles = [shelve("a", "予約", text), shelve("b", "料金", text)]
    (finding,) = (
        one for one in check_articles(articles, embedder, TODAY) if one.kind == "duplicate"
    )
    assert replace(finding, details={"shared": "61"}).key == finding.key


def test_articles_are_read_without_their_template_marks(embedder) -> None:
    body = "## 料金\n? いくら\n{% if pet.name %}{{ pet.name }}は100円{% else %}200円{% endif %}"
    draft = ArticleDraft("a", "ja", "診察", body, questions=("診察代",))
    (article,) = shelve_records(
        [build_record(draft, embedder, 2, datetime(2026, 1, 1, tzinfo=UTC))]
    )
    assert article.sections[0].text.split() == ["は100円", "200円"]
    assert article.sections[0].asked == ("いくら",)
    assert (article.version, article.questions) == (2, ("診察代",))
