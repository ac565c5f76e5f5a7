"""Is an article fit to be answered from? Asked before it is taken in."""

import re
from collections.abc import Iterator, Sequence

from jinja2 import TemplateError

from assistant.customers.catalogue import Catalogue
from assistant.engine.audience import Audience
from assistant.engine.template import CannotRender, Context, MissingFact, SectionTemplates
from knowledge.articles.draft import ArticleDraft, Problem
from knowledge.articles.passages import sections


class ArticleCheck:
    """Refuses what names an unknown fact, can fail to render, or has no general body."""

    def __init__(self, catalogue: Catalogue, templates: SectionTemplates) -> None:
        self._catalogue = catalogue
        self._templates = templates
        self._audience = Audience(templates)
        public = {name: "x" for name in catalogue.facts if name.startswith("company.")}
        self._general = Context(public, (), catalogue.assets_word, catalogue.asset_word)

    def __call__(self, draft: ArticleDraft) -> Sequence[Problem]:
        """What is wrong with the article, each with its line; empty if it may be taken in."""
        return list(self._problems(draft))

    def _problems(self, draft: ArticleDraft) -> Iterator[Problem]:
        condition = self._audience.problem(draft.audience)
        if condition is not None:
            yield Problem(draft.source, 1, f"the audience cannot be read: {condition}")
        else:
            for name in sorted(self._audience.names(draft.audience) - set(self._catalogue.facts)):
                yield Problem(draft.source, 1, self._unknown(name))
        if not draft.is_template:
            return
        lines = draft.body.splitlines()
        for section in sections(draft.body):
            begins = section.line + bool(section.heading)
            while begins < len(lines) and lines[begins].strip()[:2] in ("", "? ", "？ "):
                begins += 1
            line = draft.body_line + begins
            for reason, offset in self._of_section(section.template, draft.language):
                yield Problem(draft.source, line + offset, reason)

    def _of_section(self, template: str, language: str) -> Iterator[tuple[str, int]]:
        try:
            self._templates.compile(template, language)
            named = self._templates.names(template)
        except TemplateError as error:
            yield f"the template cannot be read: {error}", (getattr(error, "lineno", 1) or 1) - 1
            return
        for name in sorted(named):
            plain = re.sub(r"^.*\[\]\.", f"{self._catalogue.asset_word}.", name)
            if not self._is_known(plain):
                yield self._unknown(plain), _line_of(template, name.split(".")[-1])
        try:
            text = self._templates.render(template, language, self._general).text
        except MissingFact as error:
            yield (f"{error} is printed where it may be missing; put it inside "
                   f"{{% if {error} %}} … {{% else %}} … {{% endif %}}"), 0
        except CannotRender as error:
            yield f"the general body cannot be rendered: {error}", 0
        else:
            if not text:
                yield "there is no general body for somebody of whom nothing is known", 0

    def _is_known(self, name: str) -> bool:
        heads = {fact.split(".")[0] for fact in self._catalogue.facts}
        return name in self._catalogue.facts or name in heads

    def _unknown(self, name: str) -> str:
        return f"there is no fact {name} in facts.yaml; correct the name or add the fact"


def _line_of(template: str, word: str) -> int:
    for number, line in enumerate(template.splitlines()):
        if word in line:
            return number
    return 0
