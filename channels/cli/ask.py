"""`yorisoi ask`: one question, answered as a customer would get it, with all the reasons."""

from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from assistant.customers import repository
from assistant.customers.memory import recall_for
from assistant.customers.models import Customer
from assistant.customers.profile import load_profile
from assistant.customers.tier import Tier
from assistant.database import read_scope
from assistant.engine.turn import Reply, Turn
from assistant.engine.writing.trace import ModelCall
from assistant.errors import NotFound
from assistant.settings import load_settings
from channels.cli.output import out, print_json
from channels.cli.program import HOME, AsJson, Home, program
from channels.services import Services, open_services


class ChannelName(StrEnum):
    WEB_CHAT = "web_chat"
    EMAIL = "email"
    PHONE = "phone"


@program.command()
def ask(
    question: str,
    customer: Annotated[str, typer.Option(help="The customer's number, such as C-0001.")] = "",
    channel: ChannelName = ChannelName.WEB_CHAT,
    tier: Annotated[
        Tier | None, typer.Option(help="Default: verified with --customer, else anonymous.")
    ] = None,
    home: Home = HOME,
    as_json: AsJson = False,
) -> None:
    """Answer a question without storing anything."""
    services = open_services(load_settings(home))
    reply = answer(services, question, customer, channel.value, tier)
    if as_json:
        print_json({"text": reply.text, **reply.as_data()})
    else:
        _show(reply)


def answer(
    services: Services, question: str, number: str, channel: str, tier: Tier | None
) -> Reply:
    """The reply that this customer (nobody in particular if the number is empty) would get.

    Raises NotFound if there is no such customer.
    """
    level = tier or (Tier.VERIFIED if number else Tier.ANONYMOUS)
    now = services.clock()
    with read_scope(services.engine) as session:
        person = _customer(session, number) if number else None
        customer_id = repository.identity(person) if person else None
        profile = load_profile(session, customer_id, level, services.catalogue,
                               services.company, now)
    language = person.language if person else services.company.default_language
    recall = None
    if customer_id is not None and level is Tier.VERIFIED:
        recall = recall_for(services.engine, customer_id, services.library.embedders,
                            now.astimezone(services.company.time_zone))
    turn = Turn(messages=[question], channel=channel, language=language, profile=profile, now=now)
    return services.assistant.respond(turn, recall)


def _customer(session: Any, number: str) -> Customer:
    person = repository.by_external_id(session, number)
    if person is None and number.isdigit():
        person = session.get(Customer, int(number))
    if person is None:
        raise NotFound(f"There is no customer {number}; look the number up in the console.")
    return person


def _show(reply: Reply) -> None:
    out.print(reply.text, highlight=False, markup=False)
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row("[dim]disposition", f"[bold]{reply.disposition.value}[/] · "
                  f"confidence {reply.confidence:.2f}")
    table.add_row("[dim]reason", reply.reason)
    for citation in reply.citations:
        table.add_row("[dim]source", f"{citation.title} – {citation.heading} "
                      f"({citation.article_id} v{citation.version}, {citation.link})")
    for fact in reply.facts_used:
        table.add_row("[dim]fact used", f"{fact.label}: {fact.value} – {fact.reason}")
    for fact in reply.facts_withheld:
        table.add_row("[dim]withheld", f"{fact.label} – {fact.reason}")
    for entry in reply.recalled:
        table.add_row("[dim]history", f"{entry.at:%Y-%m-%d} {entry.text[:80]}")
    if reply.model:
        table.add_row("[dim]model", _called(reply.model))
    spent = ", ".join(f"{step} {ms:.1f} ms" for step, ms in reply.milliseconds.items())
    table.add_row("[dim]time", spent)
    out.print()
    out.print(table, highlight=False)


def _called(call: ModelCall) -> str:
    """One line: what became of the call, why, and what it cost."""
    why = f" ({call.why}{f': {call.span}' if call.span else ''})" if call.why else ""
    first = "–" if call.first_ms is None else f"{call.first_ms:.0f}"
    tokens = " / ".join("–" if n is None else str(n) for n in (call.tokens_in, call.tokens_out))
    return (f"{call.model} · {call.outcome.value}{why} · prompt {call.prompt} · "
            f"tokens {tokens} · first {first} ms, last {call.last_ms:.0f} ms")
