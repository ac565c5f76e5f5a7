"""Publishes articles: reads, checks, keeps versions, cuts and embeds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import numpy as np
from sqlmodel import Session

from knowledge.articles import repository
from knowledge.articles.draft import ArticleDraft, ArticleRefused, Problem, repeated
from knowledge.articles.models import Article, Passage, PassageVectors
from knowledge.articles.passages import Section, plain_sections, searchable, sections, windows
from knowledge.articles.readers import article_files, read_articles
from knowledge.embedding import Embedder

Check = Callable[[ArticleDraft], Sequence[Problem]]
Outcome = Literal["added", "updated", "unchanged"]


@dataclass
class IngestReport:
    """How many articles came in and changed, and why others did not."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Problem] = field(default_factory=list)


def ingest(
    session: Session,
    paths: Sequence[Path],
    embedder: Embedder,
    check: Check,
    progress: Callable[[int, int], None] | None = None,
    now: datetime | None = None,
) -> IngestReport:
    """Publish every article of these files and folders; never commits.

    A refused article leaves the version that stood before as it is. `check` returns what else is
    wrong with a draft (its template, its audience). `progress` hears (done, total) articles.
    """
    report = IngestReport()
    drafts = _accepted(_read(paths, report), check, report)
    for done, draft in enumerate(drafts, start=1):
        outcome = publish(session, draft, embedder, now)
        setattr(report, outcome, getattr(report, outcome) + 1)
        if progress:
            progress(done, len(drafts))
    return report


def publish(
    session: Session, draft: ArticleDraft, embedder: Embedder, now: datetime | None = None
) -> Outcome:
    """Make this draft the current version of its article, unless that says the same already.

    The draft must have been checked. The version before stays, no longer current.
    """
    known = repository.last_version(session, draft.article_id, draft.language)
    current = repository.current_article(session, draft.article_id, draft.language)
    if current is not None and current.content_hash == draft.content_hash:
        return "unchanged"
    repository.retire(session, draft.article_id, draft.language)
    article, passages = build_record(draft, embedder, known + 1, now or datetime.now(UTC))
    session.add(article)
    session.flush()
    for passage in passages:
        passage.article_pk = article.id
    session.add_all(passages)
    repository.bump_revision(session, embedder.name)
    return "updated" if current is not None else "added"


def withdraw(session: Session, article_id: str, language: str | None = None) -> int:
    """Take an article out of the library, in one language or in all; its versions stay.

    Returns how many current versions there were. Never commits.
    """
    count = repository.retire(session, article_id, language)
    if count:
        repository.bump_revision(session)
    return count


def build_record(
    draft: ArticleDraft, embedder: Embedder, version: int, now: datetime
) -> tuple[Article, list[Passage]]:
    """Return the rows of a draft, passages embedded, nothing added to a session."""
    article = Article(
        article_id=draft.article_id,
        language=draft.language,
        version=version,
        title=draft.title,
        questions=list(draft.questions),
        audience=draft.audience,
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        review_by=draft.review_by,
        sensitivity=draft.sensitivity,
        tags=list(draft.tags),
        translation_of=draft.translation_of,
        body=draft.body,
        is_template=draft.is_template,
        source=draft.source,
        content_hash=draft.content_hash,
        published_at=now,
    )
    cut: Callable[[str], list[Section]] = sections if draft.is_template else plain_sections
    passages = [
        Passage(position=section.position, heading=section.heading, template=section.template,
                questions=list(section.questions) if draft.is_template else [])
        for section in cut(draft.body)
    ]  # fmt: skip
    embed_passages(article, passages, embedder)
    return article, passages


def embed_passages(article: Article, passages: Sequence[Passage], embedder: Embedder) -> None:
    """Give an article's passages their vectors by this embedding, beside those by others."""
    for passage, vectors in zip(passages, vectors_of(article, passages, embedder), strict=True):
        others = [own for own in passage.embedded if own.embedding != embedder.name]
        passage.embedded = [*others, vectors]


def vectors_of(
    article: Article, passages: Sequence[Passage], embedder: Embedder
) -> list[PassageVectors]:
    """Return the vectors of each passage, passage_id set where the passage has one.

    What is the article's own is kept with its first passage, once. A section is embedded with its
    title and heading, because a section alone rarely names its subject; its windows are not, so
    that a single sentence can be found.
    """
    asked = "\n".join([article.title, *article.questions])
    of_article = [("article", asked), *(("question", text) for text in article.questions)]
    made = []
    for passage in passages:
        text = searchable(passage.template)
        whole = "\n".join([article.title, passage.heading, text])
        texts = [*(of_article if passage is passages[0] else ()), ("section", whole)]
        texts += [("asked", question) for question in passage.questions]
        texts += [("body", window) for window in windows(text)]
        vectors = embedder.embed([text for _, text in texts])
        made.append(PassageVectors(
            passage_id=passage.id, embedding=embedder.name, fields=[field for field, _ in texts],
            vectors=np.asarray(vectors, dtype="<f2").tobytes(),
        ))  # fmt: skip
    return made


def _read(paths: Sequence[Path], report: IngestReport) -> list[ArticleDraft]:
    drafts: list[ArticleDraft] = []
    for path in paths:
        if not path.exists():
            reason = "There is no such file or folder; check the path."
            report.refused.append(Problem(str(path), 1, reason))
        for file in article_files(path):
            try:
                drafts.extend(read_articles(file))
            except ArticleRefused as refused:
                report.refused.extend(refused.problems)
    return drafts


def _accepted(
    drafts: Sequence[ArticleDraft], check: Check, report: IngestReport
) -> list[ArticleDraft]:
    accepted: list[ArticleDraft] = []
    repetitions = repeated(drafts)
    for at, draft in enumerate(drafts):
        problems = [repetitions[at]] if at in repetitions else list(check(draft))
        report.refused.extend(problems)
        if not problems:
            accepted.append(draft)
    return accepted
