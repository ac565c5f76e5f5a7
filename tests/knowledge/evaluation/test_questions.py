import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.articles.draft import ArticleDraft
from knowledge.articles.ingest import build_record
from knowledge.embedding import Embedder
from knowledge.evaluation.questions import Question, evaluate_questions, read_questions
from knowledge.retrieval.library import Library

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
