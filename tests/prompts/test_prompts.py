"""Every text exists in both languages and renders with what it names."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError

from assistant.engine.turn import Citation
from knowledge.health.check import KINDS
from prompts import LANGUAGES, names, say
from prompts.wording import age, filters, honorific, listed, money, when

TOKYO = ZoneInfo("Asia/Tokyo")
VALUES: dict[str, Any] = {
    "parts": ["本文"], "citations": [Citation("a", 1, "ja", 1, "題", "見出し", "https://x.example/")],
    "name": "佐藤様", "company": "ハルノワ", "assistant_name": "相談窓口", "phone": "0120",
    "line": "行",
    "support_email": "a@x.example", "hours": "只今",
    "emergency_phone": "03", "emergency_name": "夜間", "advice": "安静", "error": "550",
    "is_open": False,
    "next_opening": "9時", "title": "題", "percent": 80, "needed": 70, "topic": "t", "asked": "?",
    "reason": "r", "closest": "c", "before": 2, "tier": "claimed",
    "signature": "", "confirm_link": "https://x.example/c", "rule": "cap_of_address",
    "quote": "?", "other_quote": "!", "value": "1", "other_value": "2", "day": "2026-01-01",
    "other_day": "2026-02-01", "shared": "80", "terms": "t", "questions": 2, "missing": "en",
    "channel": "email", "begin": "<<m", "end": "m>>", "passages": ["本文"], "facts": ["題"],
    "earlier": ["行"], "message": "本文",
    "where": "a", "other_where": "b", "near": "c", "due": "9時", "late": False, "text": "本文",
    "general": "題", "kind": "amount",
}
CODES = {
    "reason": ("sure", "unsure", "no_answer", "emergency", "sensitive", "record", "bereavement",
               "sensitive_article", "not_answered", "person", "complaint", "small_talk", "unproven",
               "failed", "empty", "partly", "paused", "schedule", "owed"),
    "fact_reason": ("changes_answer", "from_question", "tier", "unknown", "no_change"),
    "summary": ("emergency", "unsure"),
    "health_found": KINDS,
    "health_advice": KINDS,
}


def test_both_languages_have_the_same_texts() -> None:
    assert names("ja") == names("en") != set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(names("ja")))
def test_every_text_renders(name: str, language: str) -> None:
    for code in CODES.get(name, ("",)):
        text = say(name, language, **VALUES, code=code)
        assert text
        assert "{{" not in text
        ours = r"本文|題|見出し|佐藤様|ハルノワ|相談窓口|行|只今|9時|夜間|安静"
        japanese = re.sub(ours, "", text)
        assert bool(re.search(r"[ぁ-んァ-ン]", japanese)) is (language == "ja") or name in (
            "chat_answer", "phone_answer"
        )


def test_a_missing_value_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(UndefinedError):
        say("emergency", "ja", hours="")


@pytest.mark.parametrize(
    ("say_it", "ja", "en"),
    [(lambda lang: when(date(2026, 12, 3), lang, TOKYO), "12月3日（木）", "Thursday 3 December"),
     (lambda lang: when(datetime(2026, 12, 3, 5, 30, tzinfo=UTC), lang, TOKYO),
      "12月3日（木）14時30分", "Thursday 3 December at 2:30 pm"),
     (lambda lang: when(datetime(2026, 12, 3, 1, 0, tzinfo=UTC), lang, TOKYO),
      "12月3日（木）10時", "Thursday 3 December at 10 am"),
     (lambda lang: when(date(2027, 7, 27), lang, TOKYO, date(2026, 11, 23)),
      "2027年7月27日", "27 July 2027"),
     (lambda lang: money(6600, lang), "6,600円", "¥6,600"),
     (lambda lang: age(27, lang), "2歳3か月", "2 years 3 months"),
     (lambda lang: age(1, lang), "1か月", "1 month"),
     (lambda lang: age(24, lang), "2歳", "2 years"),
     (lambda lang: listed(["A", "B"], lang), "AとB", "A and B")],
)
def test_dates_money_and_ages_are_said_in_the_readers_language(
    say_it: Callable[[str], str], ja: str, en: str
) -> None:
    assert (say_it("ja"), say_it("en")) == (ja, en)


@pytest.mark.parametrize(
    ("name", "ja"),
    [("佐藤 美咲", "佐藤様"), ("Emily Carter", "Emily Carter様"), ("田中　健一", "田中様")],
)
def test_a_name_has_its_honorific_in_japanese(name: str, ja: str) -> None:
    assert honorific(name, "ja") == ja
    assert honorific(name, "en") == name


def test_a_choice_is_said_in_the_companys_words() -> None:
    words = {"grooming": {"ja": "トリミング", "en": "grooming"}}
    assert filters("ja", TOKYO, words)["service"]("grooming") == "トリミング"
