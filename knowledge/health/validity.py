"""Articles that are out of date by their own word: expired, about to, or due for review."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from knowledge.health.shelf import Finding, ShelvedArticle


def validity(
    articles: Sequence[ShelvedArticle], today: date, soon: timedelta = timedelta(days=30)
) -> list[Finding]:
    """Return what has ended or ends within `soon`, and what was or will be due for review.

    An expired article is silent: its questions go unanswered. One that is still to come is well.
    """
    return [finding for article in articles for finding in _of(article, today, today + soon)]


def _of(article: ShelvedArticle, today: date, horizon: date) -> Iterator[Finding]:
    until, review = article.valid_until, article.review_by
    if until is not None and until <= horizon:
        yield _finding("expired" if until < today else "expiring", article, until)
        if until < today:
            return
    if review is not None and review <= horizon:
        yield _finding("review_overdue" if review < today else "review_due", article, review)


def _finding(kind: str, article: ShelvedArticle, day: date) -> Finding:
    urgent = kind in ("expired", "review_overdue")
    return Finding(kind, (article.place,), urgent, {"day": day.isoformat()})
