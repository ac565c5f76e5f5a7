"""The words of the console: the same keys in both languages, and all that the pages ask for."""

import re

from assistant.company import KINDS as TOPICS
from channels.console.wording import ROOM
from channels.pages.rendering import read_words
from knowledge.health.check import KINDS
from tests.prompts.test_prompts import CODES

REASONS = CODES["reason"]


def test_both_languages_have_the_same_words_with_the_same_values() -> None:
    ja, en = (read_words(ROOM / "words" / f"{language}.yaml") for language in ("ja", "en"))
    assert ja.keys() == en.keys()
    values = re.compile(r"{(\w+)}")
    assert {k for k in ja if set(values.findall(ja[k])) != set(values.findall(en[k]))} == set()


def test_every_reason_and_every_kind_of_finding_has_a_word() -> None:
    words = read_words(ROOM / "words" / "en.yaml")
    reasons = {f"code.{code}" for code in (*TOPICS, *REASONS)}
    assert (reasons | {f"finding.{kind}" for kind in KINDS}) - words.keys() == set()


def test_every_word_that_a_template_names_is_there() -> None:
    words = read_words(ROOM / "words" / "ja.yaml")
    templates = "".join(path.read_text("utf-8") for path in (ROOM / "templates").glob("*.html"))
    named = set(re.findall(r"""\bt\(["']([a-z_.]+)["'][,)]""", templates))
    assert named - words.keys() == set()
