"""The list of words and their translations, and what a search makes of it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from knowledge.articles.draft import ArticleDraft
from knowledge.articles.ingest import build_record
from knowledge.embedding import Embedder
from knowledge.retrieval.library import Library
from knowledge.translations import Translations, load_translations, save_translations

TODAY = date(2026, 11, 23)


def test_a_translation_goes_both_ways() -> None:
    words = Translations({"猫": [("cat", 0.7), ("kitten", 0.1)], "子猫": [("kitten", 0.6)]})
    assert words.of("猫") == [("cat", pytest.approx(0.7)), ("kitten", pytest.approx(0.1))]
    assert dict(words.of("kitten")) == pytest.approx({"猫": 0.1, "子猫": 0.6})
    assert words.of("犬") == []


def test_the_list_comes_back_from_its_file_and_is_the_same_bytes_each_time(tmp_path: Path) -> None:
    learned = {"予約": [("reserv", 0.48), ("appoint", 0.08)], "猫": [("cat", 0.7)]}
    for name in ("a.tsv.gz", "b.tsv.gz"):
        save_translations(tmp_path / name, learned)
    assert (tmp_path / "a.tsv.gz").read_bytes() == (tmp_path / "b.tsv.gz").read_bytes()
    read = load_translations(tmp_path / "a.tsv.gz")
    assert read.of("予約") == [("reserv", pytest.approx(0.48)), ("appoint", pytest.approx(0.08))]


@pytest.mark.parametrize(
    ("japanese", "english"),
    [("猫", "cat"), ("病院", "hospit"), ("予約", "reserv"), ("例外", "except")],
)
def test_the_bundled_list_knows_common_words(japanese: str, english: str) -> None:
    assert load_translations().of(japanese)[0][0] == english


def library(embedder: Embedder, translations: Translations) -> Library:
    found = Library(embedder, translations=translations)
    drafts = [
        ArticleDraft("ferry", "en", "Ferry timetable", "The ferry leaves at nine."),
        ArticleDraft("lighthouse", "en", "The lighthouse", "It may be climbed on Sundays."),
    ]
    now = datetime(2026, 11, 23, tzinfo=UTC)
    found.adopt([build_record(draft, embedder, 1, now) for draft in drafts])
    return found


def test_words_alone_find_an_article_of_the_other_language(embedder: Embedder) -> None:
    words = Translations({"渡し舟": [("ferri", 0.5)], "灯台": [("lighthous", 0.9)]})
    for question, article in (("渡し船は何時ですか", "ferry"), ("灯台に登りたい", "lighthouse")):
        asked = {"language": "ja", "today": TODAY, "retriever": "lexical"}
        hits = library(embedder, words).search(question, **asked).hits  # type: ignore[arg-type]
        assert [hit.passage.article_id for hit in hits] == [article]
        assert not library(embedder, Translations({})).search(question, **asked).hits  # type: ignore[arg-type]


def test_a_hit_names_the_translated_word_that_it_was_found_by(embedder: Embedder) -> None:
    words = Translations({"灯台": [("lighthous", 0.9)]})
    asked = {"language": "ja", "today": TODAY, "retriever": "lexical"}
    result = library(embedder, words).search("灯台に登りたい", **asked)  # type: ignore[arg-type]
    assert "lighthous" in result.hits[0].matched_terms
