"""`yorisoi ask`: one question, answered as a customer would get it, with all the reasons."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from assistant.customers.tier import Tier
from assistant.engine.explain import Without
from assistant.engine.turn import Reply, Utterance
from assistant.engine.writing.trace import ModelCall
from assistant.settings import load_settings
from channels.asking import Speaker, ask_as, explained_as
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
    before: Annotated[list[str] | None, typer.Option(
        help="What the customer wrote before; may be repeated.")] = None,
    explain: Annotated[bool, typer.Option(
        "--explain", help="Also the answer as it would be without each fact used.")] = False,
    home: Home = HOME,
    as_json: AsJson = False,
) -> None:
    """Answer a question without storing anything."""
    services = open_services(load_settings(home))
    reply, others = explained_as(
        services, _speaker(customer, channel.value, tier), [question],
        [Utterance("customer", text) for text in before or ()], explained=explain,
    )
    if as_json:
        print_json({"text": reply.text, **reply.as_data(), **_without(others, explain)})
        return
    _show(reply)
    for one in others:
        out.print(f"\n[bold]Without “{one.fact.label}”[/] ({one.disposition.value}):",
                  highlight=False)
        out.print(one.text or "(no answer)", highlight=False, markup=False)


def _without(others: Sequence[Without], explain: bool) -> dict[str, Any]:
    if not explain:
        return {}
    return {"without": [
        {"fact": one.fact.name, "disposition": one.disposition.value, "text": one.text}
        for one in others
    ]}


def answer(
    services: Services, question: str, number: str, channel: str, tier: Tier | None
) -> Reply:
    """The reply that this customer (nobody in particular if the number is empty) would get.

    Raises NotFound if there is no such customer.
    """
    return ask_as(services, _speaker(number, channel, tier), [question])


def _speaker(number: str, channel: str, tier: Tier | None) -> Speaker:
    return Speaker(number, tier or (Tier.VERIFIED if number else Tier.ANONYMOUS), channel)


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
    if reply.suggestion:
        table.add_row("[dim]suggestion", reply.suggestion)
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
