"""The right column: the customer's story in words."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from assistant.customers.catalogue import Catalogue, FactDefinition
from assistant.insights.story import Address, Belonging, Earlier, Happening, Person, Story, story
from assistant.operators import repository as operators
from assistant.todos import repository as todos
from channels.console.story_contexts import AddressShown, Card, Duty, Line, Moment, StoryShown
from channels.console.wording import Wording, excerpt

# A fact whose name ends so is a number in this unit.
UNITS = {"kg": "kg", "cm": "cm", "yen": "円"}


def story_shown(
    session: Session, wording: Wording, catalogue: Catalogue, customer_id: int,
    conversation_id: int | None = None,
) -> StoryShown:
    """The story of this customer, as operators may read it; raises NotFound."""
    told = story(session, customer_id, wording.now)
    person = told.person
    return StoryShown(
        id=person.id,
        name=person.name or wording.t("customer.guest", id=person.id),
        number=person.external_id or "",
        status=wording.named("choice", person.status),
        language=wording.named("language", person.language),
        lines=tuple(_of_person(wording, catalogue, person)),
        addresses=tuple(_address(wording, one) for one in told.addresses),
        assets=tuple(_card(wording, catalogue, one) for one in told.assets),
        upcoming=tuple(_happening(wording, one, booked=True) for one in told.upcoming),
        recent=tuple(_happening(wording, one) for one in told.recent),
        duties=_duties(session, wording, customer_id),
        conversations=tuple(
            _earlier(wording, one, conversation_id) for one in told.conversations
        ),
        timeline=_timeline(wording, told, conversation_id),
        conversation_id=conversation_id,
    )


def _of_person(wording: Wording, catalogue: Catalogue, person: Person) -> Iterable[Line]:
    for fact in catalogue.facts.values():
        label = catalogue.label(fact.name, wording.language)
        attribute = fact.source.removeprefix("customer.")
        if fact.source == "shop.name" and person.attributes.get("home_shop"):
            yield Line(label, wording.shop(person.attributes["home_shop"]))
        elif fact.source.startswith("customer.") and not fact.derive:
            value = person.attributes.get(attribute)
            if value is not None and value != "" and value is not False:
                yield Line(label, wording.value(fact.type, value), fact.sensitive)


def _address(wording: Wording, one: Address) -> AddressShown:
    trouble = wording.t("story.suppressed") if one.suppressed else (
        wording.t("story.troubled", n=one.came_back) if one.came_back else "")
    return AddressShown(
        id=one.id, label=wording.named("channel", one.channel), value=one.address,
        unverified=not one.verified, trouble=trouble, reason=one.reason if trouble else "",
        suppressed=one.suppressed,
    )


def _card(wording: Wording, catalogue: Catalogue, asset: Belonging) -> Card:
    summary: list[str] = []
    lines: list[Line] = []
    ended = asset.attributes.get(catalogue.alive_while)
    for fact in catalogue.asset_facts:
        value = asset.attributes.get(fact.source.removeprefix("asset."))
        if value is None or fact.source == "asset.name":
            continue
        if fact.derive == "months_since" and not ended:
            summary.append(wording.age(_months(str(value), wording.today)))
        elif not fact.derive and fact.type in ("text", "choice") and not fact.sensitive:
            summary.append(wording.value(fact.type, value))
        elif not fact.derive:
            lines.append(_fact_line(wording, catalogue, fact, value, bool(ended)))
    return Card(
        name=asset.name or wording.named("choice", asset.kind),
        summary=wording.t("list.comma").join(summary),
        lines=tuple(lines),
        ended=wording.t("asset.ended", day=wording.value("date", str(ended))) if ended else "",
    )


def _fact_line(
    wording: Wording, catalogue: Catalogue, fact: FactDefinition, value: Any, ended: bool
) -> Line:
    said = wording.value(fact.type, value)
    unit = UNITS.get(fact.name.rsplit("_", 1)[-1])
    if fact.type == "number" and unit:
        said = f"{said} {unit}"
    overdue = fact.type == "date" and ".next_" in fact.name and not ended and (
        str(value)[:10] < wording.today.isoformat()
    )
    if overdue:
        said = wording.t("asset.overdue", day=said)
    return Line(catalogue.label(fact.name, wording.language), said, fact.sensitive or overdue)


def _months(born: str, today: date) -> int:
    day = date.fromisoformat(born[:10])
    return (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)


def _happening(wording: Wording, one: Happening, *, booked: bool = False) -> Moment:
    kind = wording.named("event", one.kind)
    service = one.attributes.get("service")
    item = one.attributes.get("item")
    title = wording.named("choice", str(service)) if service else str(
        item or one.attributes.get("page") or one.attributes.get("subject") or kind
    )
    return Moment(
        at=wording.when(one.at) if booked else wording.day(one.at),
        moment=one.at.isoformat(),
        title=title if title == kind else wording.t("event_title", kind=kind, what=title),
        detail=_detail(wording, one.asset, one.attributes, bool(service)),
        href="",
        kind=one.kind,
    )


def _detail(
    wording: Wording, asset: str, attributes: Mapping[str, Any], with_item: bool
) -> str:
    parts = [asset]
    if attributes.get("shop"):
        parts.append(wording.shop(attributes["shop"]))
    if with_item and attributes.get("item"):
        parts.append(str(attributes["item"]))
    if attributes.get("price"):
        parts.append(wording.money(attributes["price"]))
    return wording.t("list.dot").join(part for part in parts if part)


def _earlier(wording: Wording, one: Earlier, current: int | None) -> Moment:
    return Moment(
        at=wording.day(one.at),
        moment=one.at.isoformat(),
        title=wording.t("timeline.conversation", channel=wording.named("channel", one.channel)),
        detail=excerpt(one.subject or one.opening, 70),
        href=f"/console/conversations/{one.id}?queue=all",
        kind="conversation",
        current=one.id == current,
    )


def _timeline(wording: Wording, told: Story, current: int | None) -> tuple[Moment, ...]:
    return tuple(
        _earlier(wording, one, current) if isinstance(one, Earlier) else _happening(wording, one)
        for one in told.timeline
    )


def _duties(session: Session, wording: Wording, customer_id: int) -> tuple[Duty, ...]:
    found = todos.open_of_customer(session, customer_id)
    people = operators.names(session, {one.assignee_id for one in found if one.assignee_id})
    return tuple(
        Duty(
            id=one.id or 0, title=one.title,
            due=wording.value("date", one.due_on.isoformat()) if one.due_on else "",
            late=one.due_on is not None and one.due_on < wording.today,
            assignee=people.get(one.assignee_id or 0, ""),
        )
        for one in found
    )
