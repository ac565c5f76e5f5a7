from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session

from knowledge.articles import repository
from knowledge.articles.draft import ArticleDraft, Problem
from knowledge.articles.ingest import IngestReport, ingest, reindex, withdraw
from knowledge.embedding import Embedder
from knowledge.retrieval.history import unpack

Write = Callable[..., Path]


def fine(draft: ArticleDraft) -> Sequence[Problem]:
    return ()


def nothing_of_cats(draft: ArticleDraft) -> Sequence[Problem]:
    line = draft.body_line
    return [Problem(draft.source, line, "No cats; remove them.")] if "cat" in draft.body else ()


def counts(report: IngestReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, len(report.refused)


def test_a_new_a_changed_and_an_unchanged_article_are_told_apart(
    session: Session, embedder: Embedder, write_article: Write
) -> None:
    dogs, birds = write_article("dogs", "About dogs."), write_article("birds", "About birds.")
    assert counts(ingest(session, [dogs, birds], embedder, fine)) == (2, 0, 0, 0)
    write_article("dogs", "More about dogs.")
    assert counts(ingest(session, [dogs, birds], embedder, fine)) == (0, 1, 1, 0)


def test_the_version_before_stays_and_is_not_current(
    session: Session, embedder: Embedder, write_article: Write
) -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    ingest(session, [write_article("dogs", "About dogs.")], embedder, fine, now=now)
    ingest(session, [write_article("dogs", "More about dogs.")], embedder, fine)
    session.flush()
    session.expire_all()
    newer, older = repository.versions(session, "dogs", "en")
    assert [(newer.version, newer.current), (older.version, older.current)] == [
        (2, True),
        (1, False),
    ]
    assert older.body.strip() == "About dogs."
    assert older.published_at == now
    assert older.id is not None
    assert repository.passages_of(session, older.id)


def test_a_refused_article_leaves_what_stood_before(
    session: Session, embedder: Embedder, write_article: Write
) -> None:
    ingest(session, [write_article("dogs", "About dogs.")], embedder, fine)
    revision = repository.revision(session)
    report = ingest(session, [write_article("dogs", "About cats.")], embedder, nothing_of_cats)
    assert counts(report) == (0, 0, 0, 1)
    current = repository.current_article(session, "dogs", "en")
    assert current is not None
    assert current.body.strip() == "About dogs."
    assert repository.revision(session) == revision


def test_one_bad_file_does_not_stop_the_others(
    session: Session, embedder: Embedder, write_article: Write, tmp_path: Path
) -> None:
    write_article("dogs", "About dogs.")
    write_article("bad", "Text.", sensitivity="secret")
    report = ingest(session, [tmp_path / "articles", tmp_path / "none"], embedder, fine)
    assert counts(report) == (1, 0, 0, 2)


def test_progress_hears_of_every_article(
    session: Session, embedder: Embedder, write_article: Write
) -> None:
    heard: list[tuple[int, int]] = []
    paths = [write_article("dogs", "About dogs."), write_article("birds", "About birds.")]
    ingest(session, paths, embedder, fine, lambda done, total: heard.append((done, total)))
    assert heard == [(1, 2), (2, 2)]


def test_a_withdrawn_article_is_gone_in_one_language_and_comes_back_as_a_new_version(
    session: Session, embedder: Embedder, write_article: Write
) -> None:
    paths = [write_article("dogs", "About dogs."), write_article("dogs", "犬のこと。", "ja")]
    ingest(session, paths, embedder, fine)
    assert withdraw(session, "dogs", "ja") == 1
    assert [article.language for article in repository.current_articles(session)] == ["en"]
    assert counts(ingest(session, paths, embedder, fine)) == (1, 0, 1, 0)
    again = repository.current_article(session, "dogs", "ja")
    assert again is not None
    assert again.version == 2
    assert withdraw(session, "dogs") == 2
    assert withdraw(session, "dogs") == 0


def test_every_change_moves_the_revision(
    session: Session, embedder: Embedder, write_article: Write
) -> None:
    paths = [write_article("dogs", "About dogs.")]
    assert repository.revision(session) == 0
    ingest(session, paths, embedder, fine)
    first = repository.revision(session)
    ingest(session, paths, embedder, fine)
    assert repository.revision(session) == first > 0
    withdraw(session, "dogs")
    assert repository.revision(session) > first


def test_vectors_of_the_article_are_kept_once_and_each_has_its_field(
    session: Session, embedder: Embedder, write_article: Write
) -> None:
    body = "Lead.\n\n## Fees\nOne. Two. Three."
    ingest(session, [write_article("dogs", body, questions="[One, Two]")], embedder, fine)
    [(_, [lead, fees])] = repository.current_records(session)
    assert lead.fields == ["article", "question", "question", "section", "body"]
    assert fees.fields == ["section", "body", "body"]
    assert unpack(fees.vectors, embedder.dimensions).shape == (3, embedder.dimensions)


def test_another_embedding_makes_the_vectors_again_and_nothing_else(
    session: Session, embedder: Embedder, other_embedder: Embedder, write_article: Write
) -> None:
    ingest(session, [write_article("dogs", "About dogs.")], embedder, fine)
    [(_, [before])] = repository.current_records(session)
    passage_id = before.id
    assert reindex(session, other_embedder) == 1
    assert reindex(session, other_embedder) == 0
    [(article, [after])] = repository.current_records(session)
    assert (article.version, after.id, after.embedding) == (1, passage_id, "other@1")
    assert repository.embeddings_in_use(session) == {"other@1"}
