"""What a search gives back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Retriever = Literal["lexical", "dense", "hybrid"]


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage with what its article says of it; stays true whatever is published later.

    `questions` are the article's, `asked` the section's.
    `template` may always be rendered; `is_template` False says that it uses no fact.
    """

    article_id: str
    language: str
    version: int
    title: str
    heading: str
    position: int
    template: str
    audience: str = "everyone"
    sensitivity: str = "normal"
    questions: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    is_template: bool = True


Visible = Callable[[PassageView], bool]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, and why.

    `score` is the fused score of this query (0 to 1: comparable among its hits only), `lexical`
    the BM25 score over the idf of the query's terms (0: no word matched; above 1: title, text and
    section all do), `dense` the weighted cosine. `field` is the field whose vector came nearest
    (article, question, section, body; "" without vectors). A word of `matched_terms` may be one
    that only sounds like a word of the passage.
    """

    passage: PassageView
    score: float
    lexical: float
    dense: float
    matched_terms: tuple[str, ...]
    field: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits, best first, and the calibrated probability that the first one answers."""

    hits: tuple[Hit, ...]
    confidence: float
    features: Mapping[str, float]
    milliseconds: Mapping[str, float]
