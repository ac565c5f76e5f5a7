"""The writer's form for a channel: what is short stays whole, what is long is cut for a chat."""

import pytest

from assistant.customers.tier import Tier
from assistant.engine.compose import ExtractiveWriter
from channels.cli.ask import answer
from channels.services import Services

SHORT = "店舗には、ペットとご一緒にお入りいただけます。猫ちゃんはキャリーに入れたままお願いします。"
LONG = (
    "ペット保険の証明書は1通2,200円で発行いたします。"
    + "お渡しまでには日数をいただくことがございますので、余裕をもってお申し込みください。" * 6
    + "診察を受けた動物病院の受付で承ります。すぐに必要な場合は、決してあきらめず、お電話ください。"
)
QUESTION = "証明書は1通いくらですか"


@pytest.fixture
def writer(house: Services) -> ExtractiveWriter:
    return ExtractiveWriter(house.company, "https://x.example", house.library.embedder)


def test_a_section_that_is_short_stays_as_it_was_written(writer: ExtractiveWriter) -> None:
    assert writer.brief("web_chat", "連れて入ってもいい？", SHORT, "") == SHORT


@pytest.mark.parametrize("channel", ["web_chat", "phone"])
def test_a_wall_of_text_is_cut_to_what_answers_and_its_warnings(
    writer: ExtractiveWriter, channel: str
) -> None:
    brief = writer.brief(channel, QUESTION, LONG, "証明書")
    assert "2,200円" in brief
    assert "すぐに必要な場合は" in brief
    assert len(brief) < len(LONG) / 2


def test_a_mail_has_room_for_all_of_it(writer: ExtractiveWriter) -> None:
    assert writer.brief("email", QUESTION, LONG, "証明書") == LONG


def test_a_citation_quotes_the_sentence_that_answers(stocked: Services) -> None:
    reply = answer(stocked, "再診料はいくらですか", "", "web_chat", Tier.ANONYMOUS)
    quote = reply.citations[0].quote
    assert "再診料880円" in quote
    assert quote in reply.text or quote.split("。")[0] in reply.text
