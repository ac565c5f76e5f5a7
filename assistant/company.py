"""The company's own data: names, hours, shops, sensitive topics. Data, not code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from assistant.errors import BadConfiguration

KINDS = ("emergency", "sensitive", "record", "bereavement")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Topic:
    """A subject that a person must take; `kind` is one of KINDS."""

    id: str
    kind: str
    any: tuple[str, ...] = ()
    all: tuple[tuple[str, ...], ...] = ()
    unless: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    def label(self, language: str) -> str:
        """How the topic is called in words; its id if the company has not said."""
        return self.labels.get(language, self.id)


@dataclass(frozen=True)
class Company:
    """What the company says of itself; texts with two languages are mappings ja/en.

    `species` holds for each kind of asset the words by which a question tells it, `emergency` the
    name of the emergency line and the advice until somebody answers there. `mail_signature` is what
    stands below mails, by language; ours of names and addresses where it is empty.
    """

    name: Mapping[str, str]
    assistant_name: Mapping[str, str]
    time_zone: ZoneInfo
    default_language: str
    fields: Mapping[str, Any]
    shops: Mapping[str, Mapping[str, Any]]
    words: Mapping[str, Mapping[str, str]]
    opening_hours: Mapping[str, tuple[tuple[time, time], ...]]
    topics: tuple[Topic, ...]
    species: Mapping[str, tuple[str, ...]]
    emergency: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    mail_signature: Mapping[str, str] = field(default_factory=dict)

    def alternatives(self) -> tuple[Mapping[str, tuple[str, ...]], ...]:
        """Groups of words of which one may take another's place in a question: the kinds of asset,
        and the shops by their names in all languages."""
        shops = {
            shop: tuple({str(name) for name in data.get("name", {}).values()}
                        | {str(name).removesuffix("店") for name in data.get("name", {}).values()}
                        | {shop})
            for shop, data in self.shops.items()
        }
        return (self.species, shops)

    def is_open(self, now: datetime) -> bool:
        """Whether people of the support centre are there at this moment."""
        local = now.astimezone(self.time_zone)
        spans = self.opening_hours.get(WEEKDAYS[local.weekday()], ())
        return any(start <= local.time() < end for start, end in spans)

    def next_opening(self, now: datetime) -> datetime | None:
        """When people are there next, in the company's zone; None if never within a week."""
        local = now.astimezone(self.time_zone)
        for ahead in range(8):
            day = local + timedelta(days=ahead)
            for start, _ in self.opening_hours.get(WEEKDAYS[day.weekday()], ()):
                opening = day.replace(
                    hour=start.hour, minute=start.minute, second=0, microsecond=0
                )
                if opening > local:
                    return opening
        return None


def load_company(folder: Path) -> Company:
    """The company of this folder; raises BadConfiguration naming the file and the key."""
    path = folder / "company.yaml"
    data = read_yaml(path)
    try:
        return Company(
            name=data["name"],
            assistant_name=data.get("assistant_name", data["name"]),
            time_zone=ZoneInfo(data.get("time_zone", "Asia/Tokyo")),
            default_language=data.get("default_language", "ja"),
            fields={key: value for key, value in data.items() if _is_plain(key, value)},
            shops=data.get("shops", {}),
            words=data.get("words", {}),
            opening_hours={day: _spans(v) for day, v in data.get("opening_hours", {}).items()},
            topics=_topics(folder / "topics.yaml"),
            species=_species(folder / "glossary.yaml"),
            emergency=data.get("emergency", {}),
            mail_signature={language: str(text) for language, text in
                            data.get("mail_signature", {}).items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadConfiguration(f"{path} cannot be used: {error!r}; correct that entry.") from error


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; raises BadConfiguration if it is not there or not readable."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadConfiguration(
            f"{path} is not there; copy it from examples/pet_care and adapt it."
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        detail = " ".join(str(error).split())
        raise BadConfiguration(f"{path} cannot be read as YAML: {detail}.") from error
    if not isinstance(data, dict):
        raise BadConfiguration(f"{path} must hold a mapping of keys to values.")
    return data


def _is_plain(key: str, value: object) -> bool:
    return key == "name" or not isinstance(value, dict | list)


def _spans(values: Sequence[str]) -> tuple[tuple[time, time], ...]:
    spans = (value.split("-") for value in values)
    return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in spans)


def _topics(path: Path) -> tuple[Topic, ...]:
    if not path.exists():
        return ()
    listed = read_yaml(path).get("topics", [])
    for topic in listed:
        if topic.get("kind") not in KINDS:
            raise BadConfiguration(
                f"{path}: the topic {topic.get('id')!r} needs a kind: {', '.join(KINDS)}."
            )
    return tuple(
        Topic(
            id=topic["id"],
            kind=topic["kind"],
            any=tuple(topic.get("any", ())),
            all=tuple(tuple(group) for group in topic.get("all", ())),
            unless=tuple(topic.get("unless", ())),
            labels={language: topic[language] for language in ("ja", "en") if language in topic},
        )
        for topic in listed
    )


def _species(path: Path) -> dict[str, tuple[str, ...]]:
    if not path.exists():
        return {}
    species = read_yaml(path).get("species") or {}
    return {
        str(kind): tuple(str(word) for spellings in words.values() for word in spellings)
        for kind, words in species.items()
    }
