"""What every embedding keeps to: the bundled table, and the same folder read with torch."""

import importlib.util
from collections.abc import Callable

import numpy as np
import pytest

from knowledge.embedding import BUNDLED, Embedder, load_embedder

TEXTS = [
    "返品したいのですが、送料はかかりますか?",
    "How do I change the address of my order?",
    "Wi-Fiルーターをresetする方法",
    "",
    "営業時間は10時〜17時です。" * 50,
]

needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is None,
    reason="sentence-transformers is not installed (yorisoi[models])",
)


def static() -> Embedder:
    return load_embedder()


def with_torch() -> Embedder:
    from knowledge.embedding.sentence_transformers import SentenceTransformersEmbedder

    return SentenceTransformersEmbedder(str(BUNDLED), trust_remote_code=True)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(static, id="static"),
        pytest.param(with_torch, id="sentence-transformers", marks=needs_torch),
    ],
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    make: Callable[[], Embedder] = request.param
    return make()


def test_a_vector_for_each_text_in_order(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(vectors[:2], embedder.embed(TEXTS[:2]), atol=1e-5)


def test_vectors_have_the_length_one_or_zero(embedder: Embedder) -> None:
    lengths = np.linalg.norm(embedder.embed(TEXTS), axis=1)
    assert np.allclose(lengths, [1, 1, 1, 0, 1], atol=1e-5)


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimensions)


def test_the_same_text_has_the_same_vector_each_time(embedder: Embedder) -> None:
    assert np.array_equal(embedder.embed(TEXTS), embedder.embed(TEXTS))


def test_the_name_tells_the_version(embedder: Embedder) -> None:
    name, _, version = embedder.name.partition("@")
    assert name
    assert version


def test_the_caller_may_change_what_it_was_given(embedder: Embedder) -> None:
    first = embedder.embed(TEXTS)
    first[:] = 7
    assert not np.any(embedder.embed(TEXTS) == 7)


@needs_torch
def test_both_runtimes_give_the_same_vectors() -> None:
    assert np.allclose(static().embed(TEXTS), with_torch().embed(TEXTS), atol=1e-3)
