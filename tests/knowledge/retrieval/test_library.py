import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session

from knowledge.articles import embedding_sets, repository
from knowledge.articles.draft import ArticleDraft
from knowledge.articles.ingest import publish, vectors_of, withdraw
from knowledge.embedding import Embedder
from knowledge.glossary import Glossary
from knowledge.retrieval.library import Library
from knowledge.retrieval.results import SearchResult

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CATS = ArticleDraft(
    "vaccination-cat", "ja", "猫のワクチン",
    "## 料金\n猫のワクチンの料金は5,500円です。\n\n## 時期\n8週と12週に受けます。",
    questions=("猫の予防接種はいくらですか",),
)  # fmt: skip
CATS_IN_ENGLISH = ArticleDraft(
    "vaccination-cat", "en", "Vaccines for cats",
    "## Fees\nThe vaccine fee for cats is ¥5,500.\n\n## When\nAt 8 and 12 weeks.",
)  # fmt: skip
RETURNS = ArticleDraft("returns", "en", "Return of goods", "Goods are taken back within 8 days.")
HOTEL = ArticleDraft("hotel", "ja", "ペットホテル", "ホテルは一泊4,400円です。")

Search = Callable[..., SearchResult]


@pytest.fixture
def library(embedder: Embedder) -> Library:
    return Library(embedder)


@pytest.fixture
def search(session: Session, library: Library) -> Search:
    """Return a function that publishes the drafts, loads the library and searches it."""

    def search(
        *drafts: ArticleDraft, query: str, language: str = "ja", **options: object
    ) -> SearchResult:
        for draft in drafts:
            publish(session, draft, library.embedder)
        library.load(session)
        options = {"today": TODAY, **options}
        return library.search(query, language=language, **options)  # type: ignore[arg-type]

    return search


def places(result: SearchResult) -> list[tuple[str, str, int]]:
    return [(h.passage.article_id, h.passage.language, h.passage.position) for h in result.hits]


@pytest.mark.parametrize("retriever", ["lexical", "dense", "hybrid"])
def test_the_article_and_its_section_are_found(search: Search, retriever: str) -> None:
    result = search(CATS, HOTEL, RETURNS, query="猫のワクチンの料金は？", retriever=retriever)
    assert places(result)[0] == ("vaccination-cat", "ja", 1)
    first = result.hits[0]
    assert first.score == pytest.approx(max(hit.score for hit in result.hits))
    assert 0 < first.score <= 1


def test_a_hit_says_why_it_was_found(search: Search) -> None:
    first = search(CATS, HOTEL, query="猫のワクチンの料金").hits[0]
    assert set(first.matched_terms) == {"猫", "ワクチン", "料金"}
    assert first.lexical > 0 < first.dense
    assert first.field in ("article", "question", "section", "body")


def test_a_japanese_question_finds_an_article_that_is_only_in_english(search: Search) -> None:
    result = search(CATS, RETURNS, HOTEL, query="返品できますか")
    assert places(result)[0] == ("returns", "en", 0)


def test_a_hit_in_another_language_gives_way_to_its_translation_once(search: Search) -> None:
    result = search(CATS, CATS_IN_ENGLISH, query="cat vaccine fee", language="ja")
    assert places(result)[0] == ("vaccination-cat", "ja", 1)
    assert len(set(places(result))) == len(places(result))
    assert all(language == "ja" for _, language, _ in places(result))


def test_a_lexical_score_of_zero_does_not_vote(search: Search) -> None:
    drafts = [
        ArticleDraft(f"other-{number}", "ja", f"別の案内{number}", "まったく違う話です。")
        for number in range(30)
    ]
    result = search(*drafts, HOTEL, query="ホテル", retriever="lexical")
    assert places(result) == [("hotel", "ja", 0)]
    assert search(query="存在しない言葉", retriever="lexical").hits == ()


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "found"),
    [
        (None, TODAY - timedelta(days=1), False),
        (None, TODAY, True),
        (TODAY + timedelta(days=1), None, False),
        (TODAY, None, True),
    ],
)
def test_an_article_is_silent_outside_its_dates(
    search: Search, valid_from: date | None, valid_until: date | None, found: bool
) -> None:
    draft = ArticleDraft(
        "fair", "ja", "秋の祭り", "祭りがあります。", valid_from=valid_from, valid_until=valid_until
    )
    assert bool(search(draft, query="祭り").hits) is found


@pytest.mark.parametrize("retriever", ["lexical", "dense", "hybrid"])
def test_what_is_invisible_takes_nobodys_place(search: Search, retriever: str) -> None:
    hidden = [
        ArticleDraft(f"secret-{number}", "ja", "犬の料金", "犬の料金です。", audience="vip")
        for number in range(120)
    ]
    shown = ArticleDraft("open", "ja", "犬の散歩の料金の案内", "散歩は犬を連れて行きます。")
    result = search(
        *hidden,
        shown,
        query="犬の料金",
        visible=lambda passage: passage.audience != "vip",
        retriever=retriever,
    )
    assert places(result) == [("open", "ja", 0)]


def test_a_translation_that_may_not_be_seen_is_not_shown(search: Search) -> None:
    hidden = ArticleDraft("returns", "ja", "返品", "返品の案内です。", audience="vip")
    result = search(
        hidden, RETURNS, query="返品", visible=lambda passage: passage.audience != "vip"
    )
    assert places(result) == [("returns", "en", 0)]


def test_a_synonym_of_the_glossary_finds_the_article(session: Session, embedder: Embedder) -> None:
    library = Library(embedder, Glossary({"stay": ["ホテル", "お泊まり"]}))
    for draft in (HOTEL, CATS):
        publish(session, draft, embedder)
    library.load(session)
    result = library.search("お泊まり", language="ja", today=TODAY, retriever="lexical")
    assert places(result)[0] == ("hotel", "ja", 0)


@pytest.mark.parametrize("query", ["ほてるのおねだん", "hoteru no oneda"])
def test_a_word_in_kana_or_in_latin_letters_is_found_by_its_sound(
    search: Search, query: str
) -> None:
    draft = ArticleDraft("stay", "ja", "ホテルのお値段", "一泊4,400円です。")
    result = search(draft, CATS, query=query, retriever="lexical")
    assert places(result)[0] == ("stay", "ja", 0)
    assert result.hits[0].matched_terms


def test_an_empty_library_and_an_empty_query_are_no_errors(search: Search) -> None:
    assert search(query="猫").hits == ()
    result = search(CATS, query="")
    assert (result.hits, result.confidence) == ((), 0.0)


def test_the_limit_cuts_the_last(search: Search) -> None:
    assert len(search(CATS, HOTEL, RETURNS, query="猫のワクチンの料金", limit=1).hits) == 1


def test_a_refresh_reads_only_what_changed(session: Session, library: Library) -> None:
    publish(session, CATS, library.embedder)
    assert library.refresh(session)
    assert not library.refresh(session)
    withdraw(session, "vaccination-cat")
    assert library.refresh(session)
    assert len(library.passages()) == 0


def test_the_old_vectors_serve_until_all_articles_have_the_new_ones(
    session: Session, embedder: Embedder, other_embedder: Embedder
) -> None:
    embedding_sets.begin(session, other_embedder, "old", NOW)
    for draft in (CATS, HOTEL):
        publish(session, draft, other_embedder)
    sources: list[str | None] = []

    def load_old(source: str | None) -> Embedder:
        sources.append(source)
        return other_embedder

    library = Library(embedder, load=load_old)
    library.load(session)
    assert library.search("猫の料金", language="ja", today=TODAY).hits[0].dense > 0
    assert (library.embedders, sources) == ((embedder, other_embedder), ["old"])
    for article, passages in embedding_sets.unembedded(session, embedder.name):
        embedding_sets.store(session, vectors_of(article, passages, embedder))
        assert library.search("猫の料金", language="ja", today=TODAY).hits[0].dense > 0
    assert embedding_sets.switch(session, embedder.name)
    assert library.refresh(session)
    assert library.embedders == (embedder,)
    assert library.search("猫の料金", language="ja", today=TODAY).hits[0].dense > 0


def test_articles_are_found_by_their_words_while_what_embedded_them_is_gone(
    session: Session, embedder: Embedder, other_embedder: Embedder
) -> None:
    publish(session, CATS, other_embedder)
    library = Library(embedder, load=lambda source: embedder)
    library.load(session)
    first = library.search("猫の料金", language="ja", today=TODAY).hits[0]
    assert first.dense == 0.0 < first.lexical
    assert library.embedders == (embedder,)


def test_an_article_without_vectors_is_read_again_once_it_has_them(
    session: Session, library: Library, other_embedder: Embedder
) -> None:
    publish(session, HOTEL, library.embedder)
    publish(session, CATS, other_embedder)
    library.load(session)
    assert library.search("猫の料金", language="ja", today=TODAY).hits[0].dense == 0.0
    [(article, passages)] = embedding_sets.unembedded(session, library.embedder.name)
    embedding_sets.store(session, vectors_of(article, passages, library.embedder))
    assert library.refresh(session)
    assert library.search("猫の料金", language="ja", today=TODAY).hits[0].dense > 0


def test_a_search_keeps_its_snapshot_while_another_is_swapped_in(
    session: Session, library: Library
) -> None:
    publish(session, CATS, library.embedder)
    publish(session, HOTEL, library.embedder)
    library.load(session)
    full = repository.current_records(session)
    broken: list[BaseException] = []
    done = threading.Event()

    def swap() -> None:
        while not done.is_set():
            library.adopt([])
            library.adopt(full)

    def read() -> None:
        try:
            for _ in range(200):
                hits = library.search("猫のワクチンの料金", language="ja", today=TODAY).hits
                if hits:
                    assert hits[0].passage.article_id == "vaccination-cat"
        except BaseException as error:
            broken.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    swapper = threading.Thread(target=swap)
    for thread in (swapper, *readers):
        thread.start()
    for thread in readers:
        thread.join()
    done.set()
    swapper.join()
    assert not broken


def test_confidence_and_features_come_with_every_result(search: Search) -> None:
    result = search(CATS, HOTEL, query="猫のワクチンの料金")
    assert 0 <= result.confidence <= 1
    assert result.features["coverage"] == pytest.approx(1.0)
    assert {"analyze", "embed", "lexical", "dense", "fuse"} <= result.milliseconds.keys()


@pytest.mark.parametrize("retriever", ["lexical", "dense", "hybrid"])
def test_a_question_below_a_heading_finds_its_section(search: Search, retriever: str) -> None:
    asked = ArticleDraft(
        "hotel-rules", "ja", "お預かりの決まり",
        "## 規則\n本文です。\n\n## 例外\n? 花火の夜に怖がる犬を預けられますか\n\n別の本文です。",
    )  # fmt: skip
    result = search(asked, HOTEL, query="花火の夜に怖がる犬", retriever=retriever)
    assert places(result)[0] == ("hotel-rules", "ja", 2)
    assert "花火" not in result.hits[0].passage.template
