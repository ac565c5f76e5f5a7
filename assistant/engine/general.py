"""A section as everybody may read it: nothing is known of the reader."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from assistant.company import Company
from assistant.engine.template import Context, SectionTemplates


@dataclass(frozen=True)
class GeneralReading:
    """Renders the general body: only the company's own facts and today's date are there."""

    templates: SectionTemplates
    company: Company
    clock: Callable[[], datetime]

    def __call__(self, template: str, language: str) -> str:
        """The text for somebody of whom nothing is known. Raises MissingFact or CannotRender."""
        facts: dict[str, object] = {
            f"company.{name}": value
            for name, value in self.company.fields.items() if isinstance(value, str)
        }
        facts["company.name"] = self.company.name.get(language, "")
        facts["today"] = self.clock().astimezone(self.company.time_zone).date()
        return self.templates.render(template, language, Context(facts)).text
