"""What a company suggests below its answers: read from suggestions.yaml, and checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import TemplateError

from assistant.company import read_yaml
from assistant.customers.catalogue import Catalogue
from assistant.engine.audience import Audience
from assistant.engine.next_step import NextSteps, Suggestion
from assistant.engine.template import SectionTemplates
from assistant.errors import BadConfiguration

LANGUAGES = ("ja", "en")


@dataclass(frozen=True)
class _Reader:
    path: Path
    catalogue: Catalogue
    templates: SectionTemplates

    def read(self) -> NextSteps:
        data = read_yaml(self.path)
        quiet = str(data.get("quiet", ""))
        self._must_hold(quiet, "quiet")
        return NextSteps(
            suggestions=tuple(self._suggestion(entry) for entry in data.get("suggestions", ())),
            general=self._texts(data.get("general", {}), "general"),
            quiet=quiet, rest_days=int(data.get("rest_days", 7)),
        )

    def _suggestion(self, entry: Mapping[str, Any]) -> Suggestion:
        if not isinstance(entry, Mapping) or not entry.get("id"):
            raise self._refused("a suggestion has no id", "give each one its own")
        name = str(entry["id"])
        condition = str(entry.get("when", ""))
        if not condition:
            raise self._refused(f"{name} has no condition", "say for whom it is with 'when'")
        self._must_hold(condition, name)
        texts = self._texts(entry, name)
        for language, text in texts.items():
            for problem in self._problems(text, language):
                raise self._refused(f"{name}, {language}: {problem}", "correct it")
        return Suggestion(
            id=name, when=condition, texts=texts, article=str(entry.get("article", "")),
            beside=frozenset(map(str, entry.get("beside", ()))),
            every_days=int(entry.get("every_days", 90)),
        )

    def _texts(self, entry: Mapping[str, Any], name: str) -> dict[str, str]:
        lost = [language for language in LANGUAGES if not entry.get(language)]
        if lost:
            raise self._refused(f"{name} has no text in {' and '.join(lost)}", "add it")
        return {language: str(entry[language]).strip() for language in LANGUAGES}

    def _must_hold(self, condition: str, name: str) -> None:
        if not condition:
            return
        audience = Audience(self.templates)
        problem = audience.problem(condition)
        if problem is not None:
            raise self._refused(f"the condition of {name} cannot be read ({problem})", "correct it")
        for fact in sorted(audience.names(condition) - set(self.catalogue.facts)):
            raise self._refused(f"{name} names the fact {fact}, which facts.yaml does not have",
                                "correct its name")

    def _problems(self, text: str, language: str) -> Iterator[str]:
        try:
            self.templates.compile(text, language)
            unknown = self.templates.names(text) - set(self.catalogue.facts)
        except TemplateError as error:
            yield f"the text cannot be read ({error})"
            return
        yield from (f"there is no fact {name}" for name in sorted(unknown))

    def _refused(self, what: str, mend: str) -> BadConfiguration:
        return BadConfiguration(f"{self.path}: {what}; {mend}.")


def load_suggestions(
    folder: Path, catalogue: Catalogue, templates: SectionTemplates
) -> NextSteps:
    """What the company in this folder suggests; nothing if it has no suggestions.yaml.

    Raises BadConfiguration naming the suggestion and what is wrong with it.
    """
    path = folder / "suggestions.yaml"
    return _Reader(path, catalogue, templates).read() if path.exists() else NextSteps()
