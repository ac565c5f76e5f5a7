"""The whole library at one moment, in memory, never changed: what a search runs on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.article_vectors import FIELDS, OF_ARTICLE, Indexes, Vectors
from knowledge.retrieval.entries import Entry, Key
from knowledge.retrieval.results import PassageView
from knowledge.retrieval.splicing import Moves
from knowledge.retrieval.words import Words

__all__ = ["FIELDS", "OF_ARTICLE", "Snapshot"]


@dataclass(frozen=True)
class Snapshot:
    """Articles 0 … m-1, sorted by id and language (an article is one language of it), and their
    passages 0 … n-1 in the same order."""

    keys: Sequence[Key]
    passages: Sequence[PassageView]
    article_of: NDArray[np.int32]
    valid: NDArray[np.int32]
    words: Words
    vectors: Vectors
    revision: int = 0
    _valid_on: dict[date, NDArray[np.bool_]] = field(default_factory=dict, repr=False)
    _in_language: dict[str, NDArray[np.bool_]] = field(default_factory=dict, repr=False)

    @classmethod
    def empty(cls, indexes: Indexes) -> "Snapshot":
        """Return the snapshot of no article."""
        return cls((), (), np.empty(0, np.int32), np.empty((0, 2), np.int32), Words(),
                   Vectors.none(indexes))  # fmt: skip

    def replaced(
        self, gone: Collection[int], entries: Sequence[Entry], indexes: Indexes, revision: int
    ) -> "Snapshot":
        """Return the snapshot without the articles of these numbers and with these entries.

        It is the same as if it were built of all of them; the work is for what changed, and one
        copy. The entries' vectors must be in the indexes already.
        """
        came = sorted((one for one in entries if one.passages), key=lambda one: one.key)
        leaves = np.flatnonzero(np.isin(self.vectors.numbers, list(gone)))
        articles = Moves.among(self.keys, set(leaves.tolist()), [one.key for one in came])
        sizes = np.bincount(self.article_of, minlength=len(self.keys)).astype(np.int64)
        new_sizes = np.array([len(one.passages) for one in came], np.int64)
        passages = articles.parts(sizes, new_sizes)
        now = articles.merged(sizes, new_sizes)
        article_of = np.repeat(np.arange(len(now), dtype=np.int32), now)
        views = [view for one in came for view in one.passages]
        days = np.array([one.valid for one in came], np.int32).reshape(-1, 2)
        return Snapshot(
            keys=articles.merged_list(self.keys, [one.key for one in came]),
            passages=passages.merged_list(self.passages, views),
            article_of=article_of,
            valid=articles.merged(self.valid, days),
            words=self.words.replaced(articles, passages, article_of, came),
            vectors=self.vectors.replaced(articles, passages, came, indexes),
            revision=revision,
        )

    @cached_property
    def languages(self) -> Sequence[str]:
        """The languages of the articles, sorted."""
        return tuple(sorted({language for _, language in self.keys}))

    @cached_property
    def language_of(self) -> NDArray[np.str_]:
        """(n,) the language of each passage."""
        languages = np.array([language for _, language in self.keys], np.str_)
        return languages[self.article_of] if len(languages) else languages

    @cached_property
    def passages_of(self) -> Sequence[range]:
        """The places of each article's passages; behind the last article, none."""
        ends = np.bincount(self.article_of, minlength=len(self.keys)).cumsum().tolist()
        return [*(range(a, b) for a, b in zip([0, *ends], ends, strict=False)), range(0)]

    @cached_property
    def _articles(self) -> dict[Key, int]:
        return {key: place for place, key in enumerate(self.keys)}

    def are_in(self, language: str) -> NDArray[np.bool_]:
        """Return (n,) whether each passage is in this language."""
        if language not in self._in_language:
            self._in_language[language] = self.language_of == language
        return self._in_language[language]

    def valid_on(self, today: date) -> NDArray[np.bool_]:
        """Return (n,) whether each passage's article may be shown on this day, ends included."""
        if today not in self._valid_on:
            day = today.toordinal()
            valid = (self.valid[:, 0] <= day) & (day <= self.valid[:, 1])
            self._valid_on[today] = valid[self.article_of]
        return self._valid_on[today]

    def place(self, article_id: str, language: str, position: int) -> int | None:
        """Return the place of a section of an article in a language; None if there is none."""
        places = self.passages_of[self._articles.get((article_id, language), -1)]
        return next((at for at in places if self.passages[at].position == position), None)
