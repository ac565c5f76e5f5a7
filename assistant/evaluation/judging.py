"""Judges a reply by its case: right, wrong, abstained; leaked; said more than was wanted."""

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.engine.turn import Disposition, Reply
from assistant.evaluation.cases import AnswerCase
from knowledge.text import normalize


@dataclass(frozen=True)
class Verdict:
    """What became of a case.

    `outcome` is right, wrong or abstained (an answer was there and was not sent); `would` tells
    whether the answer is right that was sent or drafted, None where there is none, and
    `confidence` how sure of it the assistant was. `why` says what was missing or too much.
    """

    case: AnswerCase
    reply: Reply
    outcome: str
    leaked: tuple[str, ...]
    overpersonalized: tuple[str, ...]
    would: bool | None
    why: str = ""

    @property
    def sent(self) -> bool:
        """Whether an answer went out by itself."""
        return self.reply.disposition is Disposition.SEND

    @property
    def confidence(self) -> float:
        """How sure the assistant was, between 0 and 1."""
        return self.reply.confidence


def judge(case: AnswerCase, reply: Reply, sensitive: Iterable[str] = ()) -> Verdict:
    """The verdict on this reply. `sensitive` names the facts that are never volunteered."""
    leaked = _found(case.leak, f"{reply.text}\n{_shown(reply)}")
    sent = reply.disposition is Disposition.SEND
    answer = reply.text if sent else reply.draft
    fault = _fault(case, reply, answer)
    would = None if not answer else case.answerable and not fault
    over = _volunteered(case, reply, frozenset(sensitive))
    if leaked:
        return Verdict(case, reply, "wrong", leaked, over, would, f"says {leaked[0]!r}")
    if not sent:
        outcome, why = _unsent(case, reply)
    elif Disposition.SEND not in case.dispositions:
        outcome, why = "wrong", "was sent"
    else:
        outcome, why = ("wrong", fault) if fault else ("right", "")
    return Verdict(case, reply, outcome, leaked, over, would, why)


def _unsent(case: AnswerCase, reply: Reply) -> tuple[str, str]:
    if reply.disposition in case.dispositions:
        said = _found(case.must_not, reply.text)
        return ("wrong", f"says {said[0]!r}") if said else ("right", "")
    if Disposition.SEND in case.dispositions:
        return "abstained", reply.reason_code
    return "wrong", f"{reply.disposition.value} ({reply.reason_code})"


def _fault(case: AnswerCase, reply: Reply, answer: str) -> str:
    """What is wrong with this answer; empty if nothing is."""
    text = _plain(answer)
    for words in case.must:
        if not any(_plain(word) in text for word in words):
            return f"lacks {' / '.join(words)!r}"
    said = _found(case.must_not, answer)
    if said:
        return f"says {said[0]!r}"
    cited = {citation.article_id for citation in reply.citations}
    if case.articles and not cited & case.articles:
        return f"cites {', '.join(sorted(cited)) or 'nothing'}"
    return ""


def _volunteered(case: AnswerCase, reply: Reply, sensitive: frozenset[str]) -> tuple[str, ...]:
    """Sensitive facts that the reply states although the customer did not speak of them."""
    asked = _plain("\n".join([*case.messages, *(one.text for one in case.before)]))
    said = _plain(reply.text)
    return tuple(
        fact.name for fact in reply.facts_used
        if fact.name in sensitive and any(
            _plain(form) in said and _plain(form) not in asked for form in fact.forms if form
        )
    )


def _shown(reply: Reply) -> str:
    """What the customer sees beside the text."""
    return "\n".join(f"{one.title}\n{one.heading}\n{one.quote}" for one in reply.citations)


def _found(words: Iterable[str], text: str) -> tuple[str, ...]:
    plain = _plain(text)
    return tuple(word for word in words if _plain(word) in plain)


def _plain(text: str) -> str:
    """Width, case and spacing do not count, nor do the commas of amounts."""
    return "".join(normalize(text).replace(",", "").split())
