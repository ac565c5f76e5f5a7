from pathlib import Path

import pytest

from knowledge.glossary import SYNONYM_WEIGHT, Glossary, GlossaryError
from knowledge.text import analyze

GLOSSARY = """
terms:
  - id: grooming
    ja: [トリミング, グルーミング]
    en: [grooming, hair cut]
species:
  dog:
    ja: [犬, ワンちゃん]
    en: [dog, puppy]
"""


@pytest.fixture
def glossary(tmp_path: Path) -> Glossary:
    (tmp_path / "glossary.yaml").write_text(GLOSSARY, encoding="utf-8")
    return Glossary.load(tmp_path / "glossary.yaml")


def test_a_query_gains_synonyms_of_both_languages_at_a_lower_weight(glossary: Glossary) -> None:
    weights = glossary.expand(analyze("トリミングの料金"))
    asked = dict.fromkeys(analyze("トリミングの料金"), 1.0)
    assert asked.items() <= weights.items()
    for synonym in (*analyze("グルーミング"), *analyze("grooming")):
        assert weights[synonym] == SYNONYM_WEIGHT


def test_a_phrase_is_known_as_a_whole_and_shares_one_weight(glossary: Glossary) -> None:
    weights = glossary.expand(analyze("a hair cut"))
    assert weights[analyze("grooming")[0]] == SYNONYM_WEIGHT
    assert glossary.expand(analyze("hair dryer")) == dict.fromkeys(analyze("hair dryer"), 1.0)
    hair = glossary.expand(analyze("grooming"))[analyze("hair")[0]]
    assert hair == SYNONYM_WEIGHT / 2


def test_a_species_is_known_by_all_its_names(glossary: Glossary) -> None:
    assert analyze("dog")[0] in glossary.expand(analyze("ワンちゃん"))


def test_an_unknown_word_stays_alone(glossary: Glossary) -> None:
    assert glossary.expand(["parrot"]) == {"parrot": 1.0}


def test_a_bad_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "glossary.yaml").write_text("terms: [{ja: [犬]}]", encoding="utf-8")
    with pytest.raises(GlossaryError, match=r"glossary\.yaml"):
        Glossary.load(tmp_path / "glossary.yaml")
