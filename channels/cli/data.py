"""`yorisoi ingest | import | reindex`: what the company knows goes in."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.customers.memory import reembed
from assistant.database import session_scope
from assistant.errors import YorisoiError
from assistant.importing import import_customers, import_operators
from assistant.settings import load_settings
from channels.cli.output import console, print_json, progress
from channels.cli.program import HOME, AsJson, Home, program
from channels.services import open_services
from knowledge.articles.ingest import ingest as ingest_articles
from knowledge.articles.ingest import reindex as reindex_articles


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
def reindex(home: Home = HOME, as_json: AsJson = False) -> None:
    """Embed every article, and the histories of another model, with the model that is set."""
    services = open_services(load_settings(home))
    with (
        progress("Passages", quiet=as_json) as show,
        session_scope(services.engine) as session,
    ):
        count = reindex_articles(
            session, services.library.embedder, show, everything=True
        )
    with (
        progress("Histories", quiet=as_json) as show,
        session_scope(services.engine) as session,
    ):
        texts = reembed(session, services.library.embedder, show)
    name = services.library.embedder.name
    if as_json:
        print_json({"reindexed": count, "remembered": texts, "embedding": name})
    else:
        console.print(f"{count} articles and {texts} texts of histories embedded with {name}.")


def _must_exist(paths: list[Path]) -> None:
    for path in paths:
        if not path.exists():
            raise YorisoiError(f"{path} is not there; check the path.")
