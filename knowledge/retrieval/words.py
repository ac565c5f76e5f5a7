"""The lexical side of a snapshot: which words, and which sounds, each passage has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.articles.passages import searchable
from knowledge.retrieval.bm25 import Bm25Index, Documents, TextField, Vocabulary, Weighted
from knowledge.retrieval.entries import Entry
from knowledge.retrieval.splicing import Moves
from knowledge.spelling import grams, in_kana, runs, sounds
from knowledge.text import analyze

# Measured on half of the questions of the sample company; see README.
TITLE, HEADING = 1.5, 1.5
WHOLE_ARTICLE = 1.6
ASKED = 1.1
SOUND = 0.8
_HEARD_SHARE = 0.6


@dataclass(frozen=True)
class Sound:
    """A word that is looked up by its sound: as written, its terms, its groups of letters."""

    run: str
    terms: tuple[str, ...]
    grams: tuple[str, ...]


class Words:
    """BM25 of articles (title, questions; and all their text) and of sections (heading, body).

    The article's scores find it, the section's choose within it; all are in units of idf, so that
    they add up. Only what the words do not know is looked up by sound, in titles, headings and
    questions. Never changed: `replaced` returns another.
    """

    def __init__(self) -> None:
        terms: Vocabulary = {}
        grams: Vocabulary = {}
        self._terms, self._grams = terms, grams
        self.articles = Bm25Index([TextField([], TITLE), TextField([])], vocabulary=terms)
        self.wholes = Bm25Index([TextField([])], vocabulary=terms)
        self.sections = Bm25Index([TextField([], HEADING), TextField([])], vocabulary=terms)
        self._asked = Bm25Index([TextField([])], vocabulary=terms)
        self._sounds_of_articles = Bm25Index(
            [TextField([], TITLE), TextField([])], vocabulary=grams
        )
        self._sounds_of_sections = Bm25Index([TextField([])], vocabulary=grams)
        self._sounds_of_asked = Bm25Index([TextField([])], vocabulary=grams)
        self._article_of: NDArray[np.int32] = np.empty(0, np.int32)
        self._first_asked = np.zeros(1, np.int64)

    def replaced(
        self, articles: Moves, passages: Moves, article_of: NDArray[np.int32],
        entries: Sequence[Entry],
    ) -> "Words":
        """Return the words of the articles that stay and of these new ones, which alone are
        analysed. Articles and their passages go to the places of `moves`; the article of each
        passage is then as in `article_of`."""
        texts = _Texts.of(entries, self._terms, self._grams)
        asked = np.diff(self._first_asked)
        asked_now = passages.merged(asked, texts.asked_each)
        questions = passages.parts(asked, texts.asked_each)
        new = object.__new__(Words)
        new._terms, new._grams = self._terms, self._grams
        new.articles = self.articles.replaced(articles, [texts.title, texts.questions])
        new.wholes = self.wholes.replaced(articles, [texts.whole])
        new.sections = self.sections.replaced(passages, [texts.heading, texts.body])
        new._asked = self._asked.replaced(questions, [texts.asked])
        new._sounds_of_articles = self._sounds_of_articles.replaced(
            articles, [texts.title_sounds, texts.question_sounds]
        )
        new._sounds_of_sections = self._sounds_of_sections.replaced(
            passages, [texts.heading_sounds]
        )
        new._sounds_of_asked = self._sounds_of_asked.replaced(questions, [texts.asked_sounds])
        new._article_of = article_of
        new._first_asked = np.concatenate([[0], np.cumsum(asked_now)])
        return new

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
        of_section += ASKED * self._nearest_asked(self._asked.scores(weights, translated))
        if heard:
            grams = {gram: SOUND for sound in heard for gram in sound.grams}
            of_article += self._sounds_of_articles.scores(grams)
            of_section += self._sounds_of_sections.scores(grams)
            of_section += self._nearest_asked(self._sounds_of_asked.scores(grams))
        return of_article[self._article_of] + of_section

    def _nearest_asked(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (n,) the score of each passage's best question; 0 where it has none."""
        nearest = np.zeros(len(self._article_of), np.float32)
        having = np.flatnonzero(np.diff(self._first_asked))
        if len(having):
            nearest[having] = np.maximum.reduceat(scores, self._first_asked[having])
        return nearest

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

    def contains(self, term: str, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return whether each passage, or the title or a question of its article, has the term."""
        found = self.articles.contains(term, self._article_of[passages])
        found |= self.sections.contains(term, passages)
        first, last = self._first_asked[passages], self._first_asked[passages + 1]
        owners = np.repeat(np.arange(len(passages)), last - first)
        rows = np.arange(len(owners)) - np.repeat(np.cumsum(last - first) - last, last - first)
        found[owners[self._asked.contains(term, rows)]] = True
        return found

    def hears(self, sound: Sound, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return whether title, questions and heading of each have most of the sound's letters."""
        articles = self._article_of[passages]
        found = np.zeros(len(passages), np.int64)
        for gram in sound.grams:
            found += self._sounds_of_articles.contains(
                gram, articles
            ) | self._sounds_of_sections.contains(gram, passages)
        return found >= _HEARD_SHARE * len(sound.grams)


@dataclass(frozen=True)
class _Texts:
    """The terms of some articles: of each article, of each passage, of each question."""

    title: Documents
    questions: Documents
    whole: Documents
    title_sounds: Documents
    question_sounds: Documents
    heading: Documents
    body: Documents
    heading_sounds: Documents
    asked: Documents
    asked_sounds: Documents
    asked_each: NDArray[np.int64]

    @classmethod
    def of(cls, entries: Sequence[Entry], terms: Vocabulary, grams: Vocabulary) -> "_Texts":
        heads = [entry.passages[0] for entry in entries]
        passages = [passage for entry in entries for passage in entry.passages]
        questions = ["\n".join(head.questions) for head in heads]

        def words(texts: Iterable[str]) -> Documents:
            return Documents.of(map(analyze, texts), terms)

        def heard(texts: Iterable[str]) -> Documents:
            return Documents.of(map(sounds, texts), grams)

        title, asked_of_article = words(head.title for head in heads), words(questions)
        heading = words(passage.heading for passage in passages)
        body = words(searchable(passage.template) for passage in passages)
        asked = words(text for passage in passages for text in passage.asked)
        asked_each = np.array([len(passage.asked) for passage in passages], np.int64)
        sizes = np.array([len(entry.passages) for entry in entries], np.int64)
        of_passages = heading.joined(body, asked.grouped(asked_each))
        return cls(
            title=title,
            questions=asked_of_article,
            whole=title.joined(asked_of_article, of_passages.grouped(sizes)),
            title_sounds=heard(head.title for head in heads),
            question_sounds=heard(questions),
            heading=heading,
            body=body,
            heading_sounds=heard(passage.heading for passage in passages),
            asked=asked,
            asked_sounds=heard(text for passage in passages for text in passage.asked),
            asked_each=asked_each,
        )
