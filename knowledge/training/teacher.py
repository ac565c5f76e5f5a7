"""How near English sentences are to a sentence encoder that understands word order (MiniLM).

The table is taught to agree with it, on the English side and across to the Japanese one: knowledge
distillation to another language (Reimers and Gurevych, EMNLP 2020), of similarities (Tung and Mori,
ICCV 2019) and not of vectors, which have other dimensions.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.training.english_pieces import minilm_folder
from knowledge.training.pairs import PairSet

TAUGHT_SETS = ("sentences ja-en", "python docs")  # those with English on the left
_LONGEST = 64


def teach(sets: Sequence[PairSet]) -> dict[str, NDArray[np.float16]]:
    """Return {English text: unit vector (384,)} for the left sides of the taught sets."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(minilm_folder()), device="cpu", local_files_only=True)
    model.max_seq_length = _LONGEST
    texts = list(dict.fromkeys(a for one in sets if one.name in TAUGHT_SETS for a, _ in one.pairs))
    vectors = model.encode(
        texts, batch_size=128, normalize_embeddings=True, show_progress_bar=False
    )
    return dict(zip(texts, np.asarray(vectors, dtype=np.float16), strict=True))
