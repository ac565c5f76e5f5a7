import pytest

from knowledge.spelling import GRAM, grams, in_kana, runs, sounds


@pytest.mark.parametrize(
    "spellings",
    [
        ["健康診断", "けんこうしんだん", "ケンコウシンダン", "kenkoushindan", "kenkosindan"],
        ["注射", "ちゅうしゃ", "chuusha", "tyuusya"],
        ["クレジット", "くれじっと", "kurejitto", "kurezitto"],
        ["シャンプー", "しゃんぷー", "shanpuu", "syampu"],
        ["operation", "opperation"],
    ],
)
def test_what_sounds_the_same_has_the_same_letters(spellings: list[str]) -> None:
    heard = {spelling: sounds(spelling) for spelling in spellings}
    assert heard[spellings[0]]
    assert len({tuple(letters) for letters in heard.values()}) == 1, heard


def test_an_error_in_one_letter_leaves_most_of_the_sound() -> None:
    right, wrong = set(sounds("information")), set(sounds("infomation"))
    assert len(right & wrong) >= len(right) // 2


def test_other_words_sound_different() -> None:
    assert not set(sounds("ワクチン")) & set(sounds("トリミング"))


def test_a_run_is_a_latin_word_or_a_japanese_stretch() -> None:
    assert runs("My Page で予約を変更、OK?") == ["my", "page", "で予約を変更", "ok"]
    assert grams("ok") == []
    assert all(len(gram) == GRAM for gram in grams("で予約を変更"))


def test_only_a_longer_stretch_of_hiragana_is_suspected_to_be_words() -> None:
    assert in_kana("きょうけんびょう")
    assert not in_kana("ですか")
    assert not in_kana("予約のへんこう")
