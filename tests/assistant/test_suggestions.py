"""The company's suggestions are read once, and what is wrong with them is said at the start."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from assistant.customers.catalogue import load_catalogue
from assistant.errors import BadConfiguration
from assistant.suggestions import load_suggestions
from channels.services import Services
from tests.conftest import PET_CARE

GOOD = {"id": "a", "when": 'customer.status == "lapsed"', "ja": "どうぞ。", "en": "Welcome.",
        "beside": ["hotel-fees"]}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(*entries: object, **rest: object) -> Path:
        data = {"general": {"ja": "一覧", "en": "List"}, "suggestions": list(entries)} | rest
        (tmp_path / "suggestions.yaml").write_text(yaml.safe_dump(data), "utf-8")
        return tmp_path

    return written


def test_what_the_sample_company_suggests_can_be_used(house: Services) -> None:
    steps = load_suggestions(PET_CARE, load_catalogue(PET_CARE), house.templates)
    assert {one.id for one in steps.suggestions} >= {"puppy-class", "rejoin"}
    known = {path.stem for path in (PET_CARE / "articles" / "ja").glob("*.md")}
    assert {one.article for one in steps.suggestions} <= known
    assert set().union(*(one.beside for one in steps.suggestions)) <= known
    assert steps.quiet


def test_a_company_without_the_file_suggests_nothing(house: Services, tmp_path: Path) -> None:
    assert load_suggestions(tmp_path, house.catalogue, house.templates).suggestions == ()


@pytest.mark.parametrize(
    ("entry", "said"),
    [(GOOD | {"id": ""}, "has no id"), (GOOD | {"when": ""}, "a has no condition"),
     (GOOD | {"when": "customer.status =="}, "the condition of a cannot be read"),
     (GOOD | {"when": "customer.shoe_size > 40"}, "the fact customer.shoe_size"),
     (GOOD | {"en": ""}, "a has no text in en"), (GOOD | {"ja": "{{ pet.colour }}"}, "pet.colour"),
     (GOOD | {"ja": "{{ pet.name"}, "the text cannot be read")],
)
def test_a_suggestion_that_cannot_be_used_is_named(
    house: Services, write: Write, entry: object, said: str
) -> None:
    with pytest.raises(BadConfiguration) as refused:
        load_suggestions(write(entry), house.catalogue, house.templates)
    assert said in refused.value.sentence
    assert "suggestions.yaml" in refused.value.sentence


def test_what_is_for_everybody_must_be_there_in_both_languages(
    house: Services, write: Write
) -> None:
    with pytest.raises(BadConfiguration, match="general has no text in ja and en"):
        load_suggestions(write(GOOD, general={}), house.catalogue, house.templates)
