"""An embedding that is another by its name only: so that everything can be embedded anew."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Embedder


@dataclass(frozen=True)
class Renamed:
    """The vectors of another embedding, under another name."""

    embedder: Embedder
    name: str

    @property
    def dimensions(self) -> int:
        return self.embedder.dimensions

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return what the embedding itself returns."""
        return self.embedder.embed(texts)
