"""The current articles as the checks read them, and what a check finds."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from knowledge.articles.models import Article, Passage
from knowledge.articles.passages import searchable

_COUNTS = frozenset({"questions", "percent", "terms", "likeness", "shared"})


@dataclass(frozen=True)
class Place:
    """A section of an article in one language; position -1 and no heading: the article."""

    article_id: str
    language: str
    title: str
    heading: str = ""
    position: int = -1


@dataclass(frozen=True)
class Shelved:
    """One section: its place, its words in all branches of its template, what it is asked by."""

    place: Place
    text: str
    asked: tuple[str, ...]

    @property
    def whole(self) -> str:
        """Title, heading and text: a section alone rarely names its subject."""
        return f"{self.place.title}\n{self.place.heading}\n{self.text}"


@dataclass(frozen=True)
class ShelvedArticle:
    """One article in one language with its sections in their order."""

    article_id: str
    language: str
    title: str
    version: int
    published_at: datetime
    questions: tuple[str, ...]
    translation_of: str | None
    valid_from: date | None
    valid_until: date | None
    review_by: date | None
    sections: tuple[Shelved, ...]

    @property
    def place(self) -> Place:
        return Place(self.article_id, self.language, self.title)


@dataclass(frozen=True)
class Finding:
    """Something to mend: its kind, where it stands, and what a sentence about it needs.

    `urgent` is what misleads customers today; the rest can wait.
    """

    kind: str
    places: tuple[Place, ...]
    urgent: bool
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """A name that stays as long as the articles say the same; counts do not change it."""
        places = [(one.article_id, one.language, one.position) for one in self.places]
        said = sorted(item for item in self.details.items() if item[0] not in _COUNTS)
        # The nearest article to a question may be another tomorrow.
        content = json.dumps([self.kind, [] if self.kind == "unanswered" else places, said])
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @property
    def articles(self) -> frozenset[str]:
        """The ids of the articles that it is about."""
        return frozenset(place.article_id for place in self.places)


def shelve(records: Sequence[tuple[Article, Sequence[Passage]]]) -> list[ShelvedArticle]:
    """Return these articles in the order of their ids and languages."""
    shelved = [_article(article, passages) for article, passages in records]
    return sorted(shelved, key=lambda one: (one.article_id, one.language))


def _article(article: Article, passages: Sequence[Passage]) -> ShelvedArticle:
    return ShelvedArticle(
        article_id=article.article_id,
        language=article.language,
        title=article.title,
        version=article.version,
        published_at=article.published_at,
        questions=tuple(article.questions),
        translation_of=article.translation_of,
        valid_from=article.valid_from,
        valid_until=article.valid_until,
        review_by=article.review_by,
        sections=tuple(
            Shelved(
                Place(article.article_id, article.language, article.title, passage.heading,
                      passage.position),
                searchable(passage.template),
                tuple(passage.questions),
            )
            for passage in sorted(passages, key=lambda one: one.position)
        ),
    )  # fmt: skip
