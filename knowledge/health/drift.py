"""Translations that no longer say what their source says."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from knowledge.health.shelf import Finding, Shelved, ShelvedArticle
from knowledge.health.values import Value, stated

# An amount, an hour, a day or a number to ring is written in figures in both languages; spans are
# often in words ("half a day"), so only a value that differs on both sides tells.
_IN_FIGURES = frozenset({"money", "clock", "date", "phone"})
_IN_WORDS_TOO = frozenset(
    {"percent", "weekday", "in month", "minute", "hour", "day", "night", "week", "month", "year"}
)
# Where no source is named, what is changed within a day is taken to have been changed together.
_TOGETHER = timedelta(days=1)


def drift(articles: Sequence[ShelvedArticle]) -> list[Finding]:
    """Return what differs between the languages of each article.

    translation_outdated: the source, or without one named the other language, was changed after
    this was published. section_missing: a section has no counterpart. translation_differs: the
    figures of a section are not the same. untranslated: there is no other language.
    """
    by_id: dict[str, list[ShelvedArticle]] = {}
    for article in articles:
        by_id.setdefault(article.article_id, []).append(article)
    languages = {article.language for article in articles}
    found: list[Finding] = []
    for own in by_id.values():
        if len(own) == 1 and len(languages) > 1:
            missing = ", ".join(sorted(languages - {own[0].language}))
            found.append(
                Finding("untranslated", (own[0].place,), False, {"missing": missing})
            )  # fmt: skip
        for at, one in enumerate(own):
            for other in own[at + 1 :]:
                found.extend(_between(one, other))
    return found


def _between(one: ShelvedArticle, other: ShelvedArticle) -> Iterator[Finding]:
    outdated = _outdated(one, other)
    if outdated is not None:
        source = other if outdated is one else one
        yield Finding(
            "translation_outdated", (outdated.place, source.place), urgent=False,
            details={"day": source.published_at.date().isoformat(),
                     "other_day": outdated.published_at.date().isoformat()},
        )  # fmt: skip
    yield from _missing(one, other)
    yield from _missing(other, one)
    theirs = {section.place.position: section for section in other.sections}
    for section in one.sections:
        twin = theirs.get(section.place.position)
        if twin is not None:
            yield from _differing(section, twin)


def _outdated(one: ShelvedArticle, other: ShelvedArticle) -> ShelvedArticle | None:
    """Return which of the two was left behind, or None."""
    for translation, source in ((one, other), (other, one)):
        if translation.translation_of == source.language:
            late = source.published_at > translation.published_at and source.version > 1
            return translation if late else None
    older, newer = sorted((one, other), key=lambda article: article.published_at)
    late = newer.published_at > older.published_at + _TOGETHER and newer.version > 1
    return older if late else None


def _missing(one: ShelvedArticle, other: ShelvedArticle) -> Iterator[Finding]:
    there = {section.place.position for section in other.sections}
    for section in one.sections:
        if section.place.position not in there:
            yield Finding(
                "section_missing", (section.place, other.place), urgent=False,
                details={"missing": other.language},
            )  # fmt: skip


def _differing(one: Shelved, other: Shelved) -> Iterator[Finding]:
    ours, theirs = _by_amount(one.text), _by_amount(other.text)
    only_ours = [value for key, value in ours.items() if key not in theirs]
    only_theirs = [value for key, value in theirs.items() if key not in ours]
    kinds = {value.kind for value in only_ours} & {value.kind for value in only_theirs}
    tell = _IN_FIGURES | (kinds & _IN_WORDS_TOO)
    here, there = ([value.text for value in only if value.kind in tell]
                   for only in (only_ours, only_theirs))  # fmt: skip
    if here or there:
        yield Finding(
            "translation_differs", (one.place, other.place), urgent=True,
            details={"value": " / ".join(here), "other_value": " / ".join(there)},
        )  # fmt: skip


def _by_amount(text: str) -> dict[tuple[str, str], Value]:
    return {(value.kind, value.amount): value for value in stated(text)}
