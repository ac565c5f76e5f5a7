"""Past conversations: scripts put together into what this customer and we wrote."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from generator.casting import operator_for, scenes
from generator.days import at, within_support_hours
from generator.house import House
from generator.model import Conversation, Customer, Message, Operator, Todo
from generator.scripts import Library, Script, fill, load_library
from generator.slots import Scene, slots
from generator.voices import (
    Stage,
    assistant_text,
    bodies,
    customer_text,
    operator_text,
    phone_greeting,
)

ATTEMPTS = 8
SUPERVISOR = "nakamura"


class Archive:
    """Writes conversations and sees to it that no two are the same and no script is worn out."""

    def __init__(self, house: House, staff: list[Operator], folder: Path, today: date) -> None:
        self.house = house
        self.staff = staff
        self.today = today
        self.libraries: dict[str, Library] = {
            language: load_library(folder, language) for language in ("ja", "en")
        }
        self.used: Counter[str] = Counter()
        self.seen: set[str] = set()
        self.told: set[tuple[int, str]] = set()

    def write_for(self, rng: Random, customer: Customer) -> None:
        """Give the customer conversations, oldest first, and the to-dos that follow from them."""
        wanted = len(customer.scripts) or how_many(rng, customer)
        library = self.libraries[customer.language]
        for script in self.ranked(rng, library, customer):
            if len(customer.conversations) >= wanted:
                break
            self.play(rng, library, script, customer)
        customer.conversations.sort(key=lambda conversation: conversation.messages[0].at)

    def ranked(self, rng: Random, library: Library, customer: Customer) -> list[Script]:
        """The persona's own scripts first, then grief after a loss, then the least used ones."""
        order = {script.id: rng.random() for script in library.scripts}

        def rank(script: Script) -> tuple[bool, bool, int, float]:
            own = script.id in customer.scripts
            grief = script.tone == "grief" and customer.bereaved
            return not own, not grief, self.used[script.id], order[script.id]

        return sorted(library.scripts, key=rank)

    def play(self, rng: Random, library: Library, script: Script, customer: Customer) -> bool:
        """Write the script for the customer; False where it does not fit or says nothing new."""
        group = (customer.number, script.needs.get("apart", script.id))
        if group in self.told or (script.tone == "grief" and lost(customer) >= 2):
            return False
        possible = scenes(rng, self.house, script, customer, self.today)
        possible.sort(key=lambda scene: self.freshness(rng, scene))
        busy = {
            message.at.date()
            for conversation in customer.conversations
            for message in conversation.messages
        }
        for scene in [scene for scene in possible if scene.day not in busy][:ATTEMPTS]:
            conversation, todo = self.perform(rng, library, script, scene)
            words = "\n".join(message.text for message in conversation.messages)
            if words in self.seen or conversation.messages[-1].at.date() >= self.today:
                continue
            self.seen.add(words)
            self.used[script.id] += 1
            self.told.add(group)
            customer.conversations.append(conversation)
            customer.todos += [todo] if todo else []
            return True
        return False

    def freshness(self, rng: Random, scene: Scene) -> float:
        """A rank that prefers the more recent; a persona's story is told from its end."""
        ago = (self.today - scene.day).days
        return ago if scene.customer.scripts else rng.random() * (ago + 40)

    def perform(
        self, rng: Random, library: Library, script: Script, scene: Scene
    ) -> tuple[Conversation, Todo | None]:
        """One conversation in full, with the to-do that it leaves behind."""
        operator = operator_for(rng, script, self.staff, scene.day)
        channel = channel_for(rng, script, scene.customer)
        stage = Stage(
            script=script,
            channel=channel,
            voices=library.voices,
            slots=slots(rng, self.house, scene, operator) | city_office(library, scene),
            voice=scene.customer.voice,
            operator=operator,
            has_pet=scene.pet is not None,
        )
        messages = self.messages(rng, stage, scene)
        subject = fill(rng, script.subject, stage.slots) if channel == "email" else None
        conversation = Conversation(script.id, channel, subject, script.tags, messages)
        return conversation, self.todo(rng, stage, scene.day)

    def messages(self, rng: Random, stage: Stage, scene: Scene) -> tuple[Message, ...]:
        """The turns that are kept, each with its author, text and time."""
        turns = bodies(rng, stage)
        last = max((i for i, (turn, _) in enumerate(turns) if turn.who == "o"), default=-1)
        heard: set[str] = set()
        rows: list[Message] = []
        moment = start_time(rng, stage, scene)
        if stage.channel == "phone":
            login = stage.operator.login
            rows.append(Message("operator", phone_greeting(rng, stage), moment, login))
        for index, (turn, body) in enumerate(turns):
            if rows:
                moment = later(rng, stage.channel, turn.who, moment)
            first = turn.who not in heard
            heard.add(turn.who)
            author, operator, text = said(
                rng, stage, turn.who, body, first=first, last=index == last
            )
            rows.append(Message(author, text, moment, operator))
        return tuple(rows)

    def todo(self, rng: Random, stage: Stage, day: date) -> Todo | None:
        """What the script leaves to do; long past ones are nearly all done."""
        plan = stage.script.todo
        if plan is None:
            return None
        due = day + timedelta(days=plan["days"])
        late = (self.today - due).days
        done = late > 21 or (late > 0 and rng.random() < 0.9)
        owner = None if rng.random() < 0.15 and not done else stage.operator.login
        title = fill(rng, plan["title"], stage.slots)
        return Todo(title, due, "done" if done else "open", owner)


def city_office(library: Library, scene: Scene) -> dict[str, str]:
    """What the city office must be told about this pet, if there is one."""
    words: dict[str, str] = library.voices["city_office"]
    return {"city_office": words[scene.pet.species]} if scene.pet else {}


def how_many(rng: Random, customer: Customer) -> int:
    """Prospects wrote once or never, the others once to four times."""
    if customer.status == "prospect":
        return int(rng.random() < 0.45)
    return rng.choices([1, 2, 3, 4], [38, 35, 19, 8])[0] + int(customer.bereaved)


def lost(customer: Customer) -> int:
    """How many conversations about the loss there are already."""
    return sum("loss" in conversation.tags for conversation in customer.conversations)


def channel_for(rng: Random, script: Script, customer: Customer) -> str:
    """The preferred channel where the script allows it, else another that reaches the customer."""
    spoken = all(turn.who != "a" for turn in script.turns)
    able = {
        "web_chat": True,
        "email": bool(customer.email),
        "phone": bool(customer.phone) and spoken,
    }
    open_ones = [channel for channel in script.channels if able[channel]] or ["web_chat"]
    if customer.preferred_channel in open_ones and rng.random() < 0.6:
        return customer.preferred_channel
    return rng.choice(open_ones)


def said(
    rng: Random, stage: Stage, who: str, body: str, *, first: bool, last: bool
) -> tuple[str, str | None, str]:
    """Author, operator's login and full text of a message with these words."""
    if who == "c":
        return "customer", None, customer_text(rng, stage, body, first=first)
    if who == "a":
        return "assistant", None, assistant_text(rng, stage, body, first=first)
    if who == "s":
        return "operator", SUPERVISOR, body
    text = operator_text(rng, stage, body, first=first, last=last)
    return "operator", stage.operator.login, text


def start_time(rng: Random, stage: Stage, scene: Scene) -> datetime:
    """Mails come at any hour; chats and calls while the support centre is open.

    What is said on the day of the event comes before it where the script says so, else after it.
    """
    when = stage.script.when
    if scene.event and scene.event.day == scene.day and scene.event.kind != "death":
        before = when.get("before") or when.get("days", (0, 0))[0] < 0
        minutes = -rng.randint(20, 50) if before else rng.randint(60, 110)
        return scene.event.at + timedelta(minutes=minutes)
    hours = (6, 23) if stage.channel == "email" else (9, 17)
    return at(scene.day, f"{rng.randint(*hours)}:{rng.randint(0, 59):02d}")


def later(rng: Random, channel: str, who: str, moment: datetime) -> datetime:
    """When the next message came: seconds on the phone, minutes in a chat, hours by mail."""
    if channel == "phone":
        return moment + timedelta(seconds=rng.randint(5, 50))
    if channel == "web_chat":
        quick = (4, 12) if who == "a" else (35, 260)
        return moment + timedelta(seconds=rng.randint(*quick))
    moment += timedelta(minutes=2 if who == "a" else rng.randint(18, 240))
    return within_support_hours(moment, rng) if who in ("o", "s") else moment
