"""What the ranking sees of a section."""

from datetime import date

import pytest

from knowledge.articles.draft import ArticleDraft
from knowledge.embedding import Embedder
from knowledge.fitting.examples import Libraries
from knowledge.retrieval.candidates import OF_SECTION
from knowledge.retrieval.expects import asks_for
from knowledge.retrieval.library import Library

BODY = """## 健康診断の料金
? 健診はいくらですか

基本健診は6,600円です。

## 健康診断の時期
? 健康診断は受けたほうがいいですか

年に1回をおすすめします。
"""


@pytest.fixture
def library(embedder: Embedder) -> Library:
    draft = ArticleDraft("checkup", "ja", "健康診断", BODY)
    return Libraries([draft], embedder, None).whole()


def seen(library: Library, question: str) -> dict[str, dict[str, float]]:
    passages, features = library.compared(question, language="ja", today=date(2026, 11, 23))
    return {one.heading: dict(zip(OF_SECTION, row, strict=True))
            for one, row in zip(passages, features.tolist(), strict=True)}


def test_a_section_that_answers_the_kind_of_question_shows(library: Library) -> None:
    price = seen(library, "健康診断は何円かかりますか")
    fee, time = price["健康診断の料金"], price["健康診断の時期"]
    assert fee["kind_asked"] > time["kind_asked"] == 0.0
    assert (fee["kind_missed"], time["kind_missed"]) == (0.0, 1.0)
    assert (fee["kind_held"], time["kind_held"]) == (1.0, 0.0)


def test_the_words_of_the_nearest_question_count_both_ways(library: Library) -> None:
    same = seen(library, "健康診断は受けたほうがいいですか")["健康診断の時期"]
    assert same["asked_covered"] == pytest.approx(1.0)
    assert same["asked_excess"] == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("question", "kinds"),
    [("いくらですか", {"amount"}), ("How much is it?", {"amount"}),
     ("土曜は何時までですか", {"hour"}),
     ("持ち物を教えて", {"list"}), ("Do I need to book?", {"should"}),
     ("ホテルに預けてもいいですか", {"may"}), ("こんにちは", set())],
)
def test_a_question_is_of_a_kind(question: str, kinds: set[str]) -> None:
    assert kinds <= asks_for(question)
    assert kinds or not asks_for(question)
