"""`yorisoi ingest | import | reindex`: what the company knows goes in."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.database import session_scope
from assistant.errors import YorisoiError
from assistant.importing import import_customers, import_operators
from assistant.settings import load_settings
from channels.cli.output import console, print_json, progress
from channels.cli.program import HOME, AsJson, Home, program
from channels.services import open_services
from knowledge.articles.ingest import ingest as ingest_articles


@program.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders of articles.")],
    home: Home = HOME,
    as_json: AsJson = False,
) -> None:
    """Publish articles: Markdown, PDF, DOCX, HTML, CSV or XLSX."""
    _must_exist(paths)
    services = open_services(load_settings(home))
    with (
        progress("Articles", quiet=as_json) as show,
        session_scope(services.engine) as session,
    ):
        report = ingest_articles(
            session, paths, services.library.embedder, services.check, show, services.clock()
        )
    refused = [vars(problem) for problem in report.refused]
    if as_json:
        print_json({"added": report.added, "updated": report.updated,
                    "unchanged": report.unchanged, "refused": refused})
    else:
        console.print(f"{report.added} added, {report.updated} updated, "
                      f"{report.unchanged} unchanged, {len(refused)} problems.")
        for problem in report.refused:
            console.print(str(problem), style="red", markup=False, highlight=False)
    if refused:
        raise typer.Exit(1)


@program.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="JSON lines of customers or operators.")],
    home: Home = HOME,
    as_json: AsJson = False,
) -> None:
    """Import customers, or operators from a file called operators.jsonl."""
    _must_exist(files)
    services = open_services(load_settings(home))
    totals = {"customers": 0, "operators": 0, "remembered": 0}
    for path in sorted(files, key=lambda file: not file.name.startswith("operators")):
        if path.name.startswith("operators"):
            with session_scope(services.engine) as session:
                totals["operators"] += import_operators(session, path)
            continue
        with progress("Customers", quiet=as_json) as show:
            report = import_customers(
                services.engine, path, services.library.embedder, services.clock, show
            )
        totals["customers"] += report.customers
        totals["remembered"] += report.remembered
    if as_json:
        print_json(totals)
    else:
        console.print(f"{totals['customers']} customers and {totals['operators']} operators "
                      f"imported, {totals['remembered']} texts remembered.")


@program.command()
def reindex(
    home: Home = HOME,
    missing: Annotated[
        bool, typer.Option("--missing", help="Only what the model that is set has not embedded.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Embed every article, and what another model embedded of histories and cases.

    The vectors before serve until all are there. Ended early, it goes on at the next start of
    yorisoi serve, or with --missing.
    """
    services = open_services(load_settings(home))
    reembedding = services.reembedding
    before = reembedding.progress()
    todo = before.of_articles - (before.articles if missing else 0)
    with progress("Articles", quiet=as_json) as show:
        if not missing:
            reembedding.all_articles(show)
        while reembedding.step():
            now = reembedding.progress()
            show(now.articles, now.of_articles)
    after = reembedding.progress()
    if not after.done:
        raise YorisoiError("Another process is embedding at this moment; yorisoi check shows how "
                           "far it has come.")
    texts = before.histories_left + before.cases_left
    if as_json:
        print_json({"reindexed": todo, "remembered": texts, "embedding": after.embedding})
    else:
        console.print(f"{todo} articles and {texts} texts of histories and cases embedded with "
                      f"{after.embedding}.")


def _must_exist(paths: list[Path]) -> None:
    for path in paths:
        if not path.exists():
            raise YorisoiError(f"{path} is not there; check the path.")
