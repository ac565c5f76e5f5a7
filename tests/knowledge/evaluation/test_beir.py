import json
from pathlib import Path

import pytest

from knowledge.embedding import BUNDLED, Embedder, load_embedder
from knowledge.evaluation.beir import evaluate, score


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    def lines(name: str, rows: list[dict[str, str]]) -> None:
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (tmp_path / name).write_text(text, encoding="utf-8")

    lines(
        "corpus.jsonl",
        [
            {"_id": "a", "title": "猫のワクチンはいくらですか", "text": "5,500円です。"},
            {"_id": "b", "title": "", "text": "返品は8日以内です。"},
            {"_id": "c", "title": "ホテル", "text": "一泊4,400円です。"},
        ],
    )
    lines("queries.jsonl", [{"_id": "1", "text": "猫のワクチン"}, {"_id": "2", "text": "犬"}])
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta\t2\n1\tb\t1\n")
    return tmp_path


def test_only_judged_queries_count(folder: Path, embedder: Embedder) -> None:
    report = evaluate(folder, embedder)
    assert (report.queries, report.precision_at_1) == (1, 1.0)
    assert evaluate(folder, embedder, limit=0).queries == 0


def test_a_higher_grade_narrows_what_counts(folder: Path, embedder: Embedder) -> None:
    assert evaluate(folder, embedder, "lexical").recall_at_10 == 0.5
    assert evaluate(folder, embedder, "lexical", grade=2).recall_at_10 == 1.0


def test_figures_are_those_of_their_definitions() -> None:
    precision, recall_5, recall_10, reciprocal, gain = score(["x", "a", "b"], {"a": 2, "b": 1})
    assert (precision, recall_5, recall_10, reciprocal) == (0.0, 1.0, 1.0, 0.5)
    assert gain == pytest.approx((2 / 1.58496 + 1 / 2) / (2 + 1 / 1.58496), abs=1e-4)


@pytest.mark.skipif(not BUNDLED.is_dir(), reason="the bundled embedding is not there")
def test_a_japanese_question_finds_the_english_text_that_answers_it(shared_data: Path) -> None:
    folder = shared_data / "beir" / "python-faq-ja2en"
    if not folder.is_dir():
        pytest.skip(f"no set in {folder}")
    bundled = load_embedder()
    for kind in ("lexical", "dense", "hybrid"):
        assert evaluate(folder, bundled, kind, limit=80).recall_at_10 > 0.8
