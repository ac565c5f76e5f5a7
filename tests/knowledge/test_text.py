"""Both languages become terms that can be found again, however they were written."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge.text import analyze, language_of, normalize, segments, straight


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("ＡＢＣ　１２３", "abc 123"),
        ("ｻｰﾊﾞｰ", "サーバー"),
        ("サ―バ−", "サーバー"),
        ("すごーーーい", "すごーい"),
        ("10時〜17時", "10時~17時"),
        ("10時～17時", "10時~17時"),
        ("It’s  here\n", "it's here"),
        ("03‐1234—5678", "03-1234-5678"),
        ("", ""),
    ],
)
def test_what_looks_alike_is_spelled_alike(written: str, normal: str) -> None:
    assert normalize(written) == normal


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("返品したいです", "ja"),
        ("返品", "ja"),
        ("iPhone 15 Proの返品", "ja"),
        ("asyncioのTaskGroupがcancelされる", "ja"),
        ("How do I say ありがとう in Japanese?", "en"),
        ("Where is my order?", "en"),
        ("Où est ma commande ?", "en"),
        ("見て https://example.com/a/long/path/with/words", "ja"),
    ],
)
def test_the_script_tells_the_language(text: str, language: str) -> None:
    assert language_of(text, default="en") == language


@pytest.mark.parametrize("text", ["", "12345", "?!", "support@example.com"])
def test_a_text_without_letters_has_the_default_language(text: str) -> None:
    assert language_of(text, default="en") == "en"
    assert language_of(text) == "ja"


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("コードを打込む", "コードを打ち込む"),
        ("サーバの設定", "サーバーの設定"),
        ("引越しの手続き", "引っ越しの手続"),
        ("ﾊﾟｽﾜｰﾄﾞを忘れた", "パスワードを忘れました"),
        ("cancelling subscriptions", "cancel a subscription"),
        ("１，０００円", "1000円"),
    ],
)
def test_two_spellings_are_the_same_terms(one: str, another: str) -> None:
    assert analyze(one) == analyze(another)


def test_particles_light_verbs_and_stopwords_are_no_terms() -> None:
    assert analyze("予約を変更することができますか") == ["予約", "変更"]
    assert analyze("What is the price of it?") == ["price"]


def test_numbers_and_codes_are_kept() -> None:
    assert analyze("注文番号 ABC-1234 は 3,000円") == ["注文", "番号", "abc", "1234", "3000", "円"]
    assert analyze("Python3.11とC++") == ["python", "3.11", "c++"]


def test_a_mixed_text_gives_terms_of_both_languages_in_order() -> None:
    assert analyze("Wi-Fiルーターのreset方法") == ["wi", "fi", "ルーター", "reset", "方法"]


def test_long_runs_without_a_space_are_read_in_linear_time() -> None:
    blob = "x1y2" * 50_000
    assert language_of(blob) == "en"
    assert analyze("x" * 100_000) == ["x" * 100_000]
    assert len(analyze(blob)) == 200_000


def test_a_text_without_content_has_no_terms() -> None:
    assert analyze("") == []
    assert analyze("。、！ …") == []


def test_a_text_longer_than_the_analyser_takes_at_once_is_read_whole() -> None:
    assert analyze("返品" * 30_000).count("返品") == 60_000 // 2


def test_segments_keep_the_other_scripts_as_written() -> None:
    assert [segment[:2] for segment in segments("Returnsの返品 okay")] == [
        ("returns", False),
        ("返品", True),
        ("okay", False),
    ]


def test_negations_and_question_words_are_marked_and_no_search_terms() -> None:
    marked = [segment.text for segment in segments("どこにも届かない") if not segment.content]
    assert marked == ["どこ", "ない"]
    assert analyze("どこにも届かない") == ["届く"]


def test_threads_may_analyse_at_the_same_time() -> None:
    texts = [f"{number}番の窓口で証明書を発行します returns" for number in range(200)]
    alone = [analyze(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(analyze, texts)) == alone


def test_a_straight_text_turns_no_words_around() -> None:
    assert straight("a\u202eb\u2066c\u200fd") == "abcd"
    assert straight("返品したい? don't") == "返品したい? don't"
