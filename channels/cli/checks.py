"""`yorisoi check`: is everything there that is needed? One line each, and how to mend it."""

import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, func, select

from assistant.company import load_company
from assistant.conversations.limits import paused
from assistant.conversations.mailboxes import mailbox_states
from assistant.customers.catalogue import load_catalogue
from assistant.customers.models import Customer
from assistant.database import database_version, open_database, read_scope
from assistant.errors import BadConfiguration
from assistant.language_model import load_model
from assistant.operators.models import Operator
from assistant.reembedding import progress
from assistant.settings import Settings, load_settings
from channels.cli.output import out, print_json
from channels.cli.program import HOME, AsJson, Home, program
from channels.email.certificate import Certificate
from channels.email.fetching import mailboxes
from channels.email.relay import SmtpRelay
from channels.email.server_address import ServerAddress
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
            out.print(f"{mark} {finding.what:<14} {finding.line}", highlight=False)
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
    yield _model(settings)
    yield from _mail(settings)
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
            stopped = list(_switch(session, settings))
    except SQLAlchemyError as error:
        yield Finding("database", False, f"it does not answer: {type(error).__name__}; check "
                      "YORISOI_DATABASE_URL and that the server runs")
        return
    yield Finding("database", True, f"{database.dialect.name}, {count} customers, "
                  f"{people} operators")
    yield from stopped
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


def _model(settings: Settings) -> Finding:
    try:
        model = load_model(settings)
    except BadConfiguration as error:
        return Finding("language model", False, error.sentence)
    return Finding("language model", True, model.name if model else "off")


def _mail(settings: Settings) -> Iterator[Finding]:
    try:
        servers = [("mail in", address) for address, _ in mailboxes(settings)]
        if settings.smtp_url:
            servers.append(("mail out", SmtpRelay(settings).address))
        if settings.mail_certificate:
            Certificate(settings.mail_certificate, settings.mail_key)
    except BadConfiguration as error:
        yield Finding("mail", False, error.sentence)
        return
    for name, address in servers:
        yield _answers(name, address)
    for name in ("mail in", "mail out"):
        if name not in [one for one, _ in servers]:
            yield Finding(name, True, "off")


def _answers(name: str, address: ServerAddress) -> Finding:
    place = f"{address.host}:{address.port}"
    try:
        with socket.create_connection((address.host, address.port), timeout=5):
            return Finding(name, True, f"{place} answers")
    except OSError as error:
        return Finding(name, False, f"{place} does not answer ({error.strerror or error}); check "
                       "the address and that the server runs")


def _switch(session: Session, settings: Settings) -> Iterator[Finding]:
    """What stops mail although every server answers."""
    if paused(session) or settings.mail_automatic == "never":
        yield Finding("automatic mail", False, "it is switched off; answers wait as drafts. Turn "
                      "it on in the console, or with yorisoi email switch on")
    for box in mailbox_states(session):
        if box.failing_since is not None:
            yield Finding("mailbox", False, f"{box.name} cannot be read since "
                          f"{box.failing_since:%Y-%m-%d %H:%M} UTC: {box.error}")
