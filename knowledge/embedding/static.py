"""The bundled embedding: a table of trained rows, one for each word, summed over the text.

The sum of weighted word vectors is SIF (Arora, Liang and Ma, "A simple but tough-to-beat baseline
for sentence embeddings", ICLR 2017); here the weight is learned and is the length of the row.
Needs numpy, tokenizers and sudachipy, no torch.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding.vocabulary import Vocabulary

CONFIG_FILE = "config.json"
ROWS_FILE = "model.safetensors"
MODEL_TYPE = "yorisoi-static-bilingual"
_NUMPY_TYPES = {"I8": np.int8, "I32": np.int32, "F32": np.float32}


def is_static_model(folder: Path) -> bool:
    """Return whether this folder holds a table that StaticEmbedder reads."""
    config = folder / CONFIG_FILE
    if not config.is_file():
        return False
    return bool(json.loads(config.read_text(encoding="utf-8")).get("model_type") == MODEL_TYPE)


class StaticEmbedder:
    """Embeds with the table of one folder; safe to share among threads."""

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        self.name = f"{config['name']}@{config['version']}"
        self.dimensions = int(config["dimensions"])
        tensors = map_tensors(folder / ROWS_FILE)
        self._rows: NDArray[np.int8] = tensors["rows"]
        self._scales: NDArray[np.float32] = tensors["scales"]
        self._vocabulary = Vocabulary.load(folder, tensors["rows_of_words"])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (len(texts), dimensions), L2-normalized; zeros for a text with no known token."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for at, text in enumerate(texts):
            vectors[at] = self._sum(self._vocabulary.rows(text))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(lengths > 0, lengths, 1)
        return vectors

    def _sum(self, rows: list[int]) -> NDArray[np.float32]:
        """Return the weighted sum; its direction is the mean's, and only that is kept."""
        total: NDArray[np.float32] = self._scales[rows] @ self._rows[rows].astype(np.float32)
        return total


def map_tensors(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a safetensors file, mapped into memory and not read."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    header.pop("__metadata__", None)
    data = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + size)
    return {
        name: data[slice(*entry["data_offsets"])]
        .view(_NUMPY_TYPES[entry["dtype"]])
        .reshape(entry["shape"])
        for name, entry in header.items()
    }
