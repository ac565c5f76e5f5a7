"""Finds what tells whose a text is, for whatever must not read it: the rules by which cases are
redacted, and the names that the profile knows."""

from collections.abc import Iterable, Iterator, Sequence

from assistant.cases.known import Known, forms_of_name
from assistant.cases.public import PublicNow
from assistant.cases.redact import Hole, Redaction
from assistant.customers.catalogue import Catalogue, FactDefinition
from assistant.customers.facts import Profile
from assistant.engine.writing.masking import Marked
from knowledge.retrieval.library import Library


class PersonalWords:
    """Recognizes personal data in texts of and about customers."""

    def __init__(self, library: Library, catalogue: Catalogue) -> None:
        self._public = PublicNow(library)
        self._catalogue = catalogue
        self._names = [fact.name for fact in catalogue.facts.values() if _is_name(fact)]
        self._details = [fact.name for fact in catalogue.facts.values()
                         if fact.sensitive and fact.type == "text"]

    def known(self, profile: Profile) -> Sequence[Marked]:
        """The names of the customer and of what is theirs in all their forms, and their sensitive
        facts; longest first."""
        found = [form for name in self._values(profile, self._names)
                 for form in forms_of_name(name)]
        found += [Known(value, "detail") for value in self._values(profile, self._details)]
        unique = {one.value: one.kind for one in found if one.value.strip()}
        return sorted(unique.items(), key=lambda one: -len(one[0]))

    def pieces(self, text: str, language: str, known: Sequence[Marked]) -> Iterable[Marked]:
        """The normalized text in pieces, in order, each with its kind; empty: nobody's."""
        redaction = Redaction([Known(*one) for one in known], self._public(), self._catalogue,
                              language)
        for one in redaction.pieces(text):
            yield (one.text, one.kind) if isinstance(one, Hole) else (one, "")

    def _values(self, profile: Profile, names: Sequence[str]) -> Iterator[str]:
        owners = [profile.values]
        owners += [values for one in profile.assets for values in (one.values, one.events)]
        for values in owners:
            yield from (str(values[name]) for name in names if name in values)


def _is_name(fact: FactDefinition) -> bool:
    of_event = fact.of_event
    return fact.source in ("customer.name", "asset.name") or bool(
        of_event and of_event[2] == "asset"
    )
