"""What is recognized as personal in texts that a language model is to read."""

import pytest

from assistant.customers.facts import AssetFacts, Profile
from assistant.customers.tier import Tier
from assistant.personal import PersonalWords
from channels.services import Services


@pytest.fixture
def words(stocked: Services) -> PersonalWords:
    return PersonalWords(stocked.library, stocked.catalogue)


def test_names_of_the_profile_are_known_in_every_form(words: PersonalWords) -> None:
    profile = Profile(
        Tier.VERIFIED, {"customer.name": "佐藤 美咲", "next_appointment.pet_name": "ココ"},
        (AssetFacts(1, {"pet.name": "モカ", "pet.condition": "糖尿病", "pet.breed": "柴犬"}, {}),),
    )
    known = dict(words.known(profile))
    assert {"佐藤 美咲", "佐藤美咲", "佐藤", "美咲", "モカ", "ココ", "さとう"} <= set(known)
    assert known["糖尿病"] == "detail"
    assert "柴犬" not in known


def test_the_longest_form_comes_first(words: PersonalWords) -> None:
    profile = Profile(Tier.VERIFIED, {"customer.name": "佐藤 美咲"})
    known = [text for text, _ in words.known(profile)]
    assert known == sorted(known, key=len, reverse=True)


def test_the_pieces_are_the_whole_text(words: PersonalWords) -> None:
    text = "田中と申します。犬のワクチンは11月29日ですか?電話は090-1234-5678です。"
    pieces = list(words.pieces(text, "ja", ()))
    assert "".join(piece for piece, _ in pieces) == text
    kinds = dict(pieces)
    assert (kinds["田中"], kinds["090-1234-5678"], kinds["11月29日"]) == ("name", "phone", "date")


def test_a_card_is_one_piece(words: PersonalWords) -> None:
    assert ("4111 1111 1111 1111", "card") in words.pieces("番号 4111 1111 1111 1111", "ja", ())


def test_numbers_that_every_article_has_are_nobodys(words: PersonalWords) -> None:
    pieces = list(words.pieces("初診料は1,650円、注文は88231ですか", "ja", ()))
    assert ("88231", "number") in pieces
    assert ("1,650", "number") not in pieces
