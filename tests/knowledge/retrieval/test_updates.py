"""A library that took in one change after another is the library that is loaded anew."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, SQLModel, create_engine

from knowledge.articles import repository
from knowledge.articles.draft import ArticleDraft
from knowledge.articles.ingest import publish, withdraw
from knowledge.embedding import Embedder
from knowledge.retrieval import library as library_module
from knowledge.retrieval.entries import Entry
from knowledge.retrieval.library import Library
from knowledge.retrieval.results import Retriever

TODAY = date(2026, 11, 23)
JAPANESE = ("猫のワクチンの料金です。", "犬の散歩は毎日です。", "ホテルは一泊4,400円です。",
            "返品は8日以内です。", "予防接種は春に受けます。")  # fmt: skip
ENGLISH = ("The vaccine fee for cats.", "Dogs are walked each day.", "A night in the hotel.",
           "Goods are taken back within 8 days.", "Vaccination is in spring.")  # fmt: skip
QUERIES = ("猫のワクチンはいくらですか", "hotel for my dog", "返品", "わくちんのりょうきん",
           "vaccine fee", "存在しない言葉")  # fmt: skip

Sentences = st.lists(st.integers(0, 4), min_size=1, max_size=4)
Change = st.tuples(
    st.sampled_from(["publish", "publish", "publish", "withdraw", "refresh"]),
    st.integers(0, 7), st.sampled_from(["ja", "en"]), Sentences, st.booleans(),
)  # fmt: skip


def draft(number: int, language: str, chosen: list[int], asked: bool) -> ArticleDraft:
    texts = JAPANESE if language == "ja" else ENGLISH
    title, *others = [texts[at] for at in chosen]
    question = f"? {title}\n\n" if asked else ""
    body = "\n\n".join(f"## {text[:6]}\n{question}{text}" for text in others)
    questions = (title,) if asked else ()
    return ArticleDraft(f"article-{number}", language, title, body or title, questions=questions)


def hits(library: Library, query: str, retriever: Retriever) -> list[tuple[object, ...]]:
    found = library.search(query, language="ja", today=TODAY, retriever=retriever, limit=50)
    return [
        (hit.passage, hit.matched_terms, hit.field, *(round(float(score), 5) for score in
         (hit.score, hit.lexical, hit.dense)))
        for hit in found.hits
    ]  # fmt: skip


@given(st.lists(Change, max_size=14))
@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_any_sequence_of_changes_gives_the_hits_of_a_fresh_build(
    embedder: Embedder, changes: list[tuple[str, int, str, list[int], bool]]
) -> None:
    engine = create_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    library, fresh = Library(embedder), Library(embedder)
    with Session(engine) as session:
        for change, number, language, chosen, asked in changes:
            if change == "publish":
                publish(session, draft(number, language, chosen, asked), embedder)
            elif change == "withdraw":
                withdraw(session, f"article-{number}", language)
            else:
                library.refresh(session)
        library.refresh(session)
        fresh.load(session)
    engine.dispose()
    assert library.passages() == fresh.passages()
    for query in QUERIES:
        for retriever in ("lexical", "dense", "hybrid"):
            assert hits(library, query, retriever) == hits(fresh, query, retriever)


def test_a_refresh_reads_and_analyses_only_the_article_that_changed(
    session: Session, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        publish(session, draft(number, "ja", [number % 5, 1], False), embedder)
    library = Library(embedder)
    library.load(session)
    read: list[str] = []
    entries = library_module.stored_entries

    def counted(*arguments: object, **options: object) -> Iterator[Entry]:
        for entry in entries(*arguments, **options):  # type: ignore[arg-type]
            read.append(entry.key[0])
            yield entry

    monkeypatch.setattr(library_module, "stored_entries", counted)
    publish(session, draft(3, "ja", [4, 4, 4], False), embedder)
    withdraw(session, "article-7")
    assert library.refresh(session)
    assert read == ["article-3"]
    assert not library.refresh(session)


def test_an_update_that_fails_midway_is_made_good_from_the_rows(
    session: Session, embedder: Embedder, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(10):
        publish(session, draft(number, "ja", [number % 5], False), embedder)
    library = Library(embedder)
    library.load(session)
    loaded = library._loaded
    # As if a process had been stopped between the index and the snapshot.
    key = draft(11, "ja", [2], False)
    publish(session, key, embedder)
    [number] = [n for one, _, n in repository.current_keys(session) if one == "article-11"]
    loaded.indexes["ja"].add([number << 20], embedder.embed(["x y"]))
    assert library.refresh(session)
    assert "anew" in caplog.text
    assert "article-11" in {passage.article_id for passage in library.passages()}
    assert library.search("ホテル", language="ja", today=TODAY).hits[0].dense > 0
