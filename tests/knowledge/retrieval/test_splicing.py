"""What stays and what is new, put together as if it had been so from the beginning."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knowledge.retrieval.bm25 import Bm25Index, Documents, TextField
from knowledge.retrieval.splicing import Moves

WORDS = ("dog", "cat", "bird", "fee", "hotel", "walk", "food")
Text = st.lists(st.sampled_from(WORDS), max_size=6)
Library = st.dictionaries(st.integers(0, 30), st.tuples(Text, Text), max_size=12)


@given(Library, Library, st.sets(st.integers(0, 30)))
def test_a_replaced_index_is_the_index_of_what_is_there_now(
    old: dict[int, tuple[list[str], list[str]]],
    new: dict[int, tuple[list[str], list[str]]],
    withdrawn: set[int],
) -> None:
    vocabulary: dict[str, int] = {}
    before, came = sorted(old), sorted(new)
    titles, bodies = [old[key][0] for key in before], [old[key][1] for key in before]
    index = Bm25Index([TextField(titles, 2.0), TextField(bodies)], vocabulary=vocabulary)
    gone = {place for place, key in enumerate(before) if key in withdrawn or key in new}
    moves = Moves.among(before, gone, came)
    added = [Documents.of([new[key][field] for key in came], vocabulary) for field in (0, 1)]
    replaced = index.replaced(moves, added)

    now = {key: text for key, text in old.items() if key not in withdrawn} | new
    texts = [now[key] for key in sorted(now)]
    fresh = Bm25Index([TextField([a for a, _ in texts], 2.0), TextField([b for _, b in texts])])
    assert replaced.size == fresh.size == len(texts)
    for word in (*WORDS, "unknown"):
        assert replaced.scores({word: 1.0}).tolist() == fresh.scores({word: 1.0}).tolist()
        assert replaced.knows(word) == fresh.knows(word)
        assert replaced.idf(word) == fresh.idf(word)
        places = np.arange(len(texts))
        assert replaced.contains(word, places).tolist() == fresh.contains(word, places).tolist()


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3)), unique_by=lambda one: one[0]),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3)), unique_by=lambda one: one[0]),
)
def test_the_parts_of_a_document_go_where_it_goes(
    old: list[tuple[int, int]], new: list[tuple[int, int]]
) -> None:
    old, new = sorted(old), sorted(new)
    keys = {key for key, _ in new}
    gone = {place for place, (key, _) in enumerate(old) if key in keys}
    moves = Moves.among([key for key, _ in old], gone, [key for key, _ in new])
    sizes = [np.array([size for _, size in side], np.int64) for side in (old, new)]
    inner = moves.parts(*sizes)
    names = [[f"{key}.{part}" for key, size in side for part in range(size)] for side in (old, new)]
    expected = sorted(dict([*old, *new]).items())
    assert inner.merged_list(*names) == [f"{k}.{part}" for k, n in expected for part in range(n)]
