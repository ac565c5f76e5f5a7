"""The whole library at one moment, in memory, never changed: what a search runs on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from knowledge.articles.models import Article, Passage
from knowledge.articles.passages import searchable
from knowledge.retrieval.bm25 import Bm25Index, TextField
from knowledge.retrieval.history import unpack
from knowledge.retrieval.results import PassageView
from knowledge.retrieval.vectors import FaissIndex, VectorIndex
from knowledge.text import analyze

Record = tuple[Article, Sequence[Passage]]
Terms = list[str]

# Of an article and of a section: measured, see README.
TITLE, QUESTIONS, HEADING, BODY = 1.5, 1.0, 1.5, 1.0
FIELDS = ("title", "question", "heading", "body")
_ARTICLE_FIELDS = 2  # the first two belong to the article, the others to a section


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
    articles_text: Bm25Index
    sections_text: Bm25Index
    vectors: Vectors
    places: Mapping[tuple[str, str, int], int]

    @property
    def languages(self) -> Sequence[str]:
        return tuple(self.vectors.indexes)

    def valid_on(self, today: date) -> NDArray[np.bool_]:
        """Return (n,) whether each passage's article may be shown on this day, ends included."""
        day = today.toordinal()
        return ((self.valid[:, 0] <= day) & (day <= self.valid[:, 1]))[self.article_of]

    def idf(self, term: str) -> float:
        """Return how telling a term is in this library."""
        known = self.sections_text.knows(term) or not self.articles_text.knows(term)
        return self.sections_text.idf(term) if known else self.articles_text.idf(term)

    def knows(self, term: str) -> bool:
        return self.sections_text.knows(term) or self.articles_text.knows(term)

    def contains(self, term: str, passage: int) -> bool:
        """Return whether the passage, or the title or a question of its article, has the term."""
        article = int(self.article_of[passage])
        in_article = self.articles_text.contains(term, article)
        return in_article or self.sections_text.contains(term, passage)


def build_snapshot(
    records: Sequence[Record],
    embedding: str,
    dimensions: int,
    revision: int = 0,
    analysis: "Analysis | None" = None,
) -> Snapshot:
    """Return the snapshot of these articles; vectors of another embedding are left out.

    `analysis` knows the texts of the snapshot before.
    """
    analyzed = analysis or Analysis()
    passages = [_view(article, passage) for article, own in records for passage in own]
    sizes = np.array([len(own) for _, own in records], dtype=np.int64)
    ends = np.cumsum(sizes)
    passages_of = [range(end - size, end) for end, size in zip(ends, sizes, strict=True)]
    return Snapshot(
        revision=revision,
        passages=passages,
        article_of=np.repeat(np.arange(len(records), dtype=np.int32), sizes),
        passages_of=passages_of,
        language_of=np.array([passage.language for passage in passages], dtype=np.str_),
        valid=np.array([_days(article) for article, _ in records], np.int32).reshape(-1, 2),
        articles_text=analyzed.articles([article for article, _ in records]),
        sections_text=analyzed.sections(passages),
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
        is_template=article.is_template,
    )


def _days(article: Article) -> tuple[int, int]:
    first, last = article.valid_from or date.min, article.valid_until or date.max
    return first.toordinal(), last.toordinal()


class Analysis:
    """Analyses texts, but those that stood in the snapshot before; forgets what is gone."""

    def __init__(self, before: Mapping[str, Terms] = MappingProxyType({})) -> None:
        self.known: dict[str, Terms] = {}
        self._before = before

    def articles(self, articles: Sequence[Article]) -> Bm25Index:
        titles = [self._terms(article.title) for article in articles]
        questions = [self._terms("\n".join(article.questions)) for article in articles]
        return Bm25Index([TextField(titles, TITLE), TextField(questions, QUESTIONS)])

    def sections(self, passages: Sequence[PassageView]) -> Bm25Index:
        headings = [self._terms(passage.heading) for passage in passages]
        bodies = [self._terms(searchable(passage.template)) for passage in passages]
        return Bm25Index([TextField(headings, HEADING), TextField(bodies, BODY)])

    def _terms(self, text: str) -> Terms:
        if text not in self.known:
            terms = self._before.get(text)
            self.known[text] = analyze(text) if terms is None else terms
        return self.known[text]


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
            passage_rows.extend(-1 if kind < _ARTICLE_FIELDS else place for kind in kinds)
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
