"""What is gathered for each question of a message."""

from datetime import date

import pytest

from assistant.engine.audience import Audience
from assistant.engine.gather import DOUBTFUL, Gather
from assistant.engine.turn import Disposition
from channels.asking import Speaker, ask_as, turn_of
from channels.services import Services
from knowledge.retrieval.results import Hit, PassageView, SearchResult


@pytest.mark.parametrize(
    ("message", "stated"),
    [("猫のホテルは一泊いくらですか？二匹目の割引は？", ("4,400円", "20％")),
     ("How much is the pet hotel for a cat? And is a second pet cheaper?", ("¥4,400", "20%"))],
)
def test_a_question_that_leans_on_another_gets_the_section_that_answers_it(
    stocked: Services, message: str, stated: tuple[str, ...]
) -> None:
    reply = ask_as(stocked, Speaker(language="ja"), [message])
    said = reply.text if reply.disposition is Disposition.SEND else reply.draft
    assert all(one in said for one in stated)
    assert {one.article_id for one in reply.citations} == {"hotel-fees"}


class OneSection:
    """A library that finds the same section whatever is asked, surely where the whole is asked."""

    def search(self, query: str, **_: object) -> SearchResult:
        passage = PassageView("hotel", "ja", 1, "ホテル", "料金", 1, "1泊4,400円です。")
        hit = Hit(passage, 1.0, 1.0, 1.0, (), "section")
        return SearchResult((hit,), 0.9 if "いくら" in query else 0.2, {}, {})


@pytest.mark.parametrize(
    ("fragment", "confidence"), [("何時から？", DOUBTFUL), ("税込みで何円？", 0.9)]
)
def test_what_stands_in_no_section_that_was_found_makes_the_answer_unsure(
    stocked: Services, fragment: str, confidence: float
) -> None:
    turn, _ = turn_of(stocked, Speaker(), ["ホテルはいくら？", fragment])
    audience = Audience(stocked.templates)
    gather = Gather(OneSection(), audience, lambda _: None, {}, "pet.species", "pet.name")
    first, second = gather(("ホテルはいくら？", fragment), turn, "ja", date(2026, 11, 23),
                           ("", f"ホテルはいくら？ {fragment}"))
    assert first.found.confidence == 0.9
    assert second.found.confidence == confidence
