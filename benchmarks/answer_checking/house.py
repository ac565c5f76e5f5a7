"""The sample company with invented customers: sections as they may read them, and their grounds."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlmodel import select

from assistant.customers.facts import Profile
from assistant.customers.models import Customer
from assistant.customers.profile import load_profile
from assistant.customers.tier import Tier
from assistant.database import read_scope
from assistant.engine.audience import Audience
from assistant.engine.checking import Grounds
from assistant.engine.personalize import Personal, Personalize
from assistant.engine.statable import statable
from assistant.engine.template import CannotRender
from assistant.engine.turn import Turn
from assistant.importing import import_customers
from assistant.settings import load_settings
from channels.services import Services, open_services
from knowledge.articles.passages import sections
from knowledge.articles.readers import read_articles

PET_CARE = Path(__file__).resolve().parents[2] / "examples" / "pet_care"
TODAY = date(2026, 11, 1)
NOW = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """A section of an article, as the engine's passages have it."""

    article: str
    position: int
    title: str
    heading: str
    template: str
    audience: str
    language: str


@dataclass(frozen=True)
class Answer:
    """A section as one customer may read it."""

    text: str
    language: str
    place: Place
    grounds: Grounds


class House:
    """Opens the company in a folder of its own; `close` removes it."""

    def __init__(self, customers: int = 40) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="yorisoi-bench-"))
        self._services = self._opened(customers)
        writer = self._services.assistant._writer
        self._personalize = Personalize(self._services.catalogue, self._services.templates,
                                        self._services.company.species, writer.filters)  # fmt: skip
        self._audience = Audience(self._services.templates)
        self.places = [
            Place(article.article_id, section.position, article.title, section.heading,
                  section.template, article.audience, article.language)
            for article in read_articles(PET_CARE / "articles")
            for section in sections(article.body)
        ]  # fmt: skip

    def _opened(self, customers: int) -> Services:
        (self._home / "company").mkdir(parents=True)
        for path in PET_CARE.glob("*.yaml"):
            shutil.copy(path, self._home / "company")
        subprocess.run(
            [sys.executable, "generate.py", "--out", str(self._home), "--today", str(TODAY),
             "--customers", str(customers)],
            cwd=PET_CARE, check=True, capture_output=True,
        )  # fmt: skip
        services = open_services(load_settings(self._home), lambda: NOW)
        import_customers(services.engine, self._home / "customers.jsonl",
                         services.library.embedder, services.clock)  # fmt: skip
        return services

    def close(self) -> None:
        self._services.engine.dispose()
        shutil.rmtree(self._home, ignore_errors=True)

    def profiles(self) -> Iterator[tuple[str, Profile]]:
        """The language and the profile of everybody, and of somebody unknown in both."""
        for language in ("ja", "en"):
            yield language, self._profile(None)
        with read_scope(self._services.engine) as session:
            people = [(one.id, one.language) for one in session.exec(select(Customer))]
        for number, language in people:
            yield language, self._profile(number)

    def unknown(self) -> Profile:
        """The profile of somebody of whom nothing is known."""
        return self._profile(None)

    def _profile(self, number: int | None) -> Profile:
        tier = Tier.ANONYMOUS if number is None else Tier.VERIFIED
        with read_scope(self._services.engine) as session:
            return load_profile(session, number, tier, self._services.catalogue,
                                self._services.company, NOW)  # fmt: skip

    def answer(self, place: Place, profile: Profile) -> Answer | None:
        """The section for this customer; None where it is not for them."""
        if not self._audience.includes(place.audience, profile):
            return None
        turn = Turn([place.heading], "web_chat", place.language, profile, NOW)
        try:
            personal: Personal = self._personalize(place.template, profile, "", place.language)
        except CannotRender:
            return None
        grounds = statable(turn, place.language, self._services.company, [(place, personal)])
        return Answer(personal.text, place.language, place, grounds)

    def answers(self) -> list[Answer]:
        """Every section in every reading that differs, for the customers of its language."""
        found: dict[str, Answer] = {}
        for language, profile in self.profiles():
            for place in self.places:
                if place.language == language:
                    answer = self.answer(place, profile)
                    if answer is not None and answer.text:
                        found.setdefault(answer.text, answer)
        return list(found.values())
