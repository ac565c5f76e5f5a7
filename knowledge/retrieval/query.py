"""What is looked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.bm25 import Weighted
from knowledge.retrieval.words import Sound


@dataclass(frozen=True)
class Query:
    """What is looked for: terms as asked, terms with synonyms and weights, sounds, a unit vector.

    `text` is the query as it was written. `alternatives` has the phrases that mean the same as a
    term, `translated` its words in the other language, each with a share of its weight. `language`
    is the reader's, `written_in` the query's own.
    """

    text: str
    terms: tuple[str, ...]
    weights: Mapping[str, float]
    alternatives: Mapping[str, Sequence[Sequence[str]]]
    translated: Mapping[str, Weighted]
    sounds: tuple[Sound, ...]
    vector: NDArray[np.float32]
    language: str
    written_in: str
