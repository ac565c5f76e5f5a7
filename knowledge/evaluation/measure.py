"""What can be measured in any setting: a set in BEIR's layout, or a company's own questions."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from knowledge.articles.draft import ArticleDraft
from knowledge.embedding import Embedder, load_embedder
from knowledge.evaluation import beir, questions
from knowledge.evaluation.outcomes import Outcome
from knowledge.evaluation.questions import Question
from knowledge.evaluation.records import embedded
from knowledge.evaluation.settings import BUNDLED, BadSetting, Setting
from knowledge.glossary import Glossary
from knowledge.retrieval.entries import Record
from knowledge.retrieval.library import Library
from knowledge.retrieval.results import Retriever


class Measure:
    """Queries with known answers, and the articles they are asked of.

    Settings that differ in the retriever alone share one library, so a comparison reads and
    embeds the articles no more often than it must. `judged_by` is the figure that decides.
    """

    def __init__(
        self,
        name: str,
        judged_by: str,
        records: Callable[[Embedder], Sequence[Record]],
        outcomes: Callable[[Library, Retriever], list[Outcome]],
        glossary: Path | None = None,
    ) -> None:
        self.name = name
        self.judged_by = judged_by
        self._records = records
        self._outcomes = outcomes
        self._glossary = glossary
        self._embedders: dict[str, Embedder] = {}
        self._libraries: dict[tuple[str, str], Library] = {}

    def run(self, setting: Setting) -> list[Outcome]:
        """Return what each query gets in this setting.

        Raises EmbeddingUnavailable, GlossaryError or BadSetting for a setting that cannot be had.
        """
        return self._outcomes(self.library(setting), setting.retriever)

    def library(self, setting: Setting) -> Library:
        """Return the articles, embedded and searched in this setting."""
        key = (setting.embedding, setting.glossary)
        if key not in self._libraries:
            embedder = self._embedder(setting.embedding)
            library = Library(embedder, self._words(setting.glossary))
            library.adopt(self._records(embedder))
            self._libraries[key] = library
        return self._libraries[key]

    def _embedder(self, name: str) -> Embedder:
        if name not in self._embedders:
            self._embedders[name] = load_embedder(None if name == BUNDLED else name)
        return self._embedders[name]

    def _words(self, named: str) -> Glossary | None:
        if named == "off" or (named == "on" and self._glossary is None):
            return None
        file = self._glossary if named == "on" else Path(named)
        if file is None or not file.is_file():
            raise BadSetting(f"There is no glossary {file}; write glossary=off, or a file's path.")
        return Glossary.load(file)


def of_set(folder: Path, grade: int = 1, limit: int | None = None) -> Measure:
    """Return the measure of a set in BEIR's layout, which has no glossary of its own."""
    return Measure(
        folder.name,
        "nDCG@10",
        lambda embedder: beir.records_of(folder, embedder),
        lambda library, retriever: beir.outcomes(library, folder, retriever, limit, grade),
    )


def of_questions(
    name: str,
    asked: Sequence[Question],
    drafts: Sequence[ArticleDraft],
    today: date,
    glossary: Path | None = None,
) -> Measure:
    """Return the measure of labelled questions on these articles, as they stand on this day."""
    return Measure(
        name,
        "MRR@10",
        lambda embedder: embedded(drafts, embedder),
        lambda library, retriever: questions.outcomes(library, asked, retriever, today),
        glossary,
    )
