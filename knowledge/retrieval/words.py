"""The lexical side of a snapshot: which words, and which sounds, each passage has."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.articles.models import Article
from knowledge.articles.passages import searchable
from knowledge.retrieval.bm25 import Bm25Index, TextField, Weighted
from knowledge.retrieval.results import PassageView
from knowledge.spelling import grams, in_kana, runs, sounds
from knowledge.text import analyze

Terms = list[str]

# Measured on half of the questions of the sample company; see README.
TITLE, HEADING = 1.5, 1.5
WHOLE_ARTICLE = 1.6
ASKED = 1.1
SOUND = 0.6
_HEARD_SHARE = 0.6


@dataclass(frozen=True)
class Sound:
    """A word that is looked up by its sound: as written, its terms, its groups of letters."""

    run: str
    terms: tuple[str, ...]
    grams: tuple[str, ...]


class Analysis:
    """Analyses texts, but those that stood in the snapshot before; forgets what is gone."""

    def __init__(self, before: "Analysis | None" = None) -> None:
        self._known: dict[tuple[str, str], Terms] = {}
        self._before = before._known if before else {}

    def terms(self, texts: Iterable[str]) -> list[Terms]:
        return self._all("terms", texts, analyze)

    def templates(self, templates: Iterable[str]) -> list[Terms]:
        return self._all("template", templates, lambda text: analyze(searchable(text)))

    def sounds(self, texts: Iterable[str]) -> list[Terms]:
        return self._all("sounds", texts, sounds)

    def forget_before(self) -> None:
        """Let go of the analysis before: what was not used again is gone."""
        self._before = {}

    def _all(
        self, kind: str, texts: Iterable[str], analyzed: Callable[[str], Terms]
    ) -> list[Terms]:
        found: list[Terms] = []
        for text in texts:
            key = (kind, text)
            if key not in self._known:
                terms = self._before.get(key)
                self._known[key] = analyzed(text) if terms is None else terms
            found.append(self._known[key])
        return found


class Words:
    """BM25 of articles (title, questions; and all their text) and of sections (heading, body).

    The article's scores find it, the section's choose within it; all are in units of idf, so that
    they add up. Only what the words do not know is looked up by sound, in titles, questions and
    headings.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        passages: Sequence[PassageView],
        article_of: NDArray[np.int32],
        analysis: Analysis,
    ) -> None:
        self._article_of = article_of
        titles = [article.title for article in articles]
        questions = ["\n".join(article.questions) for article in articles]
        headings = [passage.heading for passage in passages]
        head = analysis.terms(headings)
        body = analysis.templates(passage.template for passage in passages)
        title, asked = analysis.terms(titles), analysis.terms(questions)
        wholes = [[*own, *more] for own, more in zip(title, asked, strict=True)]
        for article, *parts in zip(article_of.tolist(), head, body, strict=True):
            wholes[article] += [term for part in parts for term in part]
        more = analysis.terms("\n".join(passage.asked) for passage in passages)
        for article, part in zip(article_of.tolist(), more, strict=True):
            wholes[article] += part
        self.articles = Bm25Index([TextField(title, TITLE), TextField(asked)])
        self.wholes = Bm25Index([TextField(wholes)])
        self.sections = Bm25Index([TextField(head, HEADING), TextField(body)])
        owned = [(place, text) for place, p in enumerate(passages) for text in p.asked]
        self._asked_of = np.array([place for place, _ in owned], dtype=np.int64)
        self._asked = Bm25Index([TextField(analysis.terms(text for _, text in owned))])
        self._sounds_of_articles = Bm25Index(
            [TextField(analysis.sounds(titles), TITLE), TextField(analysis.sounds(questions))]
        )
        self._sounds_of_sections = Bm25Index([TextField(analysis.sounds(headings))])

    def scores(
        self,
        weights: Mapping[str, float],
        heard: Sequence[Sound],
        translated: Mapping[str, Weighted] | None = None,
    ) -> NDArray[np.float32]:
        """Return (n,) lexical scores of all passages; 0 where nothing matches.

        A term's translations may stand in its place.
        """
        of_article = self.articles.scores(weights, translated)
        of_article += WHOLE_ARTICLE * self.wholes.scores(weights, translated)
        of_section = self.sections.scores(weights, translated)
        of_section += self._of_asked(weights, translated)
        if heard:
            grams = {gram: SOUND for sound in heard for gram in sound.grams}
            of_article += self._sounds_of_articles.scores(grams)
            of_section += self._sounds_of_sections.scores(grams)
        return of_article[self._article_of] + of_section

    def _of_asked(
        self, weights: Mapping[str, float], translated: Mapping[str, Weighted] | None
    ) -> NDArray[np.float32]:
        """Return (n,) the score of each section's nearest question."""
        nearest = np.zeros(len(self._article_of), np.float32)
        np.maximum.at(nearest, self._asked_of, self._asked.scores(weights, translated))
        return np.float32(ASKED) * nearest

    def sounds(self, query: str) -> tuple[Sound, ...]:
        """Return the words of a query that this library never writes, or that are all in kana."""
        found: list[Sound] = []
        for run in runs(query):
            terms = tuple(analyze(run))
            if in_kana(run) or not all(map(self.knows, terms)):
                found.append(Sound(run, terms, tuple(grams(run))))
        return tuple(sound for sound in found if sound.grams)

    def idf(self, term: str) -> float:
        """Return how telling a term is here; one that is never written as much as the rarest."""
        known = self.sections.knows(term) or not self.articles.knows(term)
        return self.sections.idf(term) if known else self.articles.idf(term)

    def knows(self, term: str) -> bool:
        return self.wholes.knows(term)

    def contains(self, term: str, passage: int) -> bool:
        """Return whether the passage, or the title or a question of its article, has the term."""
        article = int(self._article_of[passage])
        return (
            self.articles.contains(term, article)
            or self.sections.contains(term, passage)
            or any(self._asked.contains(term, row) for row in self._questions_of(passage))
        )

    def _questions_of(self, passage: int) -> range:
        first, last = np.searchsorted(self._asked_of, (passage, passage + 1)).tolist()
        return range(first, last)

    def hears(self, sound: Sound, passage: int) -> bool:
        """Return whether title, questions and heading have most of the sound's letters."""
        article = int(self._article_of[passage])
        found = sum(
            self._sounds_of_articles.contains(gram, article)
            or self._sounds_of_sections.contains(gram, passage)
            for gram in sound.grams
        )
        return found >= _HEARD_SHARE * len(sound.grams)
