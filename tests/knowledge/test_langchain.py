"""LibraryRetriever keeps what LangChain promises of every retriever, and keeps what is restricted.

The first tests are those of LangChain's own suite for retrievers (number of documents by
constructor and by call, invoke, ainvoke, batch), written for ours.
"""

import asyncio
import subprocess
import sys
import threading
from datetime import UTC, date, datetime

import pytest
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda

from knowledge.articles.draft import ArticleDraft
from knowledge.articles.ingest import build_record
from knowledge.embedding import Embedder
from knowledge.langchain import LibraryRetriever
from knowledge.retrieval.library import Library
from knowledge.retrieval.results import PassageView

FEES = """## 犬のワクチン料金
犬のワクチンは6,600円です。
## 猫のワクチン料金
猫のワクチンは5,500円です。"""
DRAFTS = (
    ArticleDraft("fees", "ja", "ワクチンの料金", FEES),
    ArticleDraft("fees", "en", "Vaccine fees", "## Dogs\nThe vaccine for a dog is 6,600 yen."),
    ArticleDraft(
        "staff", "ja", "社員割引のワクチン料金", "## ワクチン\n社員のワクチンは無料です。",
        audience='customer.status == "staff"',
    ),
    ArticleDraft("old", "ja", "昔のワクチン料金", "ワクチンは100円です。",
                 valid_until=date(2020, 1, 1)),
)  # fmt: skip
QUESTION = "ワクチンの料金"


@pytest.fixture
def library(embedder: Embedder) -> Library:
    library = Library(embedder)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    library.adopt([build_record(draft, embedder, 3, now) for draft in DRAFTS])
    return library


def as_written(passage: PassageView) -> str:
    return passage.template


@pytest.fixture
def retriever(library: Library) -> LibraryRetriever:
    return LibraryRetriever(library=library, render=as_written)


def test_it_is_a_retriever_of_langchain(retriever: LibraryRetriever) -> None:
    assert isinstance(retriever, BaseRetriever)
    assert retriever.get_name() == "LibraryRetriever"
    assert retriever.input_schema.model_json_schema()["type"] == "string"


@pytest.mark.parametrize("k", [1, 2])
def test_the_number_of_documents_is_set_by_the_constructor_or_the_call(
    library: Library, k: int
) -> None:
    assert len(LibraryRetriever(library=library, render=as_written, k=k).invoke(QUESTION)) == k
    default = LibraryRetriever(library=library, render=as_written)
    assert len(default.invoke(QUESTION, None, k=k)) == k


async def test_all_ways_to_invoke_give_the_same_documents(retriever: LibraryRetriever) -> None:
    documents = retriever.invoke(QUESTION)
    assert documents
    assert all(isinstance(document, Document) for document in documents)
    assert await retriever.ainvoke(QUESTION) == documents
    assert retriever.batch([QUESTION, "猫"])[0] == documents
    assert (await retriever.abatch([QUESTION]))[0] == documents
    chain = retriever | RunnableLambda(lambda found: [one.metadata["article"] for one in found])
    assert await chain.ainvoke(QUESTION) == ["fees"] * len(documents)


async def test_a_search_does_not_hold_up_the_event_loop(library: Library) -> None:
    seen: list[str] = []

    def render(passage: PassageView) -> str:
        seen.append(threading.current_thread().name)
        return passage.template

    await asyncio.gather(LibraryRetriever(library=library, render=render).ainvoke(QUESTION))
    assert seen
    assert threading.main_thread().name not in seen


def test_a_document_says_where_it_stands_and_why_it_was_found(library: Library) -> None:
    retriever = LibraryRetriever(
        library=library, render=as_written, link=lambda passage: f"https://x/{passage.article_id}"
    )
    first = retriever.invoke("犬のワクチン")[0]
    assert first.page_content == "犬のワクチンは6,600円です。"
    assert first.id == "fees@ja@3#1"
    named = {key: first.metadata[key] for key in ("article", "language", "version", "heading")}
    assert named == {
        "article": "fees", "language": "ja", "version": 3, "heading": "犬のワクチン料金",
    }  # fmt: skip
    assert first.metadata["source"] == "https://x/fees"
    assert 0 < first.metadata["score"] <= 1
    assert 0 < first.metadata["confidence"] < 1
    assert "ワクチン" in first.metadata["why"]["words"]


def test_only_public_articles_are_found_unless_another_audience_is_asked_for(
    library: Library, retriever: LibraryRetriever
) -> None:
    def articles(one: LibraryRetriever) -> set[str]:
        return {document.metadata["article"] for document in one.invoke("社員のワクチン", k=50)}

    assert articles(retriever) == {"fees"}
    staff = LibraryRetriever(library=library, render=as_written, visible=lambda passage: True)
    assert articles(staff) == {"fees", "staff"}


def test_an_expired_article_is_not_found_but_on_a_day_when_it_was_valid(library: Library) -> None:
    then = LibraryRetriever(library=library, render=as_written, today=lambda: date(2019, 1, 1))
    now = LibraryRetriever(library=library, render=as_written)
    assert "old" in {one.metadata["article"] for one in then.invoke("昔のワクチン", k=50)}
    assert "old" not in {one.metadata["article"] for one in now.invoke("昔のワクチン", k=50)}


def test_a_query_is_answered_in_its_language_unless_the_reader_has_another(
    library: Library, retriever: LibraryRetriever
) -> None:
    assert retriever.invoke("vaccine for a dog")[0].metadata["language"] == "en"
    japanese = LibraryRetriever(library=library, render=as_written, language="ja")
    assert japanese.invoke("vaccine for a dog")[0].metadata["language"] == "ja"


def test_nothing_is_returned_for_nothing_for_doubt_and_for_what_renders_to_nothing(
    library: Library, retriever: LibraryRetriever
) -> None:
    assert retriever.invoke("  ") == []
    sure = LibraryRetriever(library=library, render=as_written, min_confidence=1.0)
    assert sure.invoke(QUESTION) == []
    blank = LibraryRetriever(library=library, render=lambda passage: "")
    assert blank.invoke(QUESTION) == []


def test_without_langchain_one_sentence_says_how_to_install_it() -> None:
    code = "import sys; sys.modules['langchain_core'] = None; import knowledge.langchain"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install 'yorisoi[langchain]'" in done.stderr
