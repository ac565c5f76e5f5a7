"""Sections are sandboxed templates: a missing fact is false and may not be printed."""

from zoneinfo import ZoneInfo

import pytest
from jinja2 import TemplateError

from assistant.engine.template import (
    CannotRender,
    Context,
    MissingFact,
    SectionTemplates,
)
from prompts.wording import filters

MOKA = {"pet.name": "モカ", "pet.age_months": 25, "pet.species": "dog"}


@pytest.fixture
def templates() -> SectionTemplates:
    return SectionTemplates(lambda language: filters(language, ZoneInfo("Asia/Tokyo"), {}))


def text(templates: SectionTemplates, source: str, **values: object) -> str:
    context = Context({name.replace("__", "."): value for name, value in values.items()},
                      (), "pets", "pet")
    return templates.render(source, "ja", context).text


def test_a_fact_is_printed_and_noted(templates: SectionTemplates) -> None:
    rendered = templates.render("{{ pet.name }}ちゃん", "ja", Context(MOKA))
    assert rendered.text == "モカちゃん"
    assert rendered.looked_at == {"pet.name"}


@pytest.mark.parametrize(
    "condition",
    ["pet.name", "pet.age_months < 12", "pet.age_months > 12", "12 > pet.age_months",
     'pet.species == "dog"', 'pet.species != "dog"', '"hotel" in shop.services', "pets"],
)
def test_a_missing_fact_is_false_in_every_condition(
    templates: SectionTemplates, condition: str
) -> None:
    source = "{% if " + condition + " %}personal{% else %}general{% endif %}"
    assert text(templates, source) == "general"


@pytest.mark.parametrize(
    "source",
    ["{{ pet.name }}", "{{ pet.born_on | when }}", "{{ customer.points | number }}",
     "{{ pet.age_months | age }}", "{{ pets | names }}", "{{ pet.age_months + 1 }}",
     "{{ price | money }}", "{{ customer.name | honorific }}", "{{ pet }}"],
)
def test_printing_a_missing_fact_is_refused(templates: SectionTemplates, source: str) -> None:
    with pytest.raises(MissingFact):
        text(templates, source)


def test_a_list_of_assets_is_looped_over(templates: SectionTemplates) -> None:
    pets = ({"pet.name": "ルナ"}, {"pet.name": "ミロ"})
    source = "{% for p in pets %}\n- {{ p.name }}\n{% endfor %}\n{{ pets | names('ちゃん') }}"
    rendered = templates.render(source, "ja", Context({}, pets, "pets", "pet"))
    assert rendered.text == "- ルナ\n- ミロ\nルナちゃんとミロちゃん"
    assert rendered.looked_at == {"pets", "pet.name"}


def test_a_value_is_never_taken_as_a_template(templates: SectionTemplates) -> None:
    assert text(templates, "{{ pet.name }}", pet__name="{{ 7 * 7 }}") == "{{ 7 * 7 }}"


@pytest.mark.parametrize(
    "source",
    ["{{ pet.__class__ }}", "{{ pet._values }}", "{{ ''.__class__.__mro__ }}",
     "{{ pet.name.__class__ }}"],
)
def test_nothing_behind_a_fact_can_be_reached(templates: SectionTemplates, source: str) -> None:
    with pytest.raises((MissingFact, CannotRender)):
        text(templates, source, pet__name="モカ")


@pytest.mark.parametrize(
    "source",
    ["{% include 'x' %}", "{% macro x() %}{% endmacro %}", "{{ range(9) }}", "{{ pet.name() }}",
     "{{ pet.name | attr('x') }}", "{% if pet %}", "{{ pet.name | pprint }}"],
)
def test_what_articles_do_not_need_is_refused(templates: SectionTemplates, source: str) -> None:
    with pytest.raises(TemplateError):
        templates.compile(source, "ja")


def test_the_facts_that_a_section_names_are_known_without_rendering(
    templates: SectionTemplates,
) -> None:
    loop = "{% for p in pets %}{{ p.name }}{% endfor %}"
    source = loop + "{% if pet.age_months %}{{ today }}{% endif %}"
    assert templates.names(source) == {"pets", "pets[].name", "pet.age_months", "today"}
