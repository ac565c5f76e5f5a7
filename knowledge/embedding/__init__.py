"""Turns text into vectors: the bundled bilingual table, or any sentence-transformers model."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

BUNDLED = Path(__file__).parent / "model"

__all__ = ["BUNDLED", "Embedder", "EmbeddingUnavailable", "load_embedder"]


class EmbeddingUnavailable(RuntimeError):
    """The embedding that the settings name cannot be loaded; says why in one sentence."""


class Embedder(Protocol):
    """What the indexes know of an embedding.

    `name` carries the version too ("yorisoi-static-ja-en@2"): vectors of two names never mix.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (len(texts), dimensions), L2-normalized; zeros for a text with no known token."""
        ...


def load_embedder(name: str | None = None) -> Embedder:
    """Return the embedding of this name or folder, or the bundled one for None.

    Raises EmbeddingUnavailable when the library or the model is not on this machine.
    """
    from knowledge.embedding.static import StaticEmbedder, is_static_model

    folder = Path(name) if name else BUNDLED
    if is_static_model(folder):
        return StaticEmbedder(folder)
    if not name:
        raise EmbeddingUnavailable(f"The bundled embedding is missing from {folder}.")
    from knowledge.embedding.sentence_transformers import SentenceTransformersEmbedder

    return SentenceTransformersEmbedder(name)
