"""A reply is judged by its case: what it must hold, may not hold, and whether it was to be sent."""

import pytest

from assistant.customers.tier import Tier
from assistant.engine.turn import Citation, Disposition, FactUse, Reply
from assistant.evaluation.cases import AnswerCase
from assistant.evaluation.figures import abstention_curve, figures
from assistant.evaluation.judging import Verdict, judge

SEND = frozenset({Disposition.SEND})
HAND_OFF = frozenset({Disposition.HAND_OFF, Disposition.SUGGEST})


def case(**changes: object) -> AnswerCase:
    values: dict[str, object] = {
        "id": "one", "language": "ja", "messages": ("初診料はいくらですか",), "dispositions": SEND,
        "answerable": True, "must": (("1,650円",),), "tier": Tier.ANONYMOUS,
    }
    return AnswerCase(**(values | changes))  # type: ignore[arg-type]


def reply(text: str = "初診料は１６５０円です。", **changes: object) -> Reply:
    values: dict[str, object] = {
        "text": text, "language": "ja", "disposition": Disposition.SEND, "confidence": 0.9,
        "reason": "", "reason_code": "sure",
    }
    return Reply(**(values | changes))  # type: ignore[arg-type]


def outcome(wanted: AnswerCase, given: Reply) -> str:
    return judge(wanted, given).outcome


def test_a_sent_answer_that_holds_what_it_must_is_right() -> None:
    assert outcome(case(), reply()) == "right"


@pytest.mark.parametrize(
    ("changes", "text", "why"),
    [({}, "初診料は880円です。", "lacks '1,650円'"),
     ({"must_not": ("再診料",)}, "初診料は1,650円、再診料は880円です。", "says '再診料'"),
     ({"articles": frozenset({"clinic-fees"})}, "初診料は1,650円です。", "cites nothing"),
     ({"dispositions": HAND_OFF, "answerable": False, "must": ()}, "1,650円です。", "was sent")],
)
def test_a_sent_answer_with_a_fault_is_wrong_and_says_why(
    changes: dict[str, object], text: str, why: str
) -> None:
    verdict = judge(case(**changes), reply(text))
    assert (verdict.outcome, verdict.why) == ("wrong", why)


def test_one_of_several_words_is_enough() -> None:
    assert outcome(case(must=(("1,650円", "¥1,650"),)), reply("It is ¥1,650.")) == "right"


def test_an_answer_that_was_there_and_not_sent_is_an_abstention() -> None:
    held = reply("担当者が確認します。", disposition=Disposition.SUGGEST, draft="1,650円です。")
    verdict = judge(case(), held)
    assert (verdict.outcome, verdict.would) == ("abstained", True)


def test_what_cannot_be_answered_is_right_to_be_handed_off() -> None:
    wanted = case(dispositions=HAND_OFF, answerable=False, must=())
    assert outcome(wanted, reply("担当者に。", disposition=Disposition.HAND_OFF)) == "right"


def test_an_emergency_that_only_waits_as_a_draft_is_wrong() -> None:
    wanted = case(dispositions=frozenset({Disposition.HAND_OFF}), answerable=False, must=())
    assert outcome(wanted, reply("", disposition=Disposition.SUGGEST)) == "wrong"


@pytest.mark.parametrize("place", ["text", "quote"])
def test_a_leak_is_seen_in_the_text_and_beside_it(place: str) -> None:
    said = "モカちゃんの予約です。1,650円"
    quoting = Citation("a", 1, "ja", 1, "題", "見出し", "https://x.example/", said)
    given = reply(said) if place == "text" else reply(citations=(quoting,))
    verdict = judge(case(leak=("モカ",)), given)
    assert (verdict.outcome, verdict.leaked) == ("wrong", ("モカ",))


@pytest.mark.parametrize(
    ("asked", "over"), [("料金は？", ("pet.condition",)), ("腎臓病の子は？", ())]
)
def test_a_sensitive_fact_that_nobody_spoke_of_is_too_personal(
    asked: str, over: tuple[str, ...]
) -> None:
    used = FactUse("pet.condition", "病気", "", "腎臓病", ("腎臓病",))
    given = reply("1,650円です。腎臓病の子にも。", facts_used=(used,))
    assert judge(case(messages=(asked,)), given, ["pet.condition"]).overpersonalized == over


def test_the_figures_count_what_is_sent_and_what_is_declined() -> None:
    cannot = case(dispositions=HAND_OFF, answerable=False, must=())
    off = reply("", disposition=Disposition.HAND_OFF)
    found = figures([judge(case(), reply()), judge(case(), reply("880円")), judge(case(), off),
                     judge(cannot, off)])
    assert (found.right, found.wrong, found.abstained) == (2, 1, 1)
    assert found.wrong_of_sent == 0.5
    assert found.answered == pytest.approx(2 / 3)
    assert found.declined == 1.0


def test_the_curve_shows_that_fewer_answers_are_fewer_wrong_ones() -> None:
    verdicts: list[Verdict] = [
        judge(case(), reply(confidence=0.9)), judge(case(), reply("880円", confidence=0.4)),
    ]
    low, high = abstention_curve(verdicts, (0.3, 0.8))
    assert (low.answered, low.wrong) == (1.0, 0.5)
    assert (high.answered, high.wrong) == (0.5, 0.0)
