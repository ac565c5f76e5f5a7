"""Writes the model folder: int8 rows, vocabulary, and what sentence-transformers needs to load."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from knowledge.embedding.static import CONFIG_FILE, MODEL_TYPE, ROWS_FILE
from knowledge.embedding.vocabulary import Vocabulary

NAME = "yorisoi-static-ja-en"
VERSION = "2"
_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "knowledge.embedding.torch_module.StaticBilingual"},
]


def quantize(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return (int8 rows, a scale for each row): row times scale is the float row, nearly."""
    scales = np.abs(table).max(axis=1) / 127
    scales = np.where(scales > 0, scales, 1.0).astype(np.float32)
    return np.round(table / scales[:, None]).astype(np.int8), scales


def save_model(folder: Path, vocabulary: Vocabulary, table: NDArray[np.float32]) -> None:
    """Write the model into the folder, which is made if need be; other files there stay."""
    folder.mkdir(parents=True, exist_ok=True)
    rows_of_words = vocabulary.save(folder)
    rows, scales = quantize(table)
    tensors: dict[str, NDArray[Any]] = {
        "rows": rows,
        "scales": scales,
        "rows_of_words": rows_of_words,
    }
    save_file(tensors, folder / ROWS_FILE)
    (folder / ROWS_FILE).chmod(0o644)  # the library leaves it to its owner alone
    config = {
        "model_type": MODEL_TYPE,
        "name": NAME,
        "version": VERSION,
        "dimensions": table.shape[1],
        "rows": len(table),
        "words": len(rows_of_words),
    }
    _write_json(folder / CONFIG_FILE, config)
    _write_json(folder / "modules.json", _MODULES)
    _write_json(
        folder / "config_sentence_transformers.json",
        {"model_type": "SentenceTransformer", "similarity_fn_name": "cosine", "prompts": {}},
    )


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
