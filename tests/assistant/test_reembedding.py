"""Another model takes the place of the one before, step by step, and any step may be the last."""

import pytest
from sqlmodel import select

from assistant.cases import repository as cases
from assistant.cases.models import Case
from assistant.customers.models import HistoryEntry
from assistant.database import read_scope, session_scope
from assistant.reembedding import Reembedding
from channels.services import Services
from knowledge.articles import repository as articles
from knowledge.articles.models import EmbeddingSet, PassageVectors
from knowledge.embedding import Embedder
from knowledge.retrieval.library import Library
from tests.knowledge.conftest import HashedTerms

NEW = HashedTerms("new@1", dimensions=48)


def reembedding(services: Services, embedder: Embedder = NEW) -> Reembedding:
    return Reembedding(services.engine, embedder, "new/folder", services.clock)


def embeddings(services: Services) -> tuple[set[str], set[str], str]:
    """Of passages, of histories, and the one that is searched."""
    with read_scope(services.engine) as session:
        return (set(session.exec(select(PassageVectors.embedding))),
                set(session.exec(select(HistoryEntry.embedding))), articles.state(session)[1])


def test_everything_is_embedded_anew_and_only_then_searched(stocked: Services) -> None:
    old = stocked.library.embedder.name
    work = reembedding(stocked)
    seen = set()
    while work.step():
        _, _, searched = embeddings(stocked)
        seen.add(searched)
        if searched == "new@1":
            assert work.progress().articles == work.progress().of_articles
    assert seen == {old, "new@1"}
    assert embeddings(stocked) == ({"new@1"}, {"new@1"}, "new@1")
    assert work.progress().done
    assert not work.step()


@pytest.mark.parametrize("steps", range(0, 9, 2))
def test_a_process_that_dies_after_any_step_is_followed_by_one_that_goes_on(
    stocked: Services, steps: int
) -> None:
    first = reembedding(stocked)
    for _ in range(steps):
        first.step()
    done = first.progress().articles
    stocked.clock.forward(minutes=2)  # type: ignore[attr-defined]  # the claim runs out
    second = reembedding(stocked)
    assert second.progress().articles == done
    while second.step():
        assert second.progress().articles >= done
    assert embeddings(stocked) == ({"new@1"}, {"new@1"}, "new@1")


def test_the_library_answers_with_the_old_vectors_until_the_switch(stocked: Services) -> None:
    old = stocked.library.embedder
    library = Library(NEW, load=lambda source: old)
    with read_scope(stocked.engine) as session:
        library.load(session)
    today = stocked.clock().date()
    work = reembedding(stocked)
    while work.step():
        with read_scope(stocked.engine) as session:
            library.refresh(session)
        hits = library.search("初診料", language="ja", today=today).hits
        assert hits
        assert hits[0].dense > 0
    assert library.embedders == (NEW,)


def test_two_processes_do_not_embed_at_once(stocked: Services) -> None:
    first, second = reembedding(stocked), reembedding(stocked)
    assert first.step()
    assert not second.step()


def test_a_process_with_the_setting_before_embeds_nothing_back(stocked: Services) -> None:
    before = reembedding(stocked, stocked.library.embedder)
    while before.step():
        pass
    after = reembedding(stocked)
    while after.step():
        pass
    assert not before.step()
    assert embeddings(stocked)[2] == "new@1"


def test_the_embedding_knows_what_loads_it_again(stocked: Services) -> None:
    reembedding(stocked).step()
    with read_scope(stocked.engine) as session:
        assert session.get_one(EmbeddingSet, "new@1").source == "new/folder"


def test_cases_are_embedded_anew_too(stocked: Services) -> None:
    while stocked.upkeep.step():
        pass
    with read_scope(stocked.engine) as session:
        count = cases.count_other_embeddings(session, "new@1")
    assert count > 0
    work = reembedding(stocked)
    while work.step():
        pass
    with read_scope(stocked.engine) as session:
        assert {case.embedding for case in session.exec(select(Case))} == {"new@1"}


def test_an_article_that_came_with_another_model_is_embedded_later(stocked: Services) -> None:
    own = reembedding(stocked, stocked.library.embedder)
    while own.step():
        pass
    with session_scope(stocked.engine) as session:
        some = session.exec(select(PassageVectors).limit(3)).all()
        for one in some:
            session.delete(one)
        articles.bump_revision(session)
    assert own.step()
    while own.step():
        pass
    with read_scope(stocked.engine) as session:
        lacking = session.exec(select(PassageVectors)).all()
    assert own.progress().done
    assert len(lacking) > 0
