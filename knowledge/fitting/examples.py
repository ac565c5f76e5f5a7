"""Questions whose answer is known, asked of a library: what is fitted on and what is judged."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.articles.draft import ArticleDraft
from knowledge.articles.ingest import build_record
from knowledge.articles.passages import Section, sections
from knowledge.embedding import Embedder
from knowledge.evaluation.halves import part_of
from knowledge.evaluation.questions import TODAY, Question, ask
from knowledge.glossary import Glossary
from knowledge.retrieval.library import Library
from knowledge.retrieval.ranking import Ranking
from knowledge.retrieval.results import SearchResult

FOLDS = 6
Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]


@lru_cache(maxsize=4_000)
def _cut(body: str) -> Sequence[Section]:
    return tuple(sections(body))


@dataclass(frozen=True)
class Choice:
    """What the ranking compared for one question: (n, features), and which of them answer (n,)."""

    features: Matrix
    right: Flags
    weight: float = 1.0


@dataclass(frozen=True)
class Libraries:
    """Libraries of the same articles that lack some of the articles' own questions, so that those
    can be asked of them as if a customer had thought of them."""

    drafts: Sequence[ArticleDraft]
    embedder: Embedder
    glossary: Glossary | None

    def whole(self, ranking: Ranking | None = None) -> Library:
        """The library as it is published."""
        return self._library(self.drafts, ranking)

    def bare(self) -> Library:
        """A library whose articles say nowhere which questions they answer."""
        return self._library([_without(draft) for draft in self.drafts], None)

    def untranslated(self) -> Library:
        """A library in which every article is there in one language only, half in each."""
        languages = sorted({one.language for one in self.drafts})
        return self._library(
            [one for one in self.drafts
             if one.language == languages[part_of(one.article_id, len(languages))]],
            None,
        )

    def positions(self, question: Question) -> frozenset[int]:
        """The places of the sections that answer, which are the same in every language; of all
        sections of its article where it names none."""
        return frozenset(
            section.position
            for draft in self.drafts if draft.article_id == question.article
            for section in _cut(draft.body)
            if not question.sections or section.heading in question.sections
        )

    def choice(
        self, library: Library, question: Question, weight: float = 1.0
    ) -> Choice | None:
        """The question as a choice among sections; None if none of those compared answers it."""
        passages, features = library.compared(
            question.text, language=question.language, today=TODAY, visible=question.may_see
        )
        positions = self.positions(question)
        right = np.array([one.article_id == question.article and one.position in positions
                          for one in passages], dtype=np.bool_)
        return Choice(features, right, weight) if right.any() else None

    def own_questions(
        self, count: int, ranking: Ranking | None = None
    ) -> Iterator[tuple[Library, Question]]:
        """Yield `count` of the sections' own questions, each with a library that lacks it."""
        asked = [
            Question(f"own-{draft.article_id}-{draft.language}-{section.position}-{at}", text,
                     draft.language, draft.article_id, (section.heading,))
            for draft in self.drafts
            for section in _cut(draft.body)
            for at, text in enumerate(section.questions)
        ]
        chosen = random.Random(count).sample(asked, min(count, len(asked)))  # noqa: S311
        for fold in range(FOLDS):
            own = [question for question in chosen if part_of(question.text, FOLDS) == fold]
            if own:
                library = self._library([_without(draft, fold) for draft in self.drafts], ranking)
                yield from ((library, question) for question in own)

    def _library(self, drafts: Sequence[ArticleDraft], ranking: Ranking | None) -> Library:
        library, now = Library(self.embedder, self.glossary, ranking=ranking), datetime.now(UTC)
        library.adopt([build_record(draft, self.embedder, 1, now) for draft in drafts])
        return library


def judged(library: Library, question: Question) -> tuple[SearchResult, bool, bool]:
    """The search, whether the first hit is the right section, and whether it is of the article."""
    result = ask(library, question)
    if not result.hits or not question.article:
        return result, False, False
    first = result.hits[0]
    return (result, question.answered_by(first),
            first.passage.article_id == question.article)


def _without(draft: ArticleDraft, fold: int | None = None) -> ArticleDraft:
    """The article without its own questions: those of one fold, or all."""
    lines = (
        line for line in draft.body.splitlines()
        if not (line.startswith(("? ", "？ "))
                and fold in (None, part_of(line[2:].strip(), FOLDS)))
    )
    questions = draft.questions if fold is not None else ()
    return replace(draft, body="\n".join(lines), questions=questions)
