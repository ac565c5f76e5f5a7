"""The published articles of a home as a LangChain retriever."""

import sys
from datetime import UTC, datetime

import pytest

from assistant.database import session_scope
from assistant.errors import BadConfiguration
from channels.retriever import FreshLibrary, open_retriever, retriever_of
from channels.services import Services
from knowledge.articles.draft import ArticleDraft
from knowledge.articles.ingest import publish


def test_documents_are_the_general_body_and_lead_to_the_public_page(stocked: Services) -> None:
    found = retriever_of(stocked, k=3).invoke("次の予約はいつですか")
    assert found[0].metadata["article"] == "my-appointment"
    assert "{%" not in found[0].page_content
    assert found[0].metadata["source"].startswith(stocked.settings.public_url + "/articles/ja/my-")
    answer = retriever_of(stocked).invoke("初診料はいくらですか")[0].page_content
    assert "1,650円" in answer


def test_an_article_for_some_customers_only_is_never_retrieved(stocked: Services) -> None:
    draft = ArticleDraft("vip", "ja", "初診料の特別割引", "## 初診料\nVIPの初診料は無料です。",
                         audience='customer.status == "vip"')
    with session_scope(stocked.engine) as session:
        publish(session, draft, stocked.library.embedder, datetime(2026, 11, 1, tzinfo=UTC))
        stocked.library.refresh(session)
    found = retriever_of(stocked, k=50).invoke("初診料の特別割引 VIP")
    assert found
    assert "vip" not in {document.metadata["article"] for document in found}


def test_what_is_published_later_is_found_after_a_few_seconds(stocked: Services) -> None:
    time = [0.0]
    library = FreshLibrary(stocked, seconds=5.0, clock=lambda: time[0])
    retriever = retriever_of(stocked, library=library)
    draft = ArticleDraft("parrot", "en", "Parrots", "## Wings\nWe clip the wings of parrots.")
    with session_scope(stocked.engine) as session:
        publish(session, draft, stocked.library.embedder, datetime(2026, 11, 1, tzinfo=UTC))
    question = "Do you clip parrots' wings?"
    assert retriever.invoke(question)[0].metadata["article"] != "parrot"
    time[0] = 6.0
    assert retriever.invoke(question)[0].metadata["article"] == "parrot"


def test_a_home_is_opened_by_its_folder(
    stocked: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YORISOI_DATABASE_URL", stocked.settings.database_url)
    retriever = open_retriever(stocked.settings.home, k=1)
    assert retriever.invoke("first visit")[0].metadata["language"] == "en"


def test_without_langchain_it_says_how_to_install_it(
    stocked: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "knowledge.langchain", raising=False)
    monkeypatch.setitem(sys.modules, "langchain_core.retrievers", None)
    with pytest.raises(BadConfiguration, match=r"pip install 'yorisoi\[langchain\]'"):
        retriever_of(stocked)
