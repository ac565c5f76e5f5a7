"""What a case may say: what was asked and how it was settled, and nothing of who it was."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from assistant.cases.known import Known, known_of
from assistant.cases.redact import Public, Redaction
from assistant.customers import repository as customers
from assistant.customers.models import Customer
from assistant.database import read_scope
from channels.services import Services

NOTHING = Public(frozenset(), frozenset())


def redact(house: Services, text: str, *known: Known, language: str = "ja",
           public: Public = NOTHING) -> str:  # fmt: skip
    return Redaction(known, public, house.catalogue, language)(text)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("鈴木と申します。よろしくお願いします。", "鈴木"),
        ("うちのレオくんが吐きました", "レオ"),
        ("電話は090-1234-5678です", "1234"),
        ("電話は090-1234-5678です", "090"),
        ("電話は０９０−１２３４−５６７８です", "5678"),
        ("電話は 03(1234)5678 まで", "5678"),
        ("taro.suzuki+pet@mail.example へ送ってください", "suzuki"),
        ("〒150-0001 東京都渋谷区神宮前1-2-3 メゾン201号室です", "神宮前"),
        ("大阪市北区梅田2丁目4番地に引っ越しました", "梅田"),
        ("会員番号はA-0012345です", "0012345"),
        ("2026年3月14日の14時30分に伺います", "14"),
        ("3月14日は行けません", "14日"),
        ("明日の10:30にお願いします", "10:30"),
        ("うちの子は12歳で4.5kgです", "4.5"),
        ("猫が3匹います", "3匹"),
        ("https://my.example/orders/88231 の件", "88231"),
        ("カード番号は4111 1111 1111 1111です", "1111"),
    ],
)
def test_what_has_the_form_of_a_fact_is_taken_out_in_japanese(
    house: Services, text: str, gone: str
) -> None:
    done = redact(house, text)
    assert gone not in done
    assert "〔" in done


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("My name is Emily Carter and I have a question", "Carter"),
        ("Please ask Mr. Brown about it", "Brown"),
        ("Our dog Biscuit was sick", "Biscuit"),
        ("Call me at +44 20 7946 0958 please", "7946"),
        ("I live at 221 Baker Street", "Baker"),
        ("We came on March 14th, 2026 at 2:30 pm", "14"),
        ("She is a 3-year-old and weighs 4 kg", "3-year"),
        ("Order 4471 has not arrived", "4471"),
    ],
)
def test_what_has_the_form_of_a_fact_is_taken_out_in_english(
    house: Services, text: str, gone: str
) -> None:
    done = redact(house, text, language="en")
    assert gone not in done
    assert "[" in done


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ワクチンのあと元気がありません。2回目も同じですか", "ja"),
        ("お客様のペットについて獣医さんに聞きました", "ja"),
        ("How often should I brush a dog with long hair? Twice a week?", "en"),
    ],
)
def test_what_tells_nothing_of_anybody_stays(house: Services, text: str, language: str) -> None:
    assert redact(house, text, language=language) == text


def test_numbers_and_names_that_every_article_has_stay(stocked: Services) -> None:
    public = Public.of(stocked.library.passages())
    done = redact(stocked, "初診料は3,300円で、お預かりは5555番です。", public=public)
    assert "3,300円" in done or "3,300" not in public.numbers
    assert "5555" not in done


def test_a_public_number_that_is_the_customers_goes(house: Services) -> None:
    public = Public(frozenset(), frozenset({"1240"}))
    assert "1,240" in redact(house, "残高は1,240ポイントです", public=public)
    own = Known("1240", "customer.points")
    assert "1,240" not in redact(house, "残高は1,240ポイントです", own, public=public)


def test_what_was_taken_out_is_named(house: Services) -> None:
    known = [Known("モカ", "name"), Known("トイプードル", "pet.breed")]
    assert redact(house, "モカはトイプードルです", *known) == "〔お名前〕は〔犬種・猫種〕です"
    english = redact(house, "Mocha is a toy poodle", Known("toy poodle", "pet.breed"),
                     Known("Mocha", "name"), language="en")  # fmt: skip
    assert english == "[name] is a [breed]"


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)
    elif not isinstance(value, bool) and value is not None:
        yield str(value)


def facts_of(session: Session, customer: Customer, house: Services) -> list[str]:
    """Every value of the customer's rows that is not a choice of all customers."""
    choices = {"dog", "cat", "small", "medium", "large", "female", "male", "member", "prospect",
               "standard", "premium", "none", "checkup", "vaccination", "grooming", "surgery",
               "hotel", "follow_up"}  # fmt: skip
    number = customers.identity(customer)
    found = [customer.name, *customer.name.split(), customer.external_id or ""]
    found += leaves(customer.attributes)
    found += [point.address for point in customers.contact_points(session, number)]
    for asset in customers.assets(session, number):
        found += [asset.name, asset.external_id or "", *leaves(asset.attributes)]
    for event in customers.events(session, number):
        found += [event.external_id or "", *leaves(event.attributes)]
        local = event.at.astimezone(house.company.time_zone)
        found += [f"{local:%Y-%m-%d}", f"{local:%H:%M}"]
    return [one for one in found if len(one) > 1 and one not in choices]


def said(fact: str) -> list[str]:
    """The fact as a person would write it."""
    forms = [fact, unicodedata.normalize("NFKC", fact)]
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", fact):
        day = date.fromisoformat(fact)
        forms += [f"{day.year}年{day.month}月{day.day}日", f"{day.month}月{day.day}日",
                  f"{day:%B} {day.day}, {day.year}", f"{day.month}/{day.day}"]  # fmt: skip
    if fact.isdigit():
        forms.append(f"{int(fact):,}")
    return forms


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_fact_of_a_customer_is_left_however_it_was_said(
    stocked: Services, language: str
) -> None:
    public = Public.of(stocked.library.passages())
    frame = "{}の件です。{}、{}。" if language == "ja" else "It is about {}, and {} and {} too."
    checked = 0
    with read_scope(stocked.engine) as session:
        for customer in session.exec(select(Customer)).all():
            known = known_of(session, customers.identity(customer), stocked.catalogue,
                             stocked.company)  # fmt: skip
            redaction = Redaction(known, public, stocked.catalogue, language)
            facts = facts_of(session, customer, stocked)
            for fact in facts:
                for form in said(fact):
                    done = redaction(frame.format(form, fact, form))
                    assert form.lower() not in done.lower(), (form, done)
                    assert fact.lower() not in done.lower(), (fact, done)
                    checked += 1
    assert checked > 60
