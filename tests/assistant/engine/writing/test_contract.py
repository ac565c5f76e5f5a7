"""What every writer keeps to: the extractive one, and one that asks a language model."""

import re
from collections.abc import Callable

import pytest

from assistant.company import load_company
from assistant.engine.compose import ExtractiveWriter
from assistant.engine.writing.chat import Prompt
from assistant.engine.writing.writer import Material, Writer
from knowledge.text import language_of
from tests.assistant.engine.writing.scripted import VISIT, ScriptedModel, answer, material, writer
from tests.conftest import PET_CARE

ENGLISH = "The first visit costs ¥1,650. Each visit after it costs ¥880."


def extractive() -> Writer:
    return ExtractiveWriter(load_company(PET_CARE), "https://x.example")


def by_model() -> Writer:
    def says(prompt: Prompt) -> str:
        japanese = "Passage 1" not in prompt.task
        numbers = [number for number in (1, 2)
                   if re.search(rf"^(Passage |記事){number}[:：]", prompt.task, re.MULTILINE)]
        return answer("初診料は1,650円です。" if japanese else "The first visit costs ¥1,650.",
                      *numbers)

    return writer(ScriptedModel(says))


@pytest.fixture(params=[pytest.param(extractive, id="extractive"),
                        pytest.param(by_model, id="language-model")])
def any_writer(request: pytest.FixtureRequest) -> Writer:
    make: Callable[[], Writer] = request.param
    return make()


CASES = [material(), material(ENGLISH, language="en", asked="How much is the first visit?"),
         material(VISIT, "受付は9時からです。"), material(channel="email")]


@pytest.mark.parametrize("given", CASES)
def test_a_body_in_the_language_that_is_asked_for(any_writer: Writer, given: Material) -> None:
    written = any_writer.write(given)
    assert written.parts
    assert all(language_of(part) == given.language for part in written.parts)


@pytest.mark.parametrize("given", CASES)
def test_it_rests_on_passages_that_there_are(any_writer: Writer, given: Material) -> None:
    written = any_writer.write(given)
    assert set(written.rests_on) == set(range(len(given.passages)))


@pytest.mark.parametrize("given", CASES)
def test_its_words_pass_the_check(any_writer: Writer, given: Material) -> None:
    assert given.prove("\n".join(any_writer.write(given).parts)) == ()


@pytest.mark.parametrize("given", CASES)
def test_it_leaves_the_frame_to_the_channel(any_writer: Writer, given: Material) -> None:
    body = "\n".join(any_writer.write(given).parts)
    assert "https://" not in body
    assert "お問い合わせいただき" not in body


def test_nothing_is_written_from_nothing(any_writer: Writer) -> None:
    given = material()
    nothing = Material(given.turn, given.language, (), (), given.prove)
    assert any_writer.write(nothing).parts == ()


def test_the_same_material_gives_the_same_body(any_writer: Writer) -> None:
    assert any_writer.write(CASES[0]).parts == any_writer.write(CASES[0]).parts
