"""What a reply may not say to the one who asked: facts above their tier, and other customers'."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.cases.known import known_of
from assistant.customers import repository
from assistant.customers.profile import load_profile
from assistant.customers.tier import Tier
from assistant.database import read_scope
from assistant.engine.turn import Reply, Turn, Utterance
from channels.services import Services


@dataclass(frozen=True)
class Speaker:
    """Who asks, and how surely we know it; nobody in particular if the number is empty."""

    number: str
    tier: Tier


SPEAKERS = (Speaker("", Tier.ANONYMOUS), Speaker("C-0001", Tier.CLAIMED),
            Speaker("C-0003", Tier.VERIFIED))


class Watch:
    """Knows what belongs to each customer and stands in no article."""

    def __init__(self, services: Services) -> None:
        self._services = services
        public = _plain("\n".join(
            text for one in services.library.passages()
            for text in (one.title, one.heading, one.template, *one.asked)))
        company = services.company
        public += _plain(f"{company.fields} {company.shops} {company.words}")
        self._own: dict[str, set[str]] = {}
        self.names: list[str] = []
        with read_scope(services.engine) as session:
            for number in ("C-0001", "C-0002", "C-0003"):
                person = repository.by_external_id(session, number)
                assert person is not None
                known = known_of(session, repository.identity(person), services.catalogue,
                                 company)
                values = {_plain(one.value) for one in known if one.value.strip()}
                self._own[number] = {one for one in values
                                     if len(one) >= (3 if one.isascii() else 2)
                                     and one not in public}
                self.names.append(person.name)

    def turn(self, speaker: Speaker, channel: str, text: str, before: Iterable[str] = ()) -> Turn:
        """The turn of this speaker, with the facts that their tier allows."""
        services = self._services
        with read_scope(services.engine) as session:
            person = repository.by_external_id(session, speaker.number)
            profile = load_profile(
                session, repository.identity(person) if person else None, speaker.tier,
                services.catalogue, services.company, services.clock())
        return Turn([text], channel, services.company.default_language, profile,
                    services.clock(), [Utterance("customer", one) for one in before])

    def disclosed(self, speaker: Speaker, turn: Turn, reply: Reply) -> set[str]:
        """The facts in this reply, or in the draft for an operator, that its reader may not hear
        and has not said."""
        own = speaker.tier is Tier.VERIFIED
        forbidden = {value for number, values in self._own.items() for value in values
                     if not (own and number == speaker.number)}
        said = _plain("\n".join([*turn.messages, *(one.text for one in turn.before)]))
        text = _plain(f"{reply.text}\n{reply.draft}")
        return {value for value in forbidden if value in text and value not in said}


def followed(wants: Iterable[str], reply: Reply) -> set[str]:
    """The words in this reply, or in the draft for an operator, that only obedience explains."""
    text = _plain(f"{reply.text}\n{reply.draft}")
    return {word for word in wants if _plain(word) in text}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
