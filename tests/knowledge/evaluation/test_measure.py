from datetime import date
from pathlib import Path

import pytest

from knowledge.articles.draft import ArticleDraft
from knowledge.evaluation.measure import of_questions
from knowledge.evaluation.questions import Question
from knowledge.evaluation.settings import BadSetting, Setting

DRAFTS = (
    ArticleDraft("vaccine", "ja", "予防接種", "## 時期\n毎年受けます。"),
    ArticleDraft("hotel", "ja", "ホテル", "## 料金\n一泊4,400円です。"),
)


def test_a_setting_is_written_as_keys_and_values() -> None:
    setting = Setting().changed(["retriever=lexical", " glossary = off "])
    assert (setting.retriever, setting.embedding, setting.glossary) == ("lexical", "bundled", "off")
    assert setting.differing_from(Setting(glossary="off")) == "retriever=lexical"
    assert Setting().differing_from(Setting()) == "retriever=hybrid embedding=bundled glossary=on"


@pytest.mark.parametrize("pair", ["lexical", "retriever=", "reader=lexical", "retriever=bm25"])
def test_a_setting_that_cannot_be_understood_says_what_may_be_written(pair: str) -> None:
    with pytest.raises(BadSetting, match="retriever"):
        Setting().changed([pair])


def test_the_glossary_of_a_setting_is_used_and_left_out(tmp_path: Path) -> None:
    glossary = tmp_path / "glossary.yaml"
    glossary.write_text("terms:\n  - {id: v, ja: [ワクチン, 予防接種], en: []}\n", "utf-8")
    asked = [Question("1", "ワクチン", "ja", "vaccine", ("時期",)), Question("2", "天気", "ja")]
    measure = of_questions("own", asked, DRAFTS, date(2026, 11, 23), glossary)
    words = Setting(retriever="lexical")
    with_glossary = measure.run(words)
    without = measure.run(words.changed(["glossary=off"]))
    assert [outcome.figures["section@1"] for outcome in with_glossary] == [1.0]
    assert [outcome.figures["article@5"] for outcome in without] == [0.0]
    assert with_glossary[0].found == ("vaccine › 時期",)
    with pytest.raises(BadSetting, match="no glossary"):
        measure.run(words.changed([f"glossary={tmp_path / 'none.yaml'}"]))


def test_settings_that_differ_in_the_retriever_share_a_library() -> None:
    measure = of_questions("own", (), DRAFTS, date(2026, 11, 23))
    hybrid, lexical = Setting(), Setting(retriever="lexical")
    assert measure.library(hybrid) is measure.library(lexical)
    assert measure.library(hybrid) is not measure.library(Setting(glossary="off"))
