import numpy as np

from knowledge.health.duplicates import claims, duplicates, shared_questions
from knowledge.health.neighbours import pairs

TEXT = "ホテルのチェックアウトは11時までです。遅れるときは店舗へお電話ください。"


def test_the_same_text_in_two_articles_is_a_duplicate(shelve, embedder) -> None:
    articles = [
        shelve("a", "予約", f"## 時間\n{TEXT}"), shelve("b", "料金", f"## 時間\n{TEXT}"),
        shelve("c", "犬", "## 注射\n犬は毎年ワクチンを受けます。"),
    ]  # fmt: skip
    sections = [section for article in articles for section in article.sections]
    findings = duplicates(sections, embedder.embed([section.text for section in sections]))
    assert [(one.kind, one.articles, one.urgent) for one in findings] == [
        ("duplicate", {"a", "b"}, False)
    ]
    assert findings[0].details["shared"] == "100"


def test_a_question_that_two_articles_claim_is_named_once_for_each_pair(shelve, embedder) -> None:
    articles = [
        shelve("a", "予約", "## 時間\n? ホテルは何時まで\n? ホテル 何時まで\n本文",
               questions=("猫",)),
        shelve("b", "料金", "## 延長\n? ホテルは何時までですか\n本文", questions=("犬",)),
    ]  # fmt: skip
    claimed = claims(articles)
    assert {question for question, _ in claimed} >= {"猫", "犬", "ホテルは何時まで"}
    findings = shared_questions(claimed, embedder.embed([question for question, _ in claimed]))
    assert [one.kind for one in findings] == ["shared_question"]
    assert {place.heading for place in findings[0].places} == {"時間", "延長"}


def test_pairs_are_the_nearest_of_other_groups_each_once() -> None:
    vectors = np.eye(4, dtype=np.float32)
    vectors[1] = vectors[0]
    vectors[2] = np.array([0.8, 0, 0.6, 0])
    found = list(pairs(vectors, ["a", "a", "b", "c"], least=0.5, most=3))
    assert [(one, other) for one, other, _ in found] == [(0, 2), (1, 2)]
    assert [round(cosine, 3) for _, _, cosine in found] == [0.8, 0.8]
    assert list(pairs(vectors, ["a", "a", "b", "c"], least=0.9, most=3)) == []
