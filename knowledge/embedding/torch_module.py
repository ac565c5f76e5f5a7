"""The bundled table as a module of sentence-transformers, for those who work with that library.

`SentenceTransformer("knowledge/embedding/model", trust_remote_code=True)` gives the vectors that
StaticEmbedder gives; the flag is asked for because the class is not the library's own.
"""

from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from sentence_transformers.base.modules.input_module import InputModule
from torch.nn import EmbeddingBag, functional

from knowledge.embedding.static import ROWS_FILE, map_tensors
from knowledge.embedding.vocabulary import Vocabulary


class StaticBilingual(InputModule):  # type: ignore[misc, unused-ignore]
    """Sums the rows of a text's words and gives the sum the length 1."""

    def __init__(self, vocabulary: Vocabulary, rows: torch.Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call, unused-ignore]
        self._vocabulary = vocabulary
        self.embedding = EmbeddingBag.from_pretrained(rows, freeze=False, mode="sum")

    @classmethod
    def load(cls, model_name_or_path: str, *args: Any, **options: Any) -> Self:
        """Return the module of a local model folder."""
        folder = Path(model_name_or_path)
        tensors = map_tensors(folder / ROWS_FILE)
        rows = tensors["rows"].astype(np.float32) * tensors["scales"][:, None]
        return cls(Vocabulary.load(folder, tensors["rows_of_words"]), torch.from_numpy(rows))

    def save(self, output_path: str, *args: Any, **options: Any) -> None:
        """Write the model folder anew, the rows as int8."""
        from knowledge.training.save import save_model

        save_model(Path(output_path), self._vocabulary, self.embedding.weight.detach().numpy())

    def preprocess(self, inputs: Any, prompt: str | None = None, **options: Any) -> Any:
        """Return the rows of all texts in one line, and where each text begins."""
        rows = [self._vocabulary.rows((prompt or "") + text) for text in inputs]
        offsets = np.cumsum([0, *(len(found) for found in rows[:-1])])
        flat = [row for found in rows for row in found]
        return {
            "input_ids": torch.tensor(flat, dtype=torch.long),
            "offsets": torch.from_numpy(offsets.astype(np.int64)),
        }

    def forward(self, features: dict[str, torch.Tensor], **options: Any) -> dict[str, torch.Tensor]:
        """Add "sentence_embedding", (texts, dimensions), L2-normalized, to the features."""
        sums = self.embedding(features["input_ids"], features["offsets"])
        features["sentence_embedding"] = functional.normalize(sums, dim=1)
        return features

    def get_embedding_dimension(self) -> int:
        """Return the number of dimensions."""
        return int(self.embedding.embedding_dim)

    @property
    def max_seq_length(self) -> float:
        """Return infinity: a text is never cut."""
        return float("inf")
