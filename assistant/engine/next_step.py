"""The next best suggestion below an answer: at most one, and only where it is welcome."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.customers.facts import Profile
from assistant.customers.tier import Tier
from assistant.engine.audience import Audience
from assistant.engine.personalize import Personal, Personalize
from assistant.engine.template import CannotRender
from assistant.engine.turn import Turn
from assistant.engine.words import Words
from knowledge.text import normalize

# Where a line below the answer is read; on the phone a colleague says what fits.
CHANNELS = frozenset({"web_chat", "email"})


@dataclass(frozen=True)
class Suggestion:
    """Something that may be suggested: to whom (`when`, over the facts of one asset at a time),
    beside answers from which articles, and not again before so many days. `article` tells more of
    it; an answer from that article needs no suggestion of it."""

    id: str
    when: str
    texts: Mapping[str, str]
    article: str = ""
    beside: frozenset[str] = frozenset()
    every_days: int = 90


@dataclass(frozen=True)
class NextSteps:
    """All that a company suggests. `general` is the option for everybody that stands beside a
    personal one; while `quiet` holds for a customer, nothing is suggested; between any two
    suggestions lie `rest_days`."""

    suggestions: tuple[Suggestion, ...] = ()
    general: Mapping[str, str] = field(default_factory=dict)
    quiet: str = ""
    rest_days: int = 7


@dataclass(frozen=True)
class Suggested:
    """The suggestion for this answer, as this customer may read it."""

    id: str
    personal: Personal
    general: str


@dataclass(frozen=True)
class NextStep:
    """Chooses the suggestion for an answer that is sent.

    Never what the customer already has, did or refused (that is what `when` and the offers of
    before are for), never in a complaint, never to the bereaved, never to somebody unproven.
    """

    steps: NextSteps
    audience: Audience
    personalize: Personalize
    marks: Mapping[str, Sequence[Any]]

    def __call__(self, turn: Turn, cited: Set[str], language: str) -> Suggested | None:
        """The first suggestion that fits; None if there is none."""
        if not self._welcome(turn):
            return None
        for one in self._fresh(turn, cited):
            for profile in _by_asset(turn.profile):
                if not self.audience.includes(one.when, profile):
                    continue
                try:
                    personal = self.personalize(one.texts[language], profile, "", language)
                except CannotRender:
                    continue
                return Suggested(one.id, personal, self.steps.general.get(language, ""))
        return None

    def _welcome(self, turn: Turn) -> bool:
        if turn.tier is not Tier.VERIFIED or turn.channel not in CHANNELS:
            return False
        if self.steps.quiet and self.audience.includes(self.steps.quiet, turn.profile):
            return False
        if any((turn.now - one.at).days < self.steps.rest_days for one in turn.offered):
            return False
        upset = Words(self.marks.get("complaint", ()))
        said = [one.text for one in turn.before if one.author == "customer"]
        return not any(upset.in_text(normalize(text)) for text in [*said, turn.text])

    def _fresh(self, turn: Turn, cited: Set[str]) -> Iterator[Suggestion]:
        for one in self.steps.suggestions:
            if one.article in cited or not one.beside & cited:
                continue
            before = [offer for offer in turn.offered if offer.id == one.id]
            if any(offer.declined or (turn.now - offer.at).days < one.every_days
                   for offer in before):
                continue
            yield one


def _by_asset(profile: Profile) -> Iterator[Profile]:
    """Yield the profile once for each asset, as if it were the only one."""
    if not profile.assets:
        yield profile
    for asset in profile.assets:
        yield replace(profile, assets=(asset,))
