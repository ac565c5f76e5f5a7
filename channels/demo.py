"""`yorisoi demo`: a whole sample company on this machine, with nothing to sign up for."""

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlmodel import select

from assistant.database import session_scope
from assistant.errors import BadConfiguration
from assistant.importing import import_customers, import_operators
from assistant.operators.models import Operator
from assistant.operators.sign_in import set_password
from assistant.settings import Settings, load_settings
from channels.app import create_app
from channels.cli.output import console, progress
from channels.email.demo_mailboxes import DemoMailboxes, Owner
from channels.email.demo_pages import demo_router
from channels.pages.demo import PEOPLE, Demo
from channels.services import Services, now, open_services
from channels.web_chat.identity import sign_identity
from knowledge.articles.ingest import ingest

SAMPLE = Path(__file__).resolve().parents[1] / "examples" / "pet_care"
COMPANY_FILES = ("company.yaml", "facts.yaml", "topics.yaml", "glossary.yaml",
                 "suggestions.yaml")
LOGIN = "mori"
PASSWORD = "yorisoi-demo"  # noqa: S105 (printed on the demo's first page, on this machine only)
MAIL_ADDRESS = "support@harunowa.example"
MAIL_SERVER = "mx.harunowa.example"
READY = "demo.json"
SIGNED_FOR = timedelta(hours=12)


@dataclass(frozen=True)
class PreparedDemo:
    """The sample company, opened and filled."""

    services: Services
    mailboxes: DemoMailboxes

    def app(self) -> FastAPI:
        """All doors, the demo's own pages, and the mailboxes of the sample customers."""
        settings = self.services.settings
        pages = Demo(sign=self._signed, login=LOGIN, password=PASSWORD, mail_url="/demo/mail",
                     mail_address=settings.mail_address)
        return create_app(
            self.services, demo=pages,
            routers=[demo_router(self.mailboxes, self.services.company)],
            background=[self.mailboxes], mail_credentials=self.mailboxes.credentials,
        )

    def _signed(self, number: str) -> str:
        """What the shop's own server would say of a customer who is signed in there."""
        services = self.services
        return sign_identity(
            number, services.settings.identity_secret, services.clock() + SIGNED_FOR
        )


def prepare_demo(
    home: Path, company: Path | None, given: Mapping[str, Any], *, fresh: bool = False
) -> PreparedDemo:
    """Fills the home folder with the sample company, unless it is there already.

    Raises BadConfiguration if the company's folder is not there.
    """
    folder = company or SAMPLE
    if not (folder / "company.yaml").exists():
        raise BadConfiguration(
            f"{folder} has no company.yaml; run this from a checkout, or name the folder of a "
            "sample company with --company."
        )
    if fresh:
        shutil.rmtree(home, ignore_errors=True)
    settings = load_settings(home, **_settings(given))
    _copy_company(folder, settings)
    services = open_services(settings)
    ready = home / READY
    if not ready.exists():
        _fill(services, folder, home)
        ready.write_text(json.dumps({"filled": now().isoformat()}), encoding="utf-8")
    return PreparedDemo(services, _mailboxes(services))


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Ports that are free now; the mail doors are on this machine alone."""
    listen, sink = _free_port(2525), _free_port(2526)
    return {
        "mail_listen": f"127.0.0.1:{listen}",
        "mail_address": MAIL_ADDRESS,
        "mail_trusted_server": MAIL_SERVER,
        "smtp_url": f"smtp://127.0.0.1:{sink}",
        **given,
    }


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise BadConfiguration("No port is free on this machine; end another program and try again.")


def _copy_company(folder: Path, settings: Settings) -> None:
    settings.company_folder.mkdir(parents=True, exist_ok=True)
    for name in COMPANY_FILES:
        if (folder / name).exists() and not (settings.company_folder / name).exists():
            shutil.copy(folder / name, settings.company_folder / name)


def _fill(services: Services, folder: Path, home: Path) -> None:
    console.print("· the sample company is being set up (once, less than a minute)")
    embedder = services.library.embedder
    with progress("Articles") as show, session_scope(services.engine) as session:
        report = ingest(session, [folder / "articles"], embedder, services.check, show)
    if report.refused:
        raise BadConfiguration(f"An article cannot be used: {report.refused[0]}")
    with session_scope(services.engine) as session:
        services.library.refresh(session)
    generated = home / "generated"
    today = services.clock().astimezone(services.company.time_zone).date().isoformat()
    command = [sys.executable, str(folder / "generate.py"), "--out", str(generated),
               "--today", today]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["no message"])[-1]
        raise BadConfiguration(f"The sample customers cannot be made: {last}") from error
    with session_scope(services.engine) as session:
        import_operators(session, generated / "operators.jsonl")
    with progress("Customers") as show:
        import_customers(services.engine, generated / "customers.jsonl", embedder,
                         services.clock, show)
    with session_scope(services.engine) as session:
        for operator in session.exec(select(Operator)):
            set_password(session, operator, PASSWORD)


def _mailboxes(services: Services) -> DemoMailboxes:
    """The mailboxes of the sample customers that the first page names."""
    path = services.settings.home / "generated" / "customers.jsonl"
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["external_id"] in PEOPLE:
            address = next(
                p["address"] for p in entry["contact_points"] if p["channel"] == "email"
            )
            found.append(Owner(entry["name"], address, entry["language"]))
    return DemoMailboxes(services.settings, found, MAIL_ADDRESS, services.clock)
