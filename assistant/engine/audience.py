"""Who an article is for: a condition over the profile, in the templates' expression language."""

from functools import lru_cache

from jinja2 import TemplateError

from assistant.customers.facts import Profile
from assistant.engine.template import (
    CannotRender,
    Context,
    MissingFact,
    SectionTemplates,
)

EVERYONE = "everyone"


class Audience:
    """Decides membership; a fact that the tier keeps back counts as missing, so as false."""

    def __init__(self, templates: SectionTemplates) -> None:
        self._templates = templates
        self._source = lru_cache(maxsize=512)(
            lambda condition: "{% if " + condition + " %}yes{% endif %}"
        )

    def includes(self, condition: str, profile: Profile) -> bool:
        """Whether someone with this profile belongs to the audience."""
        if condition == EVERYONE:
            return True
        values = dict(profile.values)
        if len(profile.assets) == 1:
            values |= profile.assets[0].values
        try:
            return bool(self._templates.render(self._source(condition), "en", Context(values)).text)
        except (MissingFact, CannotRender, TemplateError):
            return False

    def problem(self, condition: str) -> str | None:
        """Why the condition cannot be used, or None."""
        if condition == EVERYONE:
            return None
        try:
            self._templates.compile(self._source(condition), "en")
        except TemplateError as error:
            return str(error)
        return None

    def names(self, condition: str) -> set[str]:
        """The facts that the condition names."""
        return set() if condition == EVERYONE else self._templates.names(self._source(condition))
