"""All checks of the articles at once."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from knowledge.embedding import Embedder
from knowledge.health.contradictions import Contradictions
from knowledge.health.drift import drift
from knowledge.health.duplicates import claims, duplicates, shared_questions
from knowledge.health.shelf import Finding, ShelvedArticle
from knowledge.health.validity import validity

SOON = timedelta(days=30)
# What misleads most comes first.
KINDS = (
    "unanswered", "contradiction", "translation_differs", "expired", "review_overdue",
    "translation_outdated", "section_missing", "shared_question", "duplicate", "untranslated",
    "expiring", "review_due",
)  # fmt: skip
Kinds = Mapping[str, Sequence[str]]


def check_articles(
    articles: Sequence[ShelvedArticle],
    embedder: Embedder,
    today: date,
    *,
    soon: timedelta = SOON,
    kinds: Kinds | None = None,
) -> list[Finding]:
    """Return all that is wrong with these articles, without what their readers ask.

    The thresholds are set for the bundled embedding: hand that in, whichever one searches. `kinds`
    are the words of things that have values of their own: {"dog": […], "cat": […]}.
    """
    found = [*validity(articles, today, soon), *drift(articles)]
    current = [one for one in articles if one.valid_until is None or one.valid_until >= today]
    for language in sorted({article.language for article in current}):
        own = [article for article in current if article.language == language]
        found.extend(_within(own, embedder, kinds))
    return sorted(found, key=lambda finding: KINDS.index(finding.kind))


def _within(
    articles: Sequence[ShelvedArticle],
    embedder: Embedder,
    kinds: Kinds | None,
) -> list[Finding]:
    sections = [section for article in articles for section in article.sections]
    whole = embedder.embed([section.whole for section in sections])
    texts = embedder.embed([section.text for section in sections])
    claimed = claims(articles)
    questions = embedder.embed([question for question, _ in claimed])
    return [
        *Contradictions(sections, whole, kinds).find(),
        *duplicates(sections, texts),
        *shared_questions(claimed, questions),
    ]
