"""Fits the ranking and the confidence:

    python -m knowledge.fitting FILE.jsonl… --half FILE.jsonl… --articles DIR [--glossary FILE]
        [--ranking FILE] [--confidence FILE]

All questions of the first files are fitted on, and the half of those after --half that a hash of
their ids names; the figures that are printed are those of the other half. Questions with an
`article` are answerable, the others are not. The articles' own questions are asked, too, of
libraries that lack them.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from knowledge.articles.readers import read_articles
from knowledge.embedding import load_embedder
from knowledge.evaluation import calibration
from knowledge.evaluation.questions import Question, evaluate_questions, read_questions
from knowledge.fitting.examples import Choice, Libraries
from knowledge.fitting.order import fit_ranking
from knowledge.fitting.sureness import Labelled, fit_confidence, probabilities
from knowledge.glossary import Glossary
from knowledge.retrieval.confidence import FITTED as CONFIDENCE
from knowledge.retrieval.confidence import Confidence
from knowledge.retrieval.library import Library
from knowledge.retrieval.ranking import FITTED as RANKING

# Of the articles' own questions. A labelled one is a customer's, so it counts for many of them.
OWN_CHOICES = 1_500
OWN_SURE = 1_500
LABELLED_WEIGHT = 5.0
# Many a library does not say which questions its articles answer; it must be searched, too.
BARE_WEIGHT = 5.0
# And an article that has no translation must be found in the other language.
FOREIGN_WEIGHT = 3.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit both, print the figures of the other half, write the models."""
    given = _parser().parse_args(arguments)
    libraries = _libraries(given.articles, given.glossary)
    whole = [question for file in given.whole for question in read_questions(file)]
    halves = [question for file in given.half for question in read_questions(file)]
    fitting = [*whole, *(one for one in halves if one.for_fitting)]
    held = [one for one in halves if not one.for_fitting and not one.articles_in]
    facts = _facts(libraries, given.articles, fitting)
    ranking = fit_ranking(_choices(libraries, fitting), facts | {"own": OWN_CHOICES})
    ranking.save(given.ranking)
    library = libraries.whole(ranking)
    own = list(libraries.own_questions(OWN_SURE, ranking))
    asked = [*((library, one) for one in fitting if not one.articles_in), *own]
    model = fit_confidence(Labelled.of(asked), facts | {"own": len(own)})
    model.save(given.confidence)
    if held:
        print(evaluate_questions(library, [one for one in held if one.article]))
        print(report(model, library, held))


def report(model: Confidence, library: Library, questions: Sequence[Question]) -> str:
    """The figures of these questions: does the confidence know, and what would be answered?"""
    data = Labelled.of([(library, question) for question in questions])
    chances = probabilities(model, data)
    table = calibration.reliability(chances, data.section, 5)
    lines = [
        f"{int(data.answerable.sum())} answerable, {int((~data.answerable).sum())} not",
        f"AUC right section or not    {calibration.auc(chances, data.section):.3f}",
        f"AUC in scope or not         {calibration.auc(chances, data.answerable):.3f}",
        f"Brier {calibration.brier(chances, data.section):.3f}  "
        f"calibration error {calibration.calibration_error(table):.3f}",
        "  questions  confidence  right",
    ]
    lines += [f"  {one.questions:9}  {one.confidence:10.3f}  {one.right:5.3f}" for one in table]
    for least in (0.5, 0.7, 0.8, 0.9):
        by_section = calibration.operating_point(chances, data.section, data.answerable, least)
        by_article = calibration.operating_point(chances, data.article, data.answerable, least)
        lines.append(
            f"  from {least}: {by_section.answered:.3f} of the answerable answered, "
            f"{by_section.declined:.3f} of the others declined; wrong section "
            f"{by_section.wrong:.3f}, wrong article {by_article.wrong:.3f}"
        )
    return "\n".join(lines)


def _choices(libraries: Libraries, fitting: Sequence[Question]) -> list[Choice]:
    asked_of = ((libraries.whole(), LABELLED_WEIGHT), (libraries.bare(), BARE_WEIGHT),
                (libraries.untranslated(), FOREIGN_WEIGHT))
    made = [libraries.choice(lacking, one)
            for lacking, one in libraries.own_questions(OWN_CHOICES)]
    for question in fitting:
        if question.article:
            made += [libraries.choice(library, question, weight) for library, weight in asked_of]
    return [one for one in made if one is not None]


def _facts(
    libraries: Libraries, articles: Path, fitting: Sequence[Question]
) -> dict[str, object]:
    return {
        "embedding": libraries.embedder.name,
        "articles": str(articles),
        "answerable": sum(bool(question.article) for question in fitting),
        "unanswerable": sum(not question.article for question in fitting),
        "on": datetime.now(UTC).date().isoformat(),
    }


def _libraries(articles: Path, glossary: Path | None) -> Libraries:
    drafts = read_articles(articles)
    return Libraries(drafts, load_embedder(), Glossary.load(glossary) if glossary else None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m knowledge.fitting")
    parser.add_argument("whole", nargs="*", type=Path)
    parser.add_argument("--half", nargs="*", type=Path, default=[])
    parser.add_argument("--articles", type=Path, required=True)
    parser.add_argument("--glossary", type=Path)
    parser.add_argument("--ranking", type=Path, default=RANKING)
    parser.add_argument("--confidence", type=Path, default=CONFIDENCE)
    return parser


if __name__ == "__main__":
    main()
