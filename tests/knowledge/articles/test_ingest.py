from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from knowledge.articles import embedding_sets, repository
from knowledge.articles.draft import ArticleDraft, Problem
from knowledge.articles.ingest import IngestReport, ingest, vectors_of, withdraw
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
    [[of_lead], [of_fees]] = lead.embedded, fees.embedded
    assert of_lead.fields == ["article", "question", "question", "section", "body"]
    assert of_fees.fields == ["section", "body", "body"]
    assert unpack(of_fees.vectors, embedder.dimensions).shape == (3, embedder.dimensions)


def test_the_vectors_of_another_embedding_stand_beside_those_of_the_first(
    session: Session, embedder: Embedder, other_embedder: Embedder, write_article: Write
) -> None:
    ingest(session, [write_article("dogs", "About dogs.")], embedder, fine)
    [(article, passages)] = repository.current_records(session)
    embedding_sets.store(session, vectors_of(article, passages, other_embedder))
    session.expire_all()
    [(again, [passage])] = repository.current_records(session)
    assert (again.version, passage.id) == (1, passages[0].id)
    assert {own.embedding for own in passage.embedded} == {embedder.name, "other@1"}
    assert repository.state(session)[1] == embedder.name


def test_an_embedding_is_searched_when_every_article_has_its_vectors_and_not_before(
    session: Session, embedder: Embedder, other_embedder: Embedder, write_article: Write
) -> None:
    paths = [write_article("dogs", "About dogs."), write_article("birds", "About birds.")]
    ingest(session, paths, embedder, fine)
    first, second = embedding_sets.unembedded(session, "other@1")
    embedding_sets.store(session, vectors_of(*first, other_embedder))
    assert embedding_sets.progress(session, "other@1") == (1, 2)
    assert not embedding_sets.switch(session, "other@1")
    assert embedding_sets.forget_others(session, "other@1") == 0
    assert [article.id for article, _ in embedding_sets.unembedded(session, "other@1")] == [
        second[0].id
    ]
    embedding_sets.store(session, vectors_of(*second, other_embedder))
    before = repository.revision(session)
    assert embedding_sets.switch(session, "other@1")
    assert repository.state(session) == (before + 1, "other@1")
    assert embedding_sets.forget_others(session, "other@1") == 2
    assert repository.embeddings_in_use(session) == {"other@1"}


def test_the_embedding_that_was_wanted_last_is_the_one_that_is_made(
    session: Session, embedder: Embedder, other_embedder: Embedder
) -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    embedding_sets.begin(session, embedder, "", now)
    embedding_sets.begin(session, other_embedder, "a/folder", now + timedelta(hours=1))
    assert embedding_sets.wanted(session) == "other@1"
    assert repository.source_of(session, "other@1") == "a/folder"
    embedding_sets.begin(session, embedder, "", now + timedelta(hours=2))
    assert embedding_sets.wanted(session) == embedder.name


def test_one_process_at_a_time_embeds(session: Session, embedder: Embedder) -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    embedding_sets.begin(session, embedder, "", now)
    assert embedding_sets.claim(session, embedder.name, "one", now)
    assert embedding_sets.claim(session, embedder.name, "one", now)
    assert not embedding_sets.claim(session, embedder.name, "two", now)
    later = now + timedelta(seconds=embedding_sets.CLAIM_SECONDS + 1)
    assert embedding_sets.claim(session, embedder.name, "two", later)
