"""How the console says things to one operator: their language, the company's zone and words."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from assistant.company import Company
from assistant.conversations.regroup import CannotRegroup
from assistant.errors import NotFound, Refused, YorisoiError
from assistant.operators.sign_in import LockedOut, WrongPassword
from channels.pages.rendering import Pages
from prompts.wording import age, day_and_year, money, stamp, when

ROOM = Path(__file__).parent
_LINK = re.compile(r"^(https?://|/(?!/))")


class Wording:
    """Words, times and values as one operator reads them."""

    def __init__(self, pages: Pages, company: Company, language: str, now: datetime) -> None:
        self._words = pages.words(language)
        self._company = company
        self.language = language
        self.now = now

    def t(self, key: str, **values: object) -> str:
        """The word with this key; KeyError if there is none."""
        return self._words[key].format(**values) if values else self._words[key]

    def named(self, group: str, code: str) -> str:
        """The company's word for a code, else ours, else the code itself."""
        said = self._company.words.get(code, {}).get(self.language)
        return said or self._words.get(f"{group}.{code}", code)

    def knows(self, group: str, code: str) -> bool:
        """Whether there is a word of ours for this code."""
        return f"{group}.{code}" in self._words

    def shop(self, code: object) -> str:
        """The name of a place of the company's."""
        name = self._company.shops.get(str(code), {}).get("name", code)
        return str(name.get(self.language, code) if isinstance(name, Mapping) else name)

    def stamp(self, at: datetime) -> str:
        """A moment: the clock today, the day with its year else."""
        local = at.astimezone(self._company.time_zone)
        if local.date() == self.today:
            return f"{local:%H:%M}"
        return stamp(at, self.language, self._company.time_zone)

    def when(self, at: datetime) -> str:
        """A moment in words, as one says an appointment."""
        return when(at, self.language, self._company.time_zone)

    def day(self, at: datetime) -> str:
        """The day of a moment, with its year."""
        return day_and_year(at.astimezone(self._company.time_zone).date(), self.language)

    @property
    def today(self) -> date:
        """Today in the company's zone."""
        return self.now.astimezone(self._company.time_zone).date()

    def ago(self, since: datetime) -> str:
        """How long that is ago, in one unit."""
        minutes = max(0, int((self.now - since).total_seconds() // 60))
        if minutes < 1:
            return self.t("time.now")
        if minutes < 60:
            return self.t("time.minutes", n=minutes)
        if minutes < 48 * 60:
            return self.t("time.hours", n=minutes // 60)
        return self.t("time.days", n=minutes // (24 * 60))

    def value(self, kind: str, value: Any) -> str:
        """A fact's value by its type in the catalogue."""
        if kind == "flag":
            return self.t("value.yes" if value else "value.no")
        if kind == "date" and isinstance(value, str):
            return day_and_year(date.fromisoformat(value[:10]), self.language)
        if kind == "choice":
            return self.named("choice", str(value))
        return str(value)

    def age(self, months: int) -> str:
        """An age from whole months."""
        return age(months, self.language)

    def money(self, amount: object) -> str:
        """An amount of the company's money."""
        return money(amount, self.language)

    def error(self, error: YorisoiError) -> str:
        """A refusal in the operator's language; what has no words of its own stays as it is."""
        if isinstance(error, CannotRegroup):
            return self.t(f"regroup.cannot_{error.code}")
        if isinstance(error, Refused):
            return self.t("problem.newer")
        if isinstance(error, LockedOut):
            return self.t("problem.locked")
        if isinstance(error, WrongPassword):
            return self.t("problem.wrong_password")
        return self.t("problem.gone") if isinstance(error, NotFound) else error.sentence


def excerpt(text: str, length: int = 90) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text[: length * 4].split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def safe_link(link: str) -> str:
    """The link if it leads to a page of ours or to the web, else nothing."""
    return link if _LINK.match(link) else ""
