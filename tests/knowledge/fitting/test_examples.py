"""The articles' own questions are asked of libraries that lack them."""

import pytest

from knowledge.articles.draft import ArticleDraft
from knowledge.embedding import Embedder
from knowledge.evaluation.questions import Question
from knowledge.fitting.examples import Libraries

BODY = """## 料金
? ホテルは一泊いくらですか
? 一晩預けると何円かかりますか
? お泊まりの値段

1泊4,400円です。

## 時間
? 何時から預けられますか
? チェックインの時間

10時から18時までです。
"""
OTHER = "## 駐車場\n? 車は停められますか\n? 駐車場はありますか\n\n2時間無料です。\n"


@pytest.fixture
def libraries(embedder: Embedder) -> Libraries:
    drafts = [ArticleDraft("hotel", "ja", "ペットホテル", BODY),
              ArticleDraft("parking", "ja", "駐車場", OTHER)]
    return Libraries(drafts, embedder, None)


def test_each_question_is_asked_of_a_library_that_lacks_it_alone(libraries: Libraries) -> None:
    asked = list(libraries.own_questions(100))
    assert len(asked) == 7
    for library, question in asked:
        known = [text for passage in library.passages() for text in passage.asked]
        assert question.text not in known
    largest = max(len([text for one in library.passages() for text in one.asked])
                  for library, _ in asked)
    assert largest >= 4


def test_a_bare_library_knows_none(libraries: Libraries) -> None:
    assert not any(one.asked or one.questions for one in libraries.bare().passages())
    assert len(libraries.bare().passages()) == 3


def test_a_choice_marks_the_section_that_answers(libraries: Libraries) -> None:
    library = libraries.whole()
    asked = Question("1", "一泊の料金はいくら？", "ja", "hotel", ("料金",))
    made = libraries.choice(library, asked)
    assert made is not None
    assert made.right.sum() == 1
    assert len(made.features) == len(made.right) >= 2


def test_a_question_whose_section_was_not_found_is_no_choice(libraries: Libraries) -> None:
    asked = Question("1", "一泊の料金はいくら？", "ja", "elsewhere", ("料金",))
    assert libraries.choice(libraries.whole(), asked) is None
