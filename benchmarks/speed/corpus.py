"""Libraries of any size, made of the sample company's sentences and of words that do not exist.

Half of the articles are Japanese, half English. As in a real library most sentences say what many
others say, too, and some words (a product, a service) occur in a few articles only: their
frequencies follow Zipf's law.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.articles.draft import ArticleDraft
from knowledge.articles.passages import searchable, sections, sentences
from knowledge.articles.readers import read_articles

ARTICLES = Path(__file__).resolve().parents[2] / "examples" / "pet_care" / "articles"
SECTIONS = 4
_KANA = "アイウエオカキクケコサシスセソタチツテトナニノハヒフヘホマミムメモヤユヨラリルレロ"
_ONSETS = ("b", "br", "c", "d", "dr", "f", "fl", "g", "gr", "k", "l", "m", "n", "p", "pr", "r", "s",
           "st", "t", "tr", "v")  # fmt: skip
_VOWELS = "aeiou"


@dataclass(frozen=True)
class Question:
    """A question, its language, and the article and section that it was made of."""

    text: str
    language: str
    article: str
    position: int


class Corpus:
    """Articles 0, 1, 2 …, the same ones for the same seed."""

    def __init__(self, passages: int, seed: int = 7) -> None:
        self.articles = max(2, passages // SECTIONS)
        self._seed = seed
        chance = random.Random(seed)
        words = max(50, passages // 8)
        self._words = {"ja": [_japanese(chance) for _ in range(words)],
                       "en": [_english(chance) for _ in range(words)]}
        self._texts: dict[str, list[str]] = {"ja": [], "en": []}
        self._titles: dict[str, list[str]] = {"ja": [], "en": []}
        self._headings: dict[str, list[str]] = {"ja": [], "en": []}
        self._questions: dict[str, list[str]] = {"ja": [], "en": []}
        for draft in read_articles(ARTICLES):
            self._titles[draft.language].append(draft.title)
            for section in sections(draft.body):
                self._texts[draft.language] += sentences(searchable(section.template))
                self._headings[draft.language].append(section.heading or draft.title)
                self._questions[draft.language] += section.questions

    def article(self, number: int, version: int = 1) -> ArticleDraft:
        """One article; another version of it says something else."""
        chance = random.Random(f"{self._seed} {number} {version}")
        language = "ja" if number % 2 else "en"
        subject = self._word(chance, language)
        parts = []
        for _ in range(SECTIONS):
            heading, asked = (chance.choice(texts[language]) for texts in
                              (self._headings, self._questions))
            said = [self._sentence(chance, language, subject) for _ in range(chance.randint(3, 7))]
            body = ("" if language == "ja" else " ").join(said)
            parts.append(f"## {heading}\n? {_of(subject, asked, language)}\n\n{body}")
        title = _of(subject, chance.choice(self._titles[language]), language)
        return ArticleDraft(f"article-{number:06}", language, title, "\n\n".join(parts),
                            questions=(_of(subject, chance.choice(self._questions[language]),
                                           language),))

    def questions(self, count: int) -> Iterator[Question]:
        """Questions about articles of the library, in both languages by turns."""
        chance = random.Random(f"{self._seed} questions")
        for _ in range(count):
            number = chance.randrange(self.articles)
            draft = self.article(number)
            section = chance.choice(sections(draft.body))
            yield Question(section.questions[0], draft.language, draft.article_id,
                           section.position)

    def _sentence(self, chance: random.Random, language: str, subject: str) -> str:
        text = chance.choice(self._texts[language])
        if chance.random() < 0.6:
            word = subject if chance.random() < 0.5 else self._word(chance, language)
            return _of(word, text, language)
        return text

    def _word(self, chance: random.Random, language: str) -> str:
        words = self._words[language]
        return words[min(len(words) - 1, int(len(words) ** chance.random()) - 1)]


def _of(word: str, text: str, language: str) -> str:
    return f"{word}の{text}" if language == "ja" else f"{word}: {text}"


def _japanese(chance: random.Random) -> str:
    return "".join(chance.choice(_KANA) for _ in range(chance.randint(3, 6)))


def _english(chance: random.Random) -> str:
    return "".join(chance.choice(_ONSETS) + chance.choice(_VOWELS)
                   for _ in range(chance.randint(2, 4))).capitalize()
