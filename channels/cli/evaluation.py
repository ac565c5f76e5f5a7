"""`yorisoi evaluate …`: how good is it, on questions whose answers are known."""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.database import open_database, read_scope
from assistant.errors import YorisoiError
from assistant.settings import Settings, load_settings
from channels.cli.evaluation_tables import show_comparison, show_figures
from channels.cli.output import print_json
from channels.cli.program import HOME, AsJson, Home, evaluate
from knowledge.articles.draft import ArticleDraft, ArticleRefused
from knowledge.articles.readers import read_articles
from knowledge.embedding import EmbeddingUnavailable
from knowledge.evaluation.beir import SetUnreadable
from knowledge.evaluation.compare import compare
from knowledge.evaluation.measure import Measure, of_questions, of_set
from knowledge.evaluation.outcomes import Outcome, by_kind, means
from knowledge.evaluation.questions import Question, QuestionsUnreadable, read_questions
from knowledge.evaluation.records import published
from knowledge.evaluation.settings import BUNDLED, BadSetting, Setting
from knowledge.glossary import GlossaryError


class Half(StrEnum):
    ALL = "all"
    FITTING = "fitting"
    HELD_OUT = "held-out"


@evaluate.command("retrieval")
def retrieval(
    path: Annotated[Path, typer.Argument(
        help="A folder in the BEIR layout (corpus.jsonl, queries.jsonl, qrels/*.tsv), or labelled "
             "questions: a .jsonl file or a folder of them.")],
    articles: Annotated[Path | None, typer.Option(
        help="The articles that labelled questions are asked of; default: the published ones.")
    ] = None,
    setting: Annotated[list[str] | None, typer.Option(
        "--with", metavar="KEY=VALUE",
        help="What is measured: retriever=lexical|dense|hybrid, embedding=NAME or FOLDER, "
             "glossary=on|off|FILE. May be repeated.")] = None,
    other: Annotated[list[str] | None, typer.Option(
        "--compare", metavar="KEY=VALUE",
        help="Measure once more with this changed, and compare. May be repeated.")] = None,
    half: Annotated[Half, typer.Option(
        help="Of labelled questions: all, or the half that may (not) be fitted on.")] = Half.ALL,
    grade: Annotated[int, typer.Option(
        min=1, help="Of a BEIR set: the least grade of a right document.")] = 1,
    show: Annotated[int, typer.Option(
        min=0, help="How many of the queries that won and lost most.")] = 5,
    home: Home = HOME,
    as_json: AsJson = False,
) -> None:
    """Measure retrieval, and compare two settings query by query."""
    settings = load_settings(home)
    try:
        measure = _measure(path, articles, settings, half, grade)
        first = Setting(embedding=settings.embedding or BUNDLED).changed(setting or ())
        measured = _run(measure, first)
        if not other:
            _tell(measure, first, measured, as_json)
            return
        second = first.changed(other)
        found = compare(measured, _run(measure, second), measure.judged_by, show)
    except (BadSetting, EmbeddingUnavailable, GlossaryError, QuestionsUnreadable, SetUnreadable,
            ArticleRefused) as error:
        raise YorisoiError(str(error)) from error
    if as_json:
        print_json({"name": measure.name, "first": asdict(first), "second": asdict(second),
                    **asdict(found)})
    else:
        show_comparison(measure.name, first, second, found)


def _run(measure: Measure, setting: Setting) -> list[Outcome]:
    measured = measure.run(setting)
    if not measured:
        raise YorisoiError(f"{measure.name} has no query with a right answer; nothing to measure.")
    return measured


def _measure(
    path: Path, articles: Path | None, settings: Settings, half: Half, grade: int
) -> Measure:
    if not path.exists():
        raise YorisoiError(f"{path} is not there; check the path.")
    files = [path] if path.is_file() else sorted(path.glob("*.jsonl"))
    if (path / "corpus.jsonl").exists() or not files:
        return of_set(path, grade)
    asked = [question for file in files for question in read_questions(file)]
    if half is not Half.ALL:
        asked = [one for one in asked if one.for_fitting == (half is Half.FITTING)]
    drafts = read_articles(articles) if articles else _published(settings)
    _must_be_there(asked, drafts)
    glossary = settings.company_folder / "glossary.yaml"
    today = datetime.now(UTC).date()
    return of_questions(path.stem, asked, drafts, today, glossary if glossary.exists() else None)


def _published(settings: Settings) -> list[ArticleDraft]:
    with read_scope(open_database(settings.database)) as session:
        drafts = published(session)
    if not drafts:
        raise YorisoiError("No article is published here; run yorisoi ingest FOLDER, or name the "
                           "articles with --articles.")
    return [replace(draft, source="") for draft in drafts]


def _must_be_there(asked: list[Question], drafts: list[ArticleDraft]) -> None:
    known = {draft.article_id for draft in drafts}
    lost = sorted({one.article for one in asked if one.article} - known)
    if lost:
        raise YorisoiError(f"There is no article {', '.join(lost[:5])}"
                           f"{' …' if len(lost) > 5 else ''}; correct the questions, or name the "
                           "articles with --articles.")


def _tell(measure: Measure, setting: Setting, measured: list[Outcome], as_json: bool) -> None:
    groups = by_kind(measured)
    kinds = {kind: {"queries": len(own), "figures": means(own)}
             for kind, own in groups.items() if kind or len(groups) > 1}
    spent = sum(outcome.milliseconds for outcome in measured) / len(measured)
    report: dict[str, Any] = {
        "name": measure.name, "setting": asdict(setting), "queries": len(measured),
        "figures": means(measured), "milliseconds": spent, "kinds": kinds,
    }
    if as_json:
        print_json(report)
    else:
        show_figures(report)
