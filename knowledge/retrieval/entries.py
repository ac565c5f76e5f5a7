"""An article as the snapshot takes it in, from rows in memory or from the database."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import literal
from sqlmodel import Session, col, select

from knowledge.articles.models import Article, Passage, PassageVectors
from knowledge.retrieval.results import PassageView

Record = tuple[Article, Sequence[Passage]]
Key = tuple[str, str]  # id and language of an article

_AT_ONCE = 400  # articles; SQLite takes some thousand parameters


@dataclass(frozen=True)
class Entry:
    """One current article in one language, its passages, and their vectors.

    `number` tells this version from every other of every article. `fields` says what each vector
    of each passage is; `vectors` has them all, (n, dimensions) of float16, or none where they are
    kept elsewhere.
    """

    number: int
    key: Key
    valid: tuple[int, int]
    passages: Sequence[PassageView]
    fields: Sequence[Sequence[str]]
    vectors: NDArray[np.float16]


def entries_of(records: Sequence[Record], embedding: str, dimensions: int) -> list[Entry]:
    """Return entries of rows in memory, numbered as they come; vectors by others are left out."""
    return [
        _entry(number, article, passages, [_made(passage, embedding) for passage in passages],
               dimensions)
        for number, (article, passages) in enumerate(records, start=1)
    ]  # fmt: skip


def stored_entries(
    session: Session, numbers: Sequence[int], embedding: str, dimensions: int,
    *, with_vectors: bool = True,
) -> Iterator[Entry]:
    """Yield the stored articles of these numbers (their primary keys), in no order."""
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        passages: dict[int, list[Any]] = defaultdict(list)
        for row in session.exec(_passages(some, embedding, with_vectors)):
            passages[row.article_pk].append(row)
        for article in session.exec(_articles(some)):
            own = passages[article.id]
            made = [(row.fields or (), row.vectors or b"") for row in own]
            yield _entry(article.id, article, own, made, dimensions)


def _articles(numbers: Sequence[int]) -> Any:
    # Columns, not objects: a hundred thousand rows are read at a start.
    columns = (
        Article.id, Article.article_id, Article.language, Article.version, Article.title,
        Article.questions, Article.audience, Article.sensitivity, Article.valid_from,
        Article.valid_until, Article.is_template,
    )  # fmt: skip
    return select(*columns).where(col(Article.id).in_(numbers))  # type: ignore[call-overload]


def _passages(numbers: Sequence[int], embedding: str, with_vectors: bool) -> Any:
    vectors = col(PassageVectors.vectors) if with_vectors else literal(b"")
    columns = (
        Passage.article_pk, Passage.position, Passage.heading, Passage.template,
        Passage.questions, PassageVectors.fields, vectors.label("vectors"),
    )  # fmt: skip
    own = (col(PassageVectors.passage_id) == Passage.id) & (
        col(PassageVectors.embedding) == embedding
    )
    return (
        select(*columns)  # type: ignore[call-overload]
        .join(PassageVectors, own, isouter=True)
        .where(col(Passage.article_pk).in_(numbers))
        .order_by(Passage.article_pk, Passage.position)
    )


def _made(passage: Passage, embedding: str) -> tuple[Sequence[str], bytes]:
    own = [made for made in passage.embedded if made.embedding == embedding]
    return (own[0].fields, own[0].vectors) if own else ((), b"")


def _entry(
    number: int, article: Any, passages: Sequence[Any], made: Sequence[tuple[Sequence[str], bytes]],
    dimensions: int,
) -> Entry:
    questions = tuple(article.questions)
    views = tuple(
        PassageView(
            article_id=article.article_id, language=article.language, version=article.version,
            title=article.title, heading=passage.heading, position=passage.position,
            template=passage.template, audience=article.audience,
            sensitivity=article.sensitivity, questions=questions,
            asked=tuple(passage.questions), is_template=article.is_template,
        )
        for passage in passages
    )  # fmt: skip
    packed = b"".join(vectors for _, vectors in made)
    first, last = article.valid_from or date.min, article.valid_until or date.max
    return Entry(
        number=number,
        key=(article.article_id, article.language),
        valid=(first.toordinal(), last.toordinal()),
        passages=views,
        fields=[fields for fields, _ in made],
        vectors=np.frombuffer(packed, "<f2").reshape(-1, dimensions),
    )
