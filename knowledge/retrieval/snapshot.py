"""The whole library at one moment, in memory, never changed: what a search runs on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knowledge.articles.models import Article, Passage
from knowledge.retrieval.history import unpack
from knowledge.retrieval.results import PassageView
from knowledge.retrieval.vectors import FaissIndex, VectorIndex
from knowledge.retrieval.words import Analysis, Words

Record = tuple[Article, Sequence[Passage]]

FIELDS = ("article", "question", "section", "asked", "body")
OF_ARTICLE = 2  # the first two belong to the article, the others to a section


@dataclass(frozen=True)
class Vectors:
    """What the rows of the vector indexes are: id → article, passage (-1: the article), field."""

    indexes: Mapping[str, VectorIndex]
    article: NDArray[np.int32]
    passage: NDArray[np.int32]
    field: NDArray[np.int8]
    of_article: Sequence[Sequence[int]]


@dataclass(frozen=True)
class Snapshot:
    """Passages 0 … n-1 and articles 0 … m-1 (an article is one language of it)."""

    revision: int
    passages: Sequence[PassageView]
    article_of: NDArray[np.int32]
    passages_of: Sequence[range]
    language_of: NDArray[np.str_]
    valid: NDArray[np.int32]
    words: Words
    vectors: Vectors
    places: Mapping[tuple[str, str, int], int]

    @property
    def languages(self) -> Sequence[str]:
        return tuple(self.vectors.indexes)

    def valid_on(self, today: date) -> NDArray[np.bool_]:
        """Return (n,) whether each passage's article may be shown on this day, ends included."""
        day = today.toordinal()
        return ((self.valid[:, 0] <= day) & (day <= self.valid[:, 1]))[self.article_of]


def build_snapshot(
    records: Sequence[Record],
    embedding: str,
    dimensions: int,
    revision: int = 0,
    analysis: Analysis | None = None,
) -> Snapshot:
    """Return the snapshot of these articles; vectors of another embedding are left out.

    `analysis` knows the texts of the snapshot before.
    """
    analysis = analysis or Analysis()
    passages = [_view(article, passage) for article, own in records for passage in own]
    sizes = np.array([len(own) for _, own in records], dtype=np.int64)
    ends = np.cumsum(sizes)
    passages_of = [range(end - size, end) for end, size in zip(ends, sizes, strict=True)]
    article_of = np.repeat(np.arange(len(records), dtype=np.int32), sizes)
    return Snapshot(
        revision=revision,
        passages=passages,
        article_of=article_of,
        passages_of=passages_of,
        language_of=np.array([passage.language for passage in passages], dtype=np.str_),
        valid=np.array([_days(article) for article, _ in records], np.int32).reshape(-1, 2),
        words=Words([article for article, _ in records], passages, article_of, analysis),
        vectors=_vectors(records, passages_of, embedding, dimensions),
        places={(p.article_id, p.language, p.position): at for at, p in enumerate(passages)},
    )


def _view(article: Article, passage: Passage) -> PassageView:
    return PassageView(
        article_id=article.article_id,
        language=article.language,
        version=article.version,
        title=article.title,
        heading=passage.heading,
        position=passage.position,
        template=passage.template,
        audience=article.audience,
        sensitivity=article.sensitivity,
        questions=tuple(article.questions),
        asked=tuple(passage.questions),
        is_template=article.is_template,
    )


def _days(article: Article) -> tuple[int, int]:
    first, last = article.valid_from or date.min, article.valid_until or date.max
    return first.toordinal(), last.toordinal()


def _vectors(
    records: Sequence[Record], passages_of: Sequence[range], embedding: str, dimensions: int
) -> Vectors:
    rows: list[NDArray[np.float32]] = []
    article_rows: list[int] = []
    passage_rows: list[int] = []
    fields: list[int] = []
    for at, (_, own) in enumerate(records):
        for place, passage in zip(passages_of[at], own, strict=True):
            if passage.embedding != embedding:
                continue
            rows.append(unpack(passage.vectors, dimensions))
            kinds = [FIELDS.index(name) for name in passage.fields]
            article_rows.extend([at] * len(kinds))
            passage_rows.extend(-1 if kind < OF_ARTICLE else place for kind in kinds)
            fields.extend(kinds)
    matrix = np.concatenate([np.empty((0, dimensions), dtype=np.float32), *rows])
    articles = np.array(article_rows, dtype=np.int32)
    languages = np.array([article.language for article, _ in records], dtype=np.str_)
    indexes: dict[str, VectorIndex] = {}
    for language in sorted(set(languages.tolist())):
        ids = np.flatnonzero(languages[articles] == language)
        indexes[language] = FaissIndex(dimensions)
        indexes[language].add(ids.tolist(), matrix[ids])
    ends = np.searchsorted(articles, np.arange(len(records) + 1))
    of_article = [range(ends[at], ends[at + 1]) for at in range(len(records))]
    return Vectors(
        indexes=indexes,
        article=articles,
        passage=np.array(passage_rows, dtype=np.int32),
        field=np.array(fields, dtype=np.int8),
        of_article=of_article,
    )
