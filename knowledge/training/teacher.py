"""What the table learns to imitate: all-MiniLM-L6-v2 (Apache-2.0) reading English texts.

A sentence encoder weighs words in their context; a table of words cannot, but it comes nearer to
it when it is trained on the encoder's own vectors, of English texts and of their Japanese
translations alike (Reimers and Gurevych, "Making Monolingual Sentence Embeddings Multilingual
using Knowledge Distillation", EMNLP 2020).
"""

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from knowledge.training.english_pieces import minilm_folder

_LOG = logging.getLogger(__name__)
_LONGEST = 192
_AT_ONCE = 4096


def teacher_vectors(
    texts: Sequence[str], dimensions: int, cache: Path
) -> NDArray[np.float32]:
    """Return (texts, dimensions): the teacher's vectors in their first singular directions, each
    of length 1.

    The full vectors are kept in the cache folder by a hash of the texts, because they take most
    of the time of a training.
    """
    digest = hashlib.sha256("\x00".join(texts).encode()).hexdigest()[:16]
    file = cache / f"teacher-{digest}.npy"
    if not file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(".partial.npy")
        np.save(partial, _encode(texts))
        partial.replace(file)
    full = np.load(file).astype(np.float32)
    _, _, directions = np.linalg.svd(full[::3], full_matrices=False)
    vectors = full @ directions[:dimensions].T
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def _encode(texts: Sequence[str]) -> NDArray[np.float16]:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(minilm_folder()), device="cpu", local_files_only=True)
    model.max_seq_length = _LONGEST
    model = model.to(torch.bfloat16)
    vectors = np.zeros((len(texts), 384), np.float16)
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    with torch.inference_mode():
        for start in range(0, len(order), _AT_ONCE):
            own = order[start : start + _AT_ONCE]
            encoded = model.encode(
                [texts[at] for at in own],
                batch_size=256, normalize_embeddings=True, convert_to_tensor=True,
                show_progress_bar=False,
            )
            vectors[own] = encoded.float().numpy()
            _LOG.info("teacher: %d of %d texts", start + len(own), len(order))
    return vectors
