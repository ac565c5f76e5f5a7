from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.retrieval.expects import Expected
from knowledge.retrieval.spans import answer_in

FEE = "診断書は1通2,200円です。お渡しまで日数をいただきます。受付でお申し込みください。"
STEPS = """予約の変更はマイページで行えます。手順は次のとおりです。

1. 「予約」を開く
2. 「変更」を押す
3. 確認する

駐車場は2時間無料です。"""
SIZES = "ホテルの料金は次のとおりです。\n\n" + "\n".join(
    f"- {size}：{fee}円" for size, fee in (("猫", "4,400"), ("小型犬", "4,950"))
) + "\n\n毛布をお持ちいただけます。\n"  # fmt: skip
TABLE = "Fees by size:\n\n| size | fee |\n|---|---|\n" + "".join(
    f"| {size} | ¥{number},000 |\n"
    for number, size in enumerate(
        ("tiny", "small", "medium", "large", "huge", "giant", "cat", "ferret"), start=1
    )
)


def test_the_sentence_that_answers_is_chosen_and_the_others_are_left_out() -> None:
    answer = answer_in("診断書はいくらですか", FEE)
    assert answer.text == "診断書は1通2,200円です。"
    assert not answer.complete
    assert [FEE[span.start : span.end] for span in answer.spans] == [answer.text]
    assert answer.spans[0].score > 0


def test_steps_stay_whole_with_the_sentence_that_introduces_them() -> None:
    answer = answer_in("変更を押すのはどの順番ですか、手順を教えて", STEPS)
    assert "手順は次のとおりです。\n\n1. 「予約」を開く\n2. 「変更」を押す\n3. 確認" in answer.text
    assert "駐車場" not in answer.text
    assert "steps" in {span.kind for span in answer.spans}


def test_a_short_list_stays_a_list_with_its_lead_in() -> None:
    answer = answer_in("小型犬は一泊いくら", SIZES)
    assert answer.text == "ホテルの料金は次のとおりです。\n\n- 猫：4,400円\n- 小型犬：4,950円"


def test_a_lead_in_that_is_chosen_brings_its_list() -> None:
    answer = answer_in("ホテルの料金は次のとおりですか", SIZES)
    assert "- 小型犬：4,950円" in answer.text


def test_a_long_table_keeps_its_header_and_the_rows_that_answer() -> None:
    answer = answer_in("What does a ferret cost?", TABLE)
    assert answer.text == "Fees by size:\n\n| size | fee |\n|---|---|\n| ferret | ¥8,000 |"


def test_a_short_table_is_shown_whole() -> None:
    short = "\n".join(TABLE.splitlines()[:6])
    assert "small" in answer_in("What does a tiny dog cost?", short).text


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        (
            "ポイントは戻りますか",
            "退会できます。ポイントは退会で失効します。その場合、ポイントは元に戻りません。",
            "ポイントは退会で失効します。その場合、ポイントは元に戻りません。",
        ),
        (
            "Do you refund opened food?",
            "Bring the receipt. We refund goods within 8 days. However, opened food is refunded "
            "only if it is faulty.",
            "We refund goods within 8 days. However, opened food is refunded only if it is faulty.",
        ),
    ],
)
def test_a_sentence_that_refers_back_brings_the_one_before_it(
    question: str, text: str, answer: str
) -> None:
    assert answer_in(question, text).text == answer


def test_an_exception_that_follows_is_never_cut_off() -> None:
    text = "予約は前日まで無料で取り消せます。ただし、手術は別です。駐車場もあります。"
    assert "ただし、手術は別です。" in answer_in("予約の取り消しは無料ですか", text).text


def test_warnings_are_kept_where_they_are_asked_for() -> None:
    text = "料金は880円です。お車でどうぞ。ぐったりしているときはすぐにお電話ください。"
    assert "すぐに" not in answer_in("料金はいくら", text).text
    assert "すぐに" in answer_in("料金はいくら", text, cautions=True).text
    assert "お車" not in answer_in("料金はいくら", text, cautions=True).text


def test_words_of_the_subject_tell_little_within_it() -> None:
    text = "狂犬病の注射は犬が毎年受けます。4月から6月です。猫には義務がありません。"
    answer = answer_in("猫にも狂犬病の注射は必要ですか", text, subject="狂犬病の注射の時期")
    assert "猫には義務がありません。" in answer.text


@pytest.mark.parametrize("question", ["", "？", "zzz qqq", "天気"])
def test_where_nothing_stands_out_the_whole_passage_is_the_answer(question: str) -> None:
    answer = answer_in(question, FEE)
    assert answer.complete
    assert answer.text == FEE


def test_an_empty_passage_gives_an_empty_answer() -> None:
    assert answer_in("料金は", "").text == ""


@given(st.text(max_size=300), st.text(max_size=40))
def test_spans_are_cut_from_the_text_in_its_order_whatever_it_is(text: str, question: str) -> None:
    spans = answer_in(question, text).spans
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert all(text[one.start : one.end] == one.text for one in spans if one.kind == "text")


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("いくらですか", "2,200円です", "2時間です"),
        ("how much is it", "It is ¥880.", "It takes 8 days."),
        ("何時まで開いていますか", "19時までです", "1,900円です"),
        ("how long does it take", "about two weeks", "in the shop"),
        ("電話番号は", "0120-000-826", "2026年"),
        ("email address?", "support@x.example", "our shop"),
        ("where is it", "at our Meguro shop", "3,000 yen"),
    ],
)
def test_what_is_asked_for_is_told_from_what_is_not(
    question: str, holds: str, lacks: str
) -> None:
    expected = Expected(question)
    assert expected.held_by(holds) == 1.0
    assert expected.held_by(lacks) == 0.0


def test_a_question_that_asks_for_nothing_typical_expects_nothing() -> None:
    assert not Expected("ポイントを家族に譲れますか")
    assert Expected("ポイントを家族に譲れますか").held_by("100円") == 0.0
