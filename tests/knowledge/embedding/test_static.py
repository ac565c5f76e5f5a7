"""The bundled table: what it puts near, and what it does with texts that it does not know."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding import BUNDLED, Embedder, EmbeddingUnavailable, load_embedder


@pytest.fixture(scope="module")
def bundled() -> Embedder:
    return load_embedder()


def nearest(embedder: Embedder, question: str, texts: list[str]) -> int:
    return int((embedder.embed([question]) @ embedder.embed(texts).T).argmax())


ENGLISH = [
    "How can I return a product and get a refund?",
    "What time does the clinic open on Saturday?",
    "I forgot my password and cannot log in.",
    "Does my dog need a vaccination every year?",
    "Where can I park my car near the station?",
]
JAPANESE = [
    "商品を返品して返金してもらうには?",
    "土曜日は診察は何時から始まりますか。",
    "パスワードを忘れてログインできません。",
    "犬のワクチン接種は毎年必要ですか?",
    "駅の近くで車を停められる場所はどこですか。",
]


@pytest.mark.parametrize("at", range(len(ENGLISH)))
def test_a_japanese_question_is_near_its_english_translation(bundled: Embedder, at: int) -> None:
    assert nearest(bundled, JAPANESE[at], ENGLISH) == at
    assert nearest(bundled, ENGLISH[at], JAPANESE) == at


def test_a_question_is_nearest_to_the_text_that_answers_it(bundled: Embedder) -> None:
    answers = [
        "送料は全国一律500円です。5,000円以上のお買い上げで無料になります。",
        "予約の取り消しは前日の18時までマイページから行えます。",
        "お支払いはクレジットカード、銀行振込、代金引換から選べます。",
    ]
    assert nearest(bundled, "予約をキャンセルしたい", answers) == 1
    assert nearest(bundled, "配送にいくらかかりますか", answers) == 0
    assert nearest(bundled, "can I pay by credit card", answers) == 2


def test_spelling_variants_have_the_same_vector(bundled: Embedder) -> None:
    one, another = bundled.embed(["サーバの引越し", "ｻｰﾊﾞｰの引っ越し"])
    assert np.allclose(one, another)


def test_a_mixed_text_lies_between_its_two_languages(bundled: Embedder) -> None:
    mixed, japanese, english, other = bundled.embed(
        ["返品 refund", "返品", "refund", "今日の天気は晴れ"]
    )
    assert mixed @ japanese > mixed @ other
    assert mixed @ english > mixed @ other


@pytest.mark.parametrize("text", ["", " \n", "。！？", "🐶🐱", "한국어"])
def test_a_text_with_no_known_token_is_the_zero_vector(bundled: Embedder, text: str) -> None:
    assert not bundled.embed([text]).any()


def test_the_name_carries_a_version(bundled: Embedder) -> None:
    name, version = bundled.name.split("@")
    assert name == "yorisoi-static-ja-en"
    assert version


def test_a_text_embeds_the_same_alone_and_among_others(bundled: Embedder) -> None:
    together = bundled.embed(JAPANESE + ENGLISH)
    alone = np.vstack([bundled.embed([text]) for text in JAPANESE + ENGLISH])
    assert np.array_equal(together, alone)


def test_the_bundled_embedding_needs_no_torch() -> None:
    program = (
        "import sys; from knowledge.embedding import load_embedder; "
        "load_embedder().embed(['返品', 'refund']); "
        "sys.exit(bool({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", program], cwd=root).returncode == 0


def test_the_bundled_folder_stays_small() -> None:
    size = sum(path.stat().st_size for path in BUNDLED.rglob("*") if path.is_file())
    assert size <= 34_000_000


def test_a_folder_of_the_same_kind_is_read_without_sentence_transformers() -> None:
    assert load_embedder(str(BUNDLED)).name == load_embedder().name


def test_an_embedding_that_is_not_there_is_one_clear_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EmbeddingUnavailable, match="YORISOI_EMBEDDING") as raised:
        load_embedder("nobody/has-this-model")
    assert "nobody/has-this-model" in str(raised.value)
    assert "\n" not in str(raised.value)
