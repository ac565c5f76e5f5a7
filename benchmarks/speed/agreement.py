"""Do the index and the database agree? Asked of a process that has just been started."""

from collections import Counter
from datetime import date

import numpy as np
from sqlmodel import Session, col, select

from knowledge.articles import repository
from knowledge.articles.models import Article, Passage, PassageVectors
from knowledge.articles.passages import sections
from knowledge.retrieval.article_vectors import numbers_of
from knowledge.retrieval.library import Library

LOOKED_UP = 5
TODAY = date(2026, 11, 23)


def disagreements(session: Session, library: Library) -> list[str]:
    """Return one line for each thing that is not as it must be; empty if all is well."""
    found = [*_of_articles(session), *_of_vectors(session)]
    keys = repository.current_keys(session)
    loaded = library._loaded
    vectors = loaded.snapshot.vectors
    if sorted(number for _, _, number in keys) != sorted(vectors.numbers.tolist()):
        found.append("the snapshot has other articles than the database")
    indexed = [index.ids() for index in loaded.indexes.values()]
    if not np.array_equal(np.sort(np.concatenate([vectors.ids[:0], *indexed])), vectors.ids):
        found.append("the vector indexes have other vectors than the snapshot")
    embedded = set(numbers_of(vectors.ids))
    if loaded.embedder is not None and embedded != set(vectors.numbers.tolist()):
        found.append("an article is searched without its vectors")
    for article_id, language, _ in keys[:: max(1, len(keys) // LOOKED_UP)]:
        article = repository.current_article(session, article_id, language)
        title = article.title if article else ""
        hits = library.search(title, language=language, today=TODAY).hits
        if article_id not in {hit.passage.article_id for hit in hits}:
            found.append(f"{article_id} is not found by its own title")
    return found


def _of_articles(session: Session) -> list[str]:
    """Every current article is whole, and the only current one."""
    found = []
    articles = session.exec(select(Article).where(col(Article.current))).all()
    several = Counter((one.article_id, one.language) for one in articles)
    found += [f"{key} is current twice" for key, count in several.items() if count > 1]
    counts = Counter(session.exec(select(Passage.article_pk)))
    for article in articles:
        if counts[article.id] != len(sections(article.body)):
            found.append(f"{article.article_id} has lost passages")
    return found


def _of_vectors(session: Session) -> list[str]:
    """What is searched has all its vectors, and each set of vectors is whole."""
    searched = repository.state(session)[1]
    lacking = session.exec(
        select(Passage.id)
        .join(Article, col(Article.id) == Passage.article_pk)
        .join(
            PassageVectors,
            (col(PassageVectors.passage_id) == Passage.id)
            & (col(PassageVectors.embedding) == searched),
            isouter=True,
        )
        .where(col(Article.current), col(PassageVectors.passage_id).is_(None))
    ).all()
    return [f"{len(lacking)} passages are searched without vectors"] if lacking else []
