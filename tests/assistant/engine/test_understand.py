"""Understand: language, questions, intents, and the company's sensitive topics."""

from datetime import UTC, datetime

import pytest

from assistant.company import load_company
from assistant.customers.facts import Profile
from assistant.customers.tier import Tier
from assistant.engine.turn import Turn, Utterance
from assistant.engine.understand import Understand, load_intents
from tests.conftest import PET_CARE

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def understand() -> Understand:
    company = load_company(PET_CARE)
    return Understand(company.topics, load_intents(), company.alternatives())


def turn(*messages: str, language: str = "ja", before: tuple[str, ...] = ()) -> Turn:
    return Turn(messages, "web_chat", language, Profile(Tier.ANONYMOUS), NOW,
                before=[Utterance("customer", text) for text in before])


@pytest.mark.parametrize(
    "text",
    ["犬がチョコを食べてしまいました", "うちの子が玉ねぎを誤飲したみたいです",
     "my dog ate chocolate",
     "My cat chewed on a lily!", "The puppy got into rat poison", "猫の息が苦しそうです",
     "he is having a seizure", "ベランダから落ちました", "my cat can't pee", "ﾁｮｺを食べた"],
)
def test_an_emergency_is_recognized(understand: Understand, text: str) -> None:
    topic = understand(turn(text)).topic
    assert topic is not None
    assert topic.kind == "emergency"


@pytest.mark.parametrize(
    "text",
    ["チョコを食べさせてもいいですか", "Can dogs eat grapes?", "ご飯を食べません",
     "ホテルの料金は？",
     "What do cats eat?", "My dog chewed my shoes, do you sell toys?",
     "チョコレート色の首輪はありますか"],
)
def test_a_plain_question_is_no_emergency(understand: Understand, text: str) -> None:
    assert understand(turn(text)).topic is None


@pytest.mark.parametrize(
    "text",
    ["昨日受けた血液検査の結果を教えてください", "注文番号48213の荷物は誰が受け取りましたか",
     "Which vet saw my dog last month?", "Why was I charged twice last week?",
     "ホテルに預けているうちの犬、今朝はごはん食べました？"],
)
def test_what_only_the_records_know_is_left_to_a_person(
    understand: Understand, text: str
) -> None:
    topic = understand(turn(text)).topic
    assert topic is not None
    assert topic.kind == "record"


@pytest.mark.parametrize(
    "text", ["今朝、長年一緒だった猫が息を引き取りました。お骨にしてもらえますか",
             "she died last week, do I get the rest of the yearly fee back"],
)
def test_the_news_of_a_loss_goes_to_a_person_with_condolences(
    understand: Understand, text: str
) -> None:
    topic = understand(turn(text)).topic
    assert topic is not None
    assert topic.kind == "bereavement"


@pytest.mark.parametrize(
    "text",
    ["昨日ワクチンを打ってからずっと寝ています", "When do I get the test results?",
     "How do I track my parcel?", "先週予約したのですがキャンセルできますか"],
)
def test_a_general_question_about_yesterday_is_no_record(
    understand: Understand, text: str
) -> None:
    assert understand(turn(text)).topic is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [("担当者と話したいです", "person"), ("I want to talk to a person", "person"),
     ("対応がひどいです。がっかりしました", "complaint"), ("This is unacceptable", "complaint"),
     ("ありがとうございました", "thanks"), ("Thanks a lot!", "thanks"), ("こんにちは", "greeting"),
     ("hello", "greeting"), ("ありがとう。ホテルの料金も教えて", "question"), ("   ", "empty"),
     ("Thanks! And how much is the hotel?", "question")],
)
def test_what_a_message_wants(understand: Understand, text: str, intent: str) -> None:
    assert understand(turn(text)).intent == intent


@pytest.mark.parametrize(
    ("text", "default", "language"),
    [("初診料は？", "en", "ja"), ("first visit fee?", "ja", "en"), ("返品", "ja", "ja")],
)
def test_the_language_is_that_of_the_message(
    understand: Understand, text: str, default: str, language: str
) -> None:
    assert understand(turn(text, language=default)).language == language


def test_a_mail_is_reduced_to_its_questions(understand: Understand) -> None:
    text = ("お世話になっております。佐藤です。\n先日はありがとうございました。\n"
            "犬のホテルは1泊いくらですか。\nどうぞよろしくお願いいたします。")
    assert understand(turn(text)).questions == ("犬のホテルは1泊いくらですか。",)


@pytest.mark.parametrize(
    ("text", "question"),
    [("My dog has diarrhoea. When should I see a vet?",
      "My dog has diarrhoea. When should I see a vet?"),
     ("犬が下痢をしています。いつ病院に行けばいいですか",
      "犬が下痢をしています。 いつ病院に行けばいいですか")],
)
def test_what_is_stated_before_a_question_belongs_to_it(
    understand: Understand, text: str, question: str
) -> None:
    assert understand(turn(text)).questions == (question,)


def test_two_questions_are_kept_apart(understand: Understand) -> None:
    asked = understand(turn("How much is the hotel? And do you trim nails?", language="en"))
    assert asked.questions == ("How much is the hotel?", "And do you trim nails?")


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [(("犬のワクチンはいくらですか",), "じゃあ猫は？", "猫のワクチンはいくらですか"),
     (("How much is the dog vaccine?",), "and for the cat?", "how much is the cat vaccine?"),
     (("平日は何時まで開いていますか？",), "じゃあ土曜は？", "土曜は何時まで開いていますか?"),
     (("What time does Meguro open?",), "And Kobe?", "what time does kobe open?"),
     (("How much is the dog vaccine?",), "Sorry, I meant the cat.",
      "how much is the cat vaccine?"),
     (("犬のホテルの料金は？", "猫は？"), "じゃあ土曜は？", "猫のホテルの料金は? じゃあ土曜は？")],
)
def test_a_question_that_leans_on_the_one_before_is_completed(
    understand: Understand, before: tuple[str, ...], question: str, meant: str
) -> None:
    language = "en" if question.isascii() else "ja"
    asked = understand(turn(question, before=before, language=language))
    assert asked.questions == (meant,)


def test_a_short_question_may_stand_alone_or_lean(understand: Understand) -> None:
    asked = understand(turn("それはいくらですか？", before=("猫のホテルを使いたいです",)))
    assert asked.questions == ("それはいくらですか？",)
    assert asked.instead == ("猫のホテルを使いたいです それはいくらですか？",)


def test_a_new_question_does_not_lean(understand: Understand) -> None:
    asked = understand(turn("トリミングの予約をキャンセルしたらお金はかかりますか？",
                            before=("犬のワクチンはいくらですか",)))
    assert asked.instead == ("",)


@pytest.mark.parametrize(
    ("text", "question"),
    [("前にも聞きましたが、初診料はいくらですか", "初診料はいくらですか"),
     ("すみません、ちょっとお聞きしたいのですが、猫のホテルはいくら？", "猫のホテルはいくら？"),
     ("Sorry, I asked this before, but how much is the hotel?", "but how much is the hotel?"),
     ("初めて利用するのですが、何を持っていけばいいですか",
      "初めて利用するのですが、何を持っていけばいいですか")],
)
def test_what_only_leads_to_a_question_is_left_out(
    understand: Understand, text: str, question: str
) -> None:
    assert understand(turn(text)).questions == (question,)


def test_a_later_question_of_a_message_leans_on_the_one_before_it(understand: Understand) -> None:
    asked = understand(turn("ワクチンを打った日はお散歩してもいいですか？シャンプーは？"))
    assert asked.instead[1] == "ワクチンを打った日はお散歩してもいいですか？ シャンプーは？"


def test_one_sentence_may_ask_twice(understand: Understand) -> None:
    asked = understand(turn("What does nail clipping cost and how often is it needed?",
                            language="en"))
    assert asked.questions == ("What does nail clipping cost", "how often is it needed?")
