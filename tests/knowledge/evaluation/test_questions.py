import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.articles.draft import ArticleDraft
from knowledge.articles.ingest import build_record
from knowledge.articles.passages import sections
from knowledge.articles.readers import read_articles
from knowledge.embedding import Embedder
from knowledge.evaluation.questions import (
    Question,
    QuestionsUnreadable,
    ask,
    evaluate_questions,
    read_questions,
)
from knowledge.retrieval.library import Library

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "examples" / "pet_care" / "evaluation"
HARD = ("typo", "kana", "romaji", "mixed", "other_language", "vague")
STRAY = {"near", "far", "business", "chat", "account", "nonsense"}

ROWS = [
    {
        "id": "1",
        "question": "ホテルの料金",
        "language": "ja",
        "article": "hotel",
        "section": "料金",
    },
    {"id": "2", "question": "ホテルの料金", "language": "ja", "article": "none", "section": "料金"},
    {"id": "3", "question": "天気は？", "language": "ja", "kind": "far"},
]


@pytest.fixture
def questions(tmp_path: Path) -> list[Question]:
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS)
    (tmp_path / "questions.jsonl").write_text(text + "\n\n", encoding="utf-8")
    return list(read_questions(tmp_path / "questions.jsonl"))


def test_answerable_and_unanswerable_questions_are_read(questions: list[Question]) -> None:
    assert [question.article for question in questions] == ["hotel", "none", ""]
    assert questions[2].kind == "far"


def test_a_question_stays_in_its_half_for_ever(questions: list[Question]) -> None:
    assert [question.for_fitting for question in questions] == [False, True, True]


def test_the_report_counts_articles_and_sections(
    questions: list[Question], embedder: Embedder
) -> None:
    draft = ArticleDraft("hotel", "ja", "ホテル", "## 料金\nホテルの料金。\n## 予約\n予約です。")
    library = Library(embedder)
    library.adopt([build_record(draft, embedder, 1, datetime(2026, 1, 1, tzinfo=UTC))])
    report = evaluate_questions(library, questions[:2])
    assert (report.count, report.article_at_1, report.section_at_1) == (2, 0.5, 0.5)
    only = evaluate_questions(library, questions, chosen=lambda question: question.id == "1")
    assert (only.count, only.article_at_5, only.section_at_3) == (1, 1.0, 1.0)
    assert evaluate_questions(library, []).count == 0


def test_a_heading_and_its_translation_answer_alike(embedder: Embedder) -> None:
    drafts = (
        ArticleDraft("hotel", "ja", "ホテル", "## 料金\nホテルの料金。"),
        ArticleDraft("hotel", "en", "Hotel", "## Fees\nWhat the hotel costs."),
    )
    library = Library(embedder)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    library.adopt([build_record(draft, embedder, 1, now) for draft in drafts])
    either = Question("1", "ホテルの料金", "en", "hotel", ("料金", "Fees"))
    assert either.answered_by(ask(library, either).hits[0])
    english = Question("2", "ホテルの料金 hotel", "ja", "hotel", ("Fees",), articles_in="en")
    hits = ask(library, english).hits
    assert {hit.passage.language for hit in hits} == {"en"}
    assert english.answered_by(hits[0])


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("not json", "line 2: not JSON"),
        ("[1]", "line 2: write one JSON object"),
        ('{"id": "1", "language": "ja"}', 'line 2: "question" is missing'),
        ('{"id": "1", "question": "?", "language": "fr"}', "'fr'; use ja or en"),
    ],
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"id": "0", "question": "x", "language": "en"}\n' + line, "utf-8")
    with pytest.raises(QuestionsUnreadable, match=complaint):
        list(read_questions(file))


def test_every_question_of_the_sample_company_names_sections_that_exist() -> None:
    files = sorted((SAMPLE / "retrieval").glob("*.jsonl"))
    questions = [question for file in files for question in read_questions(file)]
    headings = {
        (draft.article_id, section.heading)
        for draft in read_articles(ROOT / "examples" / "pet_care" / "articles")
        for section in sections(draft.body)
    }
    wrong = [
        question.id
        for question in questions
        if not question.sections
        or any((question.article, section) not in headings for section in question.sections)
    ]
    assert wrong == []


def test_the_sample_company_has_hard_questions_of_every_kind_and_many_that_none_answers() -> None:
    files = sorted((SAMPLE / "retrieval").glob("*.jsonl"))
    asked = [question for file in files for question in read_questions(file)]
    stray = list(read_questions(SAMPLE / "out_of_scope.jsonl"))
    kinds = Counter(question.kind for question in asked)
    assert len(asked) >= 450
    assert min(kinds[kind] for kind in HARD) >= 30
    assert Counter(question.kind for question in stray).keys() >= STRAY
    assert len(stray) >= 200
    every = [question.id for question in (*asked, *stray)]
    assert len(set(every)) == len(every)
