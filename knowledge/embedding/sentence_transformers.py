"""Any sentence-transformers model, by name or folder, in the place of the bundled embedding."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import EmbeddingUnavailable


class SentenceTransformersEmbedder:
    """Embeds with one sentence-transformers model; torch is imported here and nowhere else."""

    def __init__(self, model: str, trust_remote_code: bool = False) -> None:
        """Load the model; HF_HUB_OFFLINE=1 keeps the library from asking any network.

        Raises EmbeddingUnavailable in a sentence that names YORISOI_EMBEDDING.
        """
        self._model = _load(model, trust_remote_code)
        self.name = f"{Path(model).name}@{_version(model, self._model)}"
        self.dimensions = int(self._model.get_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (len(texts), dimensions), L2-normalized; zeros for a text that gives no vector."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        encoded = self._model.encode(list(texts), convert_to_numpy=True, show_progress_bar=False)
        vectors: NDArray[np.float32] = np.array(encoded, dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(lengths > 0, lengths, 1)
        return vectors


def _load(model: str, trust_remote_code: bool) -> Any:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EmbeddingUnavailable(
            f"YORISOI_EMBEDDING names the model {model!r}, which needs sentence-transformers: "
            "install yorisoi[models], or leave YORISOI_EMBEDDING empty for the bundled embedding."
        ) from error
    offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}
    try:
        return SentenceTransformer(
            model, trust_remote_code=trust_remote_code, local_files_only=offline, device="cpu"
        )
    except Exception as error:  # the library raises a dozen kinds, by network, file and format
        raise EmbeddingUnavailable(
            f"YORISOI_EMBEDDING names the model {model!r}, which could not be loaded "
            f"({type(error).__name__}); check the name, or put its folder there."
        ) from error


def _version(model: str, loaded: Any) -> str:
    """Return what tells two states of a model apart: the hub's commit, or a hash of the weights."""
    if not Path(model).is_dir():
        config = getattr(getattr(loaded[0], "auto_model", None), "config", None)
        return str(getattr(config, "_commit_hash", None) or "unknown")[:12]
    digest = hashlib.sha256()
    for path in sorted(Path(model).rglob("*")):
        if path.suffix in {".safetensors", ".bin", ".json"}:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]
