"""Step 3: which facts matter here, and why; which are withheld, and why."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.customers.catalogue import Catalogue
from assistant.customers.facts import AssetFacts, Profile
from assistant.engine.template import (
    CannotRender,
    Context,
    MissingFact,
    Rendered,
    SectionTemplates,
)
from assistant.engine.turn import FactUse
from knowledge.text import normalize
from prompts import say
from prompts.wording import Filters

_AGES = (
    (re.compile(r"(\d+)\s*(?:か月|ヶ月|ヵ月|カ月|ケ月|箇月|months?|mos?\b)"), 1.0),
    (re.compile(r"(\d+)\s*-?\s*(?:週間|週|weeks?|wks?)"), 12 / 52),
    (re.compile(r"(\d+)\s*-?\s*(?:歳|才|years? old|year-old|yrs?\b)"), 12.0),
)


@dataclass(frozen=True)
class Asked:
    """What the question itself says of the asset: at any tier it may be used."""

    species: str | None = None
    age_months: int | None = None


@dataclass(frozen=True)
class Personal:
    """A section as it stands for this customer, and the facts that made it so."""

    text: str
    used: tuple[FactUse, ...]
    withheld: tuple[FactUse, ...]


class Personalize:
    """Renders sections with the facts that the profile allows."""

    def __init__(
        self, catalogue: Catalogue, templates: SectionTemplates,
        species: Mapping[str, Sequence[str]], filters: Callable[[str], Filters],
    ) -> None:
        self._filters = filters
        self._catalogue = catalogue
        self._templates = templates
        self._species = {kind: _pattern(words) for kind, words in species.items()}

    def asked(self, question: str) -> Asked:
        """What the question says of the asset."""
        text = normalize(question)
        kinds = [kind for kind, pattern in self._species.items() if pattern.search(text)]
        found = [(rule.search(text), months) for rule, months in _AGES]
        ages = [int(int(match[1]) * months) for match, months in found if match]
        return Asked(kinds[0] if len(kinds) == 1 else None, ages[0] if ages else None)

    def names_one(self, question: str, profile: Profile) -> bool:
        """Whether the question itself says which asset it is about, by name or by kind."""
        text, name = normalize(question), f"{self._catalogue.asset_word}.name"
        named = any(_names(text, str(one.values.get(name, ""))) for one in profile.assets)
        return named or self.asked(question).species is not None

    def context(self, profile: Profile, question: str, language: str) -> Context:
        """The facts for this question: the asset that it is about, else all that fit."""
        asked = self.asked(question)
        word = self._catalogue.asset_word
        fitting = self._fitting(profile.assets, question, asked)
        values = dict(profile.values)
        if len(fitting) == 1:
            values = self._of_one(values, fitting[0])
        else:
            stated = {"species": asked.species, "age_months": asked.age_months}
            values |= {f"{word}.{name}": v for name, v in stated.items() if v is not None}
        several = fitting if len(fitting) > 1 else ()
        return Context(
            {name: _in_language(value, language) for name, value in values.items()},
            tuple(dict(one.values) for one in several),
            self._catalogue.assets_word,
            word,
        )

    def __call__(
        self, template: str, profile: Profile, question: str, language: str
    ) -> Personal:
        """The section for this customer: the general body if a fact that it prints is missing.

        Raises CannotRender if even the general body fails.
        """
        context = self.context(profile, question, language)
        try:
            rendered = self._templates.render(template, language, context)
            used = self._used(template, language, context, rendered, profile)
        except (MissingFact, CannotRender):
            rendered = self._general(template, language, profile)
            used = ()
        return Personal(rendered.text, used, self._withheld(template, profile, language, used))

    def _general(self, template: str, language: str, profile: Profile) -> Rendered:
        general = {n: v for n, v in profile.values.items()
                   if n == "today" or n.startswith("company.")}
        values = {name: _in_language(value, language) for name, value in general.items()}
        try:
            return self._templates.render(template, language, Context(values))
        except MissingFact as error:
            raise CannotRender(f"the general body prints {error}") from error

    def _of_one(self, values: dict[str, Any], asset: AssetFacts) -> dict[str, Any]:
        events = {fact.name for fact in self._catalogue.facts.values() if fact.of_event}
        rest = {n: v for n, v in values.items() if n not in events or not asset.events}
        return rest | dict(asset.values) | dict(asset.events)

    def _fitting(
        self, assets: Sequence[AssetFacts], question: str, asked: Asked
    ) -> Sequence[AssetFacts]:
        word = self._catalogue.asset_word
        text = normalize(question)
        named = [one for one in assets if _names(text, str(one.values.get(f"{word}.name", "")))]
        return named or [
            one for one in assets
            if asked.species in (None, one.values.get(f"{word}.species"))
            and _about(asked.age_months, one.values.get(f"{word}.age_months"))
        ]

    def _used(
        self, template: str, language: str, context: Context, rendered: Rendered, profile: Profile
    ) -> tuple[FactUse, ...]:
        used = []
        for name in sorted(rendered.looked_at & set(self._catalogue.facts)):
            if name == "today" or name.startswith("company."):
                continue
            values = [context.values[name]] if name in context.values else [
                one[name] for one in context.assets if name in one
            ]
            if name == context.assets_word:
                values = [one.get(f"{context.asset_word}.name", "") for one in context.assets]
            if values and self._changes(template, language, context, name, rendered.text):
                known = name in profile.values or any(name in one.values for one in profile.assets)
                code = "changes_answer" if known or name == context.assets_word else "from_question"
                today = context.values.get("today")
                said = [self._forms(value, language, today) for value in values]
                forms = tuple(form for one in said for form in one)
                shown = ", ".join(one[0] for one in said)
                used.append(self._use(name, language, code, value=shown, forms=forms))
        return tuple(used)

    def _changes(
        self, template: str, language: str, context: Context, name: str, text: str
    ) -> bool:
        try:
            return self._templates.render(template, language, context.without(name)).text != text
        except (MissingFact, CannotRender):
            return True

    def _withheld(
        self, template: str, profile: Profile, language: str, used: Sequence[FactUse]
    ) -> tuple[FactUse, ...]:
        stated = {fact.name for fact in used}
        word = self._catalogue.asset_word
        named = {n.replace(n.split(".")[0], word) if "[]" in n else n
                 for n in self._templates.names(template)}
        kept = [n for n in profile.withheld if n in named and n not in stated]
        return tuple(self._use(n, language, "tier", tier=profile.tier.value) for n in kept)

    def _use(
        self, name: str, language: str, code: str, *, value: str = "", tier: str = "",
        forms: tuple[str, ...] = (),
    ) -> FactUse:
        reason = say("fact_reason", language, code=code, tier=tier)
        return FactUse(name, self._catalogue.label(name, language), reason, value, forms)

    def _forms(self, value: Any, language: str, today: Any) -> tuple[str, ...]:
        """How a value may be said: first as it is shown, then in the other ways."""
        said = self._filters(language)
        if isinstance(value, bool):
            return ("✓" if value else "–",)
        if isinstance(value, date):
            return (said["when"]({"today": today}, value),)
        if isinstance(value, int | float):
            return (said["number"](value), str(value), said["age"](value))
        if isinstance(value, list | tuple):
            return (", ".join(said["service"](item) for item in value),)
        return (said["service"](value), str(value))


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    normal = sorted((normalize(word) for word in words), key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in normal if word.isascii())
    other = "|".join(re.escape(word) for word in normal if not word.isascii())
    parts = ([rf"(?<![a-z])(?:{latin})s?(?![a-z])"] if latin else []) + ([other] if other else [])
    return re.compile("|".join(parts) or r"(?!)")


def _names(text: str, name: str) -> bool:
    wanted = normalize(name)
    if not wanted:
        return False
    if wanted.isascii():
        return re.search(rf"(?<![a-z]){re.escape(wanted)}(?![a-rt-z])", text) is not None
    return wanted in text


def _about(stated: int | None, known: Any) -> bool:
    # "My three-month-old" is not the four-year-old of the profile.
    return stated is None or known is None or abs(int(known) - stated) <= max(2, stated // 4)


def _in_language(value: Any, language: str) -> Any:
    if isinstance(value, Mapping) and ("ja" in value or "en" in value):
        return value.get(language) or next(iter(value.values()))
    return value
