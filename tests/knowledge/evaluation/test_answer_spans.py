from pathlib import Path

import pytest

from knowledge.articles.passages import sections
from knowledge.articles.readers import read_articles
from knowledge.evaluation.answer_spans import SpanCase, evaluate_spans, read_span_cases

PET_CARE = Path(__file__).parents[3] / "examples" / "pet_care"
TEXT = "診断書は1通2,200円です。受付でお申し込みください。狂犬病の手数料は550円です。"


def test_the_report_counts_complete_and_lean_answers_apart() -> None:
    good = SpanCase("1", "診断書はいくらですか", "ja", "a", "", ("2,200円",), ("550円",))
    bad = SpanCase("2", "診断書はいくらですか", "ja", "a", "", ("550円",))
    report = evaluate_spans([good, bad], lambda case: TEXT, None)
    assert (report.cases, report.complete, report.lean) == (2, 0.5, 1.0)
    assert 0 < report.kept < 1


def test_the_sample_companys_cases_stand_in_its_articles() -> None:
    cases = read_span_cases(PET_CARE / "evaluation" / "spans.jsonl")
    texts = {
        (draft.article_id, draft.language, section.heading): section.template
        for draft in read_articles(PET_CARE / "articles")
        for section in sections(draft.body)
    }
    lost = [case.id for case in cases
            if (case.article, case.language, case.section) not in texts
            or not all(must in texts[case.article, case.language, case.section]
                       for must in (*case.must, *case.beside))]  # fmt: skip
    assert lost == []
    assert len(cases) >= 60
    assert {case.language for case in cases} == {"ja", "en"}


def test_a_line_that_is_no_case_is_named(tmp_path: Path) -> None:
    file = tmp_path / "spans.jsonl"
    file.write_text('\n{"id": "1"}', "utf-8")
    with pytest.raises(ValueError, match="line 2: no case of an answer"):
        read_span_cases(file)
