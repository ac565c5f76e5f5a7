"""Why an answer is personal: the same answer without each fact that had a part in it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.engine.turn import Disposition, FactUse, Reply, Turn


@dataclass(frozen=True)
class Without:
    """What would have been said if this fact were unknown. `text` is the answer, sent or drafted;
    empty where there would be none."""

    fact: FactUse
    text: str
    disposition: Disposition


def explain(
    turn: Turn, reply: Reply, respond: Callable[[Turn], Reply], assets_word: str
) -> tuple[Without, ...]:
    """The counterfactual reply for each fact used (Wachter et al., 2018: an explanation by what
    would have been otherwise). Facts that the question itself told are not among them, for they
    cannot be taken away; neither are those whose absence changes nothing.
    """
    found = []
    for fact in reply.facts_used:
        profile = turn.profile.without(fact.name)
        if fact.name == assets_word:
            profile = replace(profile, assets=())
        if profile == turn.profile:
            continue
        other = respond(replace(turn, profile=profile))
        if _answer(other) != _answer(reply):
            found.append(Without(fact, _answer(other), other.disposition))
    return tuple(found)


def _answer(reply: Reply) -> str:
    return reply.text if reply.disposition is Disposition.SEND else reply.draft
