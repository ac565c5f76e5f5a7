"""Article sections as sandboxed templates over facts (Jinja2's ImmutableSandboxedEnvironment).

A fact that is missing is false in a condition, unequal to everything in a comparison, and may
not be printed: printing it raises MissingFact, and the general body answers instead.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Template, TemplateError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST_OUTPUT = 20_000
_COUNTED_FILTERS = frozenset(
    {"when", "money", "age", "number", "honorific", "names", "service", "length", "round", "join",
     "first", "last", "int", "abs", "list"}
)


class MissingFact(Exception):
    """A template printed a fact that is not known."""


class CannotRender(Exception):
    """A template failed for another reason than a missing fact."""


class Missing:
    """The value of a fact that is not known."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __bool__(self) -> bool:
        return False

    def __getattr__(self, part: str) -> "Missing":
        if part.startswith("__"):
            raise AttributeError(part)
        return Missing(f"{self._name}.{part}")

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __contains__(self, _item: Any) -> bool:
        return False

    def _never(self, _other: Any) -> bool:
        return False

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = _never
    __hash__ = None  # type: ignore[assignment]

    def __ne__(self, _other: Any) -> bool:
        return False

    def _print(self, *_arguments: Any) -> Any:
        raise MissingFact(self._name)

    __str__ = __html__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _print
    __truediv__ = __rtruediv__ = __format__ = __int__ = __float__ = __round__ = _print


class FactNode:
    """A name of the template that holds facts; remembers which were looked at."""

    def __init__(self, name: str, values: Mapping[str, Any], seen: set[str]) -> None:
        self._name = name
        self._values = values
        self._seen = seen

    def __getattr__(self, part: str) -> Any:
        if part.startswith("__"):
            raise AttributeError(part)
        full = f"{self._name}.{part}"
        self._seen.add(full)
        value = self._values.get(full)
        return Missing(full) if value is None else value

    def __bool__(self) -> bool:
        self._seen.add(f"{self._name}.*")
        return any(name.startswith(f"{self._name}.") for name in self._values)

    def __str__(self) -> str:
        raise MissingFact(self._name)


@dataclass(frozen=True)
class Rendered:
    """The text that came out, and the names of the facts that the template looked at."""

    text: str
    looked_at: frozenset[str]


@dataclass(frozen=True)
class Context:
    """The facts for one rendering: `values` by full name, `assets` for the list of them."""

    values: Mapping[str, Any]
    assets: tuple[Mapping[str, Any], ...] = ()
    assets_word: str = "assets"
    asset_word: str = "asset"

    def without(self, name: str) -> "Context":
        """The same context with this fact unknown (`pet.name` goes from the list too)."""
        values = {key: value for key, value in self.values.items() if key != name}
        if name == self.assets_word:
            return Context(values, (), self.assets_word, self.asset_word)
        assets = tuple({k: v for k, v in one.items() if k != name} for one in self.assets)
        return Context(values, assets, self.assets_word, self.asset_word)


class SectionTemplates:
    """Compiles and renders sections; the filters say dates, money and names in a language."""

    def __init__(self, filters: Callable[[str], Mapping[str, Callable[..., Any]]]) -> None:
        self._environment = lru_cache(maxsize=8)(lambda language: _environment(filters(language)))
        self._compiled = lru_cache(maxsize=4096)(self._compile)

    def names(self, source: str) -> set[str]:
        """All facts that a section names, as `pet.name`; raises TemplateError if it cannot be
        parsed."""
        tree = self._environment("ja").parse(source)
        return _named(tree)

    def compile(self, source: str, language: str) -> None:
        """Raises TemplateError if the section is not a template or uses what is not allowed."""
        environment = self._environment(language)
        tree = environment.parse(source)
        forbidden = next(tree.find_all((nodes.Import, nodes.FromImport, nodes.Include,
                                        nodes.Extends, nodes.Macro, nodes.Call)), None)
        if forbidden is not None:
            raise TemplateError(f"{type(forbidden).__name__.lower()} is not allowed in an article")
        for filtered in tree.find_all(nodes.Filter):
            if filtered.name not in _COUNTED_FILTERS:
                raise TemplateError(f"there is no filter {filtered.name!r} for articles")
        self._compiled(source, language)

    def render(self, source: str, language: str, context: Context) -> Rendered:
        """The section for these facts. Raises MissingFact, or CannotRender with the reason."""
        seen: set[str] = set()
        try:
            text = self._compiled(source, language).render(_nodes(context, seen))
        except MissingFact:
            raise
        except (TemplateError, SecurityError, TypeError, ValueError, ArithmeticError,
                AttributeError) as error:
            raise CannotRender(str(error)) from error
        if len(text) > LONGEST_OUTPUT:
            raise CannotRender("the text is too long")
        return Rendered(_tidy(text), frozenset(seen))

    def _compile(self, source: str, language: str) -> Template:
        return self._environment(language).from_string(source)


def _environment(filters: Mapping[str, Callable[..., Any]]) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    environment.undefined = _undefined  # type: ignore[assignment]
    environment.globals.clear()
    environment.filters = {
        name: call for name, call in environment.filters.items() if name in _COUNTED_FILTERS
    } | dict(filters)
    return environment


def _undefined(
    hint: str | None = None, obj: Any = None, name: str | None = None, exc: Any = None
) -> Missing:
    return Missing(name or "value")


def _nodes(context: Context, seen: set[str]) -> dict[str, Any]:
    top: dict[str, Any] = {}
    for name, value in context.values.items():
        head, dot, _ = name.partition(".")
        top[head] = FactNode(head, context.values, seen) if dot else _Plain.wrap(name, value, seen)
    if context.assets:
        items = [FactNode(context.asset_word, one, seen) for one in context.assets]
        top[context.assets_word] = _Plain.wrap(context.assets_word, items, seen)
    return top


class _Plain(list[Any]):
    """A list that notes when it is looked at."""

    name = ""
    seen: set[str]

    @classmethod
    def wrap(cls, name: str, value: Any, seen: set[str]) -> Any:
        """Lists note that they are looked at; other values count as looked at by being there."""
        if not isinstance(value, list):
            seen.add(name)
            return value
        wrapped = cls(value)
        wrapped.name, wrapped.seen = name, seen
        return wrapped

    def __iter__(self) -> Iterator[Any]:
        self.seen.add(self.name)
        return super().__iter__()

    def __len__(self) -> int:
        self.seen.add(self.name)
        return super().__len__()


def _named(tree: nodes.Template) -> set[str]:
    loops = {
        loop.target.name: loop.iter.name
        for loop in tree.find_all(nodes.For)
        if isinstance(loop.target, nodes.Name) and isinstance(loop.iter, nodes.Name)
    }
    found: set[str] = set()
    attributes = list(tree.find_all(nodes.Getattr))
    inner = {id(attribute.node) for attribute in attributes}
    for attribute in attributes:
        if isinstance(attribute.node, nodes.Name):
            name = attribute.node.name
            if name == "loop":
                continue
            found.add(f"{loops[name]}[].{attribute.attr}" if name in loops
                      else f"{name}.{attribute.attr}")
    for name_node in tree.find_all(nodes.Name):
        known = name_node.name in loops or name_node.name == "loop"
        if id(name_node) not in inner and not known and name_node.ctx == "load":
            found.add(name_node.name)
    return found


def _tidy(text: str) -> str:
    text = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", text).strip()
