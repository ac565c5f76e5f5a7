"""A database in memory, a small embedding of our own, and the folder of real data."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlmodel import Session, SQLModel, create_engine

from knowledge.articles import models  # noqa: F401  (registers the tables)
from knowledge.text import analyze

ROOT = Path(__file__).parents[2]

# What the fake embedding takes for one meaning, so that it can cross the languages.
MEANINGS = {
    "ワクチン": "vaccin",
    "予防接種": "vaccin",
    "猫": "cat",
    "犬": "dog",
    "料金": "fee",
    "返品": "return",
}


class HashedTerms:
    """An embedding that anyone can compute: each term is a fixed direction, a text their sum."""

    def __init__(self, name: str = "hashed@1", dimensions: int = 64) -> None:
        self.name = name
        self.dimensions = dimensions

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for at, text in enumerate(texts):
            for term in analyze(text):
                vectors[at] += self._direction(MEANINGS.get(term, term))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, lengths, out=vectors, where=lengths > 0)

    def _direction(self, term: str) -> NDArray[np.float32]:
        digest = hashlib.sha256(f"{self.name} {term}".encode()).digest()
        generator = np.random.default_rng(int.from_bytes(digest[:8]))
        return generator.standard_normal(self.dimensions).astype(np.float32)


@pytest.fixture
def embedder() -> HashedTerms:
    return HashedTerms()


@pytest.fixture
def other_embedder() -> HashedTerms:
    return HashedTerms("other@1", dimensions=32)


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def write_article(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes one Markdown article below tmp_path/articles."""

    def write(article_id: str, body: str, language: str = "en", **keys: str) -> Path:
        keys = {"title": article_id.replace("-", " "), **keys}
        matter = "".join(f"{key}: {value}\n" for key, value in keys.items())
        file = tmp_path / "articles" / language / f"{article_id}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            f"---\nid: {article_id}\nlanguage: {language}\n{matter}---\n{body}\n", "utf-8"
        )
        return file

    return write


@pytest.fixture
def shared_data() -> Path:
    """Return the folder of real data, which is not part of the repository."""
    folder = ROOT / os.environ.get("YORISOI_SHARED_DATA", "../shared/data")
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}; name its folder in YORISOI_SHARED_DATA")
    return folder
