"""`yorisoi check`: is everything there that is needed? One line each, and how to mend it."""

import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import func, select

from assistant.company import load_company
from assistant.customers.catalogue import load_catalogue
from assistant.customers.models import Customer
from assistant.database import database_version, open_database, read_scope
from assistant.errors import BadConfiguration
from assistant.operators.models import Operator
from assistant.reembedding import progress
from assistant.settings import Settings, load_settings
from channels.cli.output import out, print_json
from channels.cli.program import HOME, AsJson, Home, program
from knowledge.articles import repository as articles
from knowledge.articles.models import Article
from knowledge.embedding import EmbeddingUnavailable, load_embedder


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, whether it is well, and what is there or how to mend it."""

    what: str
    well: bool
    line: str


@program.command()
def check(home: Home = HOME, as_json: AsJson = False) -> None:
    """Check configuration, database, index and mail."""
    findings = list(look(load_settings(home)))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            mark = "[green]✓[/]" if finding.well else "[red]✗[/]"
            out.print(f"{mark} {finding.what:<13} {finding.line}", highlight=False)
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


def look(settings: Settings) -> Iterator[Finding]:
    """What there is to say about this home folder; it changes nothing."""
    try:
        company = load_company(settings.company_folder)
        facts = load_catalogue(settings.company_folder).facts
        yield Finding("configuration", True,
                      f"{company.name.get('en', '')}: {len(facts)} facts, "
                      f"{len(company.topics)} topics in {settings.company_folder}")
    except BadConfiguration as error:
        yield Finding("configuration", False, error.sentence)
    yield from _database(settings)
    for name, url in (("mail out", settings.smtp_url), ("mail in", settings.imap_url)):
        yield _mail(name, url)
    listening = settings.mail_listen or "off (set YORISOI_MAIL_LISTEN, for example 0.0.0.0:25)"
    yield Finding("mail door", True, listening)


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        database = open_database(settings.database)
    except BadConfiguration as error:
        yield Finding("database", False, error.sentence)
        return
    has, wants = database_version(database)
    if has != wants:
        yield Finding("database", False, f"its tables are at {has}, wanted is {wants}; "
                      "start yorisoi serve once, which brings them up to date")
        return
    try:
        with read_scope(database) as session:
            count = session.exec(select(func.count()).select_from(Customer)).one()
            people = session.exec(select(func.count()).select_from(Operator)).one()
            written = session.exec(
                select(func.count()).select_from(Article).where(Article.current)
            ).one()
            searched = articles.state(session)[1]
    except SQLAlchemyError as error:
        yield Finding("database", False, f"it does not answer: {type(error).__name__}; check "
                      "YORISOI_DATABASE_URL and that the server runs")
        return
    yield Finding("database", True, f"{database.dialect.name}, {count} customers, "
                  f"{people} operators")
    yield _index(settings, database, written, searched)


def _index(settings: Settings, database: Engine, written: int, searched: str) -> Finding:
    try:
        name = load_embedder(settings.embedding or None).name
    except EmbeddingUnavailable as error:
        return Finding("index", False, str(error))
    if not written:
        return Finding("index", False, "no article is published; run yorisoi ingest FOLDER")
    with read_scope(database) as session:
        now = progress(session, name)
    left = now.histories_left + now.cases_left
    if searched != name:
        return Finding("index", False, f"{searched} is searched, {name} is set: {now.articles} of "
                       f"{now.of_articles} articles are embedded with it, {left} texts of "
                       "histories and cases are not; yorisoi serve goes on with it, or run "
                       "yorisoi reindex --missing")
    if not now.done:
        return Finding("index", False, f"{now.of_articles - now.articles} articles and {left} "
                       f"texts of histories and cases are not embedded with {name} yet; yorisoi "
                       "serve does it, or run yorisoi reindex --missing")
    return Finding("index", True, f"{written} articles, embedded with {name}")


def _mail(name: str, url: str) -> Finding:
    if not url:
        return Finding(name, True, "off")
    parts = urlsplit(url)
    port = parts.port or {"smtp": 587, "smtps": 465, "imap": 143, "imaps": 993}.get(parts.scheme, 0)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=5):
            return Finding(name, True, f"{parts.hostname}:{port} answers")
    except OSError as error:
        return Finding(name, False, f"{parts.hostname}:{port} does not answer "
                       f"({error.strerror or error}); check the address and that the server runs")
