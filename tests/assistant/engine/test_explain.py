"""What would have been said without each fact."""

from assistant.customers.tier import Tier
from channels.asking import Speaker, explained_as
from channels.services import Services

SATO = Speaker("C-0001", Tier.VERIFIED)


def test_without_the_appointment_the_answer_says_that_there_is_none(stocked: Services) -> None:
    reply, others = explained_as(stocked, SATO, ["次の予約はいつですか"])
    assert "11月29日" in reply.text
    texts = {one.fact.name: one.text for one in others}
    assert "今のところ入っていません" in texts["next_appointment.starts_at"]
    assert "モカ" not in texts["next_appointment.pet_name"]
    assert "11月29日" in texts["next_appointment.pet_name"]


def test_an_answer_that_is_the_same_for_all_has_nothing_to_explain(stocked: Services) -> None:
    reply, others = explained_as(stocked, SATO, ["初診料はいくらですか"])
    assert "1,650円" in reply.text
    assert others == ()
