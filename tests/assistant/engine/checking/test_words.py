"""Coverage, promises, tone, given words, languages: what else a reply may not simply say."""

import pytest

from assistant.engine.checking import Grounds, check

JA = "マイクロチップの費用は、装着と登録を含めて5,500円です。ワクチンと同じ日に入れられます。"
EN = (
    "A microchip costs ¥5,500, registration included. "
    "It can be placed on the day of a vaccination."
)


def kinds(text: str, **grounds: object) -> set[str]:
    section = EN if text.isascii() or "¥" in text else JA
    language = "en" if section == EN else "ja"
    values: dict[str, object] = {"sections": (section,), "language": language} | grounds
    return {one.kind for one in check(text, Grounds(**values))}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["火葬場は郊外の静かな丘にございます。", "マイクロチップは血圧や脈拍も測定します。",
     "マイクロチップの費用は、会員の方は割引になります。",
     "Our garden has a large swimming pool.", "A microchip measures blood pressure and pulse.",
     "A microchip costs ¥5,500 with a discount for students.", "I love dogs as well."],
)
def test_what_no_section_tells_is_unproven(text: str) -> None:
    assert "coverage" in kinds(text)


@pytest.mark.parametrize(
    "text",
    ["ご案内いたします。", "マイクロチップの代金は5,500円で、登録も含みます。",
     "Here is the information.", "The price of a microchip is ¥5,500 and includes registration."],
)
def test_polite_words_and_synonyms_need_no_proof(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(
    "text",
    ["折り返しお電話いたします。", "担当者からご連絡いたします。", "資料を郵送いたします。",
     "ご返金いたします。", "明日のご予約をお取りしました。",
     "We will call you back shortly.", "I'll email you the form.", "We have booked a room for you.",
     "A colleague will get in touch today."],
)
def test_a_promise_needs_a_todo(text: str) -> None:
    assert "promise" in kinds(text)


def test_a_promise_with_a_todo_may_be_made() -> None:
    japanese = kinds("折り返しお電話いたします。", promises=("折り返しお電話いたします。",))
    english = kinds("We will call you back.", promises=("We will call you.",))
    assert "promise" not in japanese | english


@pytest.mark.parametrize(
    "text", ["折り返しお電話いたします。", "We will call you back shortly."]
)
def test_a_promise_is_one_even_where_an_article_says_it(text: str) -> None:
    assert kinds(text, sections=(text,)) == {"promise"}


@pytest.mark.parametrize(
    "text",
    ["満室の場合は、空きが出たときにご連絡いたします。",
     "If we are full, we will call you when a room is free."],
)
def test_what_is_done_for_everybody_is_no_promise(text: str) -> None:
    assert kinds(text, sections=(text,)) == set()


@pytest.mark.parametrize(
    "text", ["費用は5,500円だ。", "ワクチンと同じ日に入れろ。", "費用は5,500円である。",
             "ワクチンと同じ日に入れられる。", "費用は5,500円だよ。"],
)
def test_plain_and_commanding_japanese_is_refused(text: str) -> None:
    assert "tone" in kinds(text)


def test_lines_of_a_list_and_quotations_may_be_plain() -> None:
    steps = "1. 近くを探す。\n2. 警察へ届ける。"
    assert kinds(steps, sections=(steps,)) == set()


def test_slang_is_refused() -> None:
    assert "tone" in kinds("Yeah, a microchip costs ¥5,500.")


@pytest.mark.parametrize(
    ("text", "word"),
    [("マイクロチップの費用は5,500円です！", "！"), ("クーポンもご利用いただけます。", "クーポン"),
     ("A microchip costs ¥5,500!", "!"), ("Enjoy the day of a vaccination.", "Enjoy")],
)
def test_the_bereaved_hear_nothing_cheerful_and_no_offer(text: str, word: str) -> None:
    section = EN if text.isascii() or "¥" in text else JA
    found = check(text, Grounds(sections=(section,), bereaved=True))
    assert word in [one.span for one in found if one.kind == "tone"]


def test_the_bereaved_hear_of_the_offer_that_they_ask_about() -> None:
    section = "クーポンは会員の方にお届けします。"
    assert kinds(section, sections=(section,), bereaved=True, asked=("クーポンは？",)) == set()
    assert kinds(section, sections=(section,), bereaved=True) == {"tone"}


@pytest.mark.parametrize(
    "text", ["更新をお忘れになったため、会員ではありません。", "You forgot to renew the microchip."]
)
def test_former_members_are_not_blamed(text: str) -> None:
    assert "tone" in kinds(text, status="lapsed")


def test_given_words_are_passed_over_and_verbatim_sentences_are_proven() -> None:
    frame = ("佐藤様\n\nお問い合わせいただき、ありがとうございます。", "--\nハルノワ ペットケア")
    text = f"{frame[0]}\n\n{JA}\n\n{frame[1]}"
    assert kinds(text, frame=frame) == set()


def test_words_are_not_compared_between_languages() -> None:
    text = "The whole procedure is over in a moment and costs ¥5,500."
    assert kinds(text, sections=(JA,), language="en") == set()


def test_the_evidence_that_comes_closest_is_named() -> None:
    text = "マイクロチップの費用は、装着と登録を含めて5,800円です。"
    found = check(text, Grounds(sections=(JA,)))
    assert found[0].nearest == "マイクロチップの費用は、装着と登録を含めて5,500円です。"


def test_an_empty_text_and_endless_text_are_checked_in_no_time() -> None:
    assert check("", Grounds()) == ()
    assert check("あ" * 60_000, Grounds(sections=("い" * 60_000,)))
