"""The middle column: one conversation, what led to it, and what the assistant suggests."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from assistant.cases.memory import SimilarCase
from assistant.conversations import models, queues, repository
from assistant.conversations.models import Author, Delivery, Mode, Status
from assistant.customers import repository as customers
from assistant.operators import repository as operators
from channels.console.contexts import (
    Action,
    CaseShown,
    Conversation,
    FactShown,
    MessageShown,
    Remembered,
    Source,
    Suggestion,
    Why,
)
from channels.console.inbox_view import customer_name
from channels.console.mail_view import files_of, notes_of
from channels.console.regroup_view import joinable, regrouped, splittable
from channels.console.wording import Wording, safe_link

SHOWN = 100
MOST_SHOWN = 2_000
LAST_WORDS = 2
HIGH, MIDDLE = 0.7, 0.4

Similar = Callable[[str], Sequence[SimilarCase]]


def nothing_similar(_said: str) -> Sequence[SimilarCase]:
    """No cases."""
    return ()


def conversation(
    session: Session, wording: Wording, operator_id: int, conversation_id: int, back: str,
    *, older: bool = False, similar: Similar = nothing_similar,
) -> Conversation:
    """The conversation as this operator sees it now; raises NotFound.

    The last messages are shown, all of them with `older`; `similar` finds resolved cases like what
    the customer says.
    """
    row = repository.conversation(session, conversation_id)
    limit = MOST_SHOWN if older else SHOWN
    found = repository.messages(session, conversation_id, limit=limit)
    name = customers.names(session, [row.customer_id]).get(row.customer_id, "")
    people = operators.names(session, {row.assignee_id} if row.assignee_id else set())
    kept = repository.open_suggestion(session, conversation_id)
    name = customer_name(wording, row, name)
    more = bool(found) and found[0].sequence > 1 and not older
    return Conversation(
        id=conversation_id, customer_id=row.customer_id, name=name,
        channel=row.channel, channel_name=wording.named("channel", row.channel),
        subject=row.subject, status=wording.t(f"status.{row.status}"), mode=row.mode,
        answering=_answering(wording, row), assignee=people.get(row.assignee_id or 0, ""),
        tier=row.tier, tier_name=wording.t(f"tier.{row.tier}"),
        tier_advice=wording.t(f"tier_advice.{row.tier}"), language=row.language,
        handoff_reason=row.handoff_reason, handoff_summary=row.handoff_summary,
        emergency=_is_emergency(session, row),
        actions=_actions(wording, row, operator_id),
        messages=_messages(session, wording, found, name, splittable(row, found)),
        older=f"?older=1&queue={back}" if more else "", seen=row.incoming_sequence,
        suggestion=_suggestion(wording, kept) if kept else None,
        preparing=wording.t(f"preparing.{row.mode}") if row.due_at else "", back=back,
        joinable=joinable(session, wording, row), regrouped=regrouped(session, wording, row),
        cases=_cases(row, found, similar),
    )


def _cases(
    row: models.Conversation, found: Sequence[models.Message], similar: Similar
) -> tuple[CaseShown, ...]:
    """Cases like the customer's last words, while the conversation is not settled."""
    said = [m.text for m in found if m.author == Author.CUSTOMER][-LAST_WORDS:]
    if row.status == Status.RESOLVED or not said:
        return ()
    return tuple(
        CaseShown(case.asked, case.answered, case.language) for case in similar("\n".join(said))
    )


def _is_emergency(session: Session, row: models.Conversation) -> bool:
    """Whether an emergency has had no answer yet, whatever was written after it."""
    number = row.id or 0
    waiting = queues.waiting(session, [number]).get(number)
    codes = queues.reason_codes(session, [number]).get(number, ())
    return row.mode == Mode.MANUAL and waiting is not None and any(
        code == "emergency" for sequence, code in codes if sequence >= waiting.sequence
    )


def _answering(wording: Wording, row: models.Conversation) -> str:
    if row.mode == Mode.AUTOMATIC:
        return wording.t("answering.assistant")
    return "" if row.assignee_id else wording.t("answering.nobody")


def _actions(
    wording: Wording, row: models.Conversation, operator_id: int
) -> tuple[Action, ...]:
    actions = []
    if row.mode == Mode.AUTOMATIC:
        actions.append(Action("take_over", wording.t("action.take_over"), primary=True))
    else:
        if row.assignee_id != operator_id:
            actions.append(Action("assign", wording.t("action.assign"), primary=True))
        actions.append(Action("give_back", wording.t("action.give_back")))
    if row.status != Status.RESOLVED:
        actions.append(Action("resolve", wording.t("action.resolve")))
    return tuple(actions)


def _messages(
    session: Session, wording: Wording, found: Sequence[models.Message], name: str,
    may_split: frozenset[int],
) -> tuple[MessageShown, ...]:
    errors = queues.outbox_errors(
        session, [m.id or 0 for m in found if m.delivery in (Delivery.QUEUED, Delivery.FAILED)]
    )
    people = operators.names(session, {m.operator_id for m in found if m.operator_id})
    return tuple(
        MessageShown(
            sequence=m.sequence,
            kind="note" if m.private else m.author,
            speaker=_speaker(wording, m, name, people),
            text=m.text,
            language=m.language,
            at=wording.stamp(m.sent_at),
            moment=m.sent_at.isoformat(),
            delivery=_delivery(wording, m),
            problem=errors.get(m.id or 0, "") if m.delivery != Delivery.SENT else "",
            why=_why(wording, m.reply) if m.reply else None,
            files=files_of(wording, m.details),
            notes=notes_of(wording, m.details),
            splittable=m.sequence in may_split,
        )
        for m in found
    )


def _speaker(
    wording: Wording, message: models.Message, name: str, people: Mapping[int, str]
) -> str:
    if message.author == Author.CUSTOMER:
        return name
    if message.author == Author.OPERATOR:
        said = str(message.details.get("operator_name", ""))
        return people.get(message.operator_id or 0) or said or wording.t("author.operator")
    return wording.t(f"author.{message.author}")


def _delivery(wording: Wording, message: models.Message) -> str:
    if message.direction != models.Direction.OUTGOING or message.private:
        return ""
    return wording.t(f"delivery.{message.delivery}")


def _suggestion(wording: Wording, kept: models.SuggestedReply) -> Suggestion:
    return Suggestion(
        id=kept.id or 0, text=kept.text, language=str(kept.reply.get("language", "")),
        why=_why(wording, kept.reply),
    )


def _why(wording: Wording, reply: Mapping[str, Any]) -> Why:
    confidence = float(reply.get("confidence", 0.0))
    level = "high" if confidence >= HIGH else "middle" if confidence >= MIDDLE else "low"
    return Why(
        reason=str(reply.get("reason", "")),
        confidence=wording.t(f"confidence.{level}"),
        percent=round(confidence * 100),
        level=level,
        language=str(reply.get("language", "")),
        sources=tuple(
            Source(str(one.get("heading") or one.get("title", "")),
                   safe_link(str(one.get("link", ""))), str(one.get("quote", "")))
            for one in reply.get("citations", ())
        ),
        used=_facts(reply.get("facts_used", ())),
        withheld=_facts(reply.get("facts_withheld", ())),
        recalled=tuple(
            Remembered(
                at=wording.stamp(datetime.fromisoformat(one["at"])),
                kind=wording.named("event", str(one.get("kind", ""))),
                text=str(one.get("text", "")),
            )
            for one in reply.get("recalled", ())
        ),
        model=_model(wording, reply.get("model") or {}),
    )


def _model(wording: Wording, call: Mapping[str, Any]) -> str:
    """One line on the call of a language model; empty if there was none."""
    if not call:
        return ""
    why = ": ".join(str(call[part]) for part in ("why", "span") if call.get(part))
    said = wording.t(f"model.{call.get('outcome')}")
    seconds = f"{float(call.get('last_ms', 0)) / 1000:.1f}"
    line = wording.t("model.line", name=str(call.get("model", "")), outcome=said, seconds=seconds)
    return f"{line} ({why})" if why else line


def _facts(facts: Sequence[Mapping[str, Any]]) -> tuple[FactShown, ...]:
    return tuple(
        FactShown(str(one.get("label", "")), str(one.get("value", "")), str(one.get("reason", "")))
        for one in facts
    )
