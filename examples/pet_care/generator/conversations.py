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
from generator.scripts import Library, Script, Turn, fill, load_library
from generator.slots import Scene, slots
from generator.voices import Stage, assistant_text, customer_text, operator_text, phone_greeting

ATTEMPTS = 8


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

    def write_for(self, rng: Random, customer: Customer) -> None:
        """Give the customer conversations, oldest first, and the to-dos that follow from them."""
        wanted = max(len(customer.scripts), how_many(rng, customer))
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
        """Write the script for the customer; False where it does not fit or nothing new came out."""
        if customer.bereaved and script.tone == "grief" and lost(customer) >= 2:
            return False
        possible = scenes(rng, self.house, script, customer, self.today)
        rng.shuffle(possible)
        busy = {conversation.messages[0].at.date() for conversation in customer.conversations}
        for scene in [scene for scene in possible if scene.day not in busy][:ATTEMPTS]:
            conversation, todo = self.perform(rng, library, script, scene)
            words = "\n".join(message.text for message in conversation.messages)
            if words in self.seen or conversation.messages[-1].at.date() >= self.today:
                continue
            self.seen.add(words)
            self.used[script.id] += 1
            customer.conversations.append(conversation)
            customer.todos += [todo] if todo else []
            return True
        return False

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
            slots=slots(rng, self.house, scene, operator),
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
        turns = kept(rng, stage.script.turns)
        last = max((i for i, turn in enumerate(turns) if turn.who == "o"), default=-1)
        heard: set[str] = set()
        rows: list[Message] = []
        moment = start_time(rng, stage, scene.day)
        if stage.channel == "phone":
            login = stage.operator.login
            rows.append(Message("operator", phone_greeting(rng, stage), moment, login))
        for index, turn in enumerate(turns):
            if rows:
                moment = later(rng, stage.channel, turn.who, moment)
            first = turn.who not in heard
            heard.add(turn.who)
            rows.append(message(rng, stage, turn, moment, first=first, last=index == last))
        return tuple(rows)

    def todo(self, rng: Random, stage: Stage, day: date) -> Todo | None:
        """What the script leaves to do; long past ones are nearly all done."""
        plan = stage.script.todo
        if plan is None:
            return None
        due = day + timedelta(days=plan["days"])
        done = due < self.today and rng.random() < 0.93
        owner = None if rng.random() < 0.15 and not done else stage.operator.login
        title = fill(rng, plan["title"], stage.slots)
        return Todo(title, due, "done" if done else "open", owner)


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
    able = {"web_chat": True, "email": bool(customer.email), "phone": bool(customer.phone)}
    open_ones = [channel for channel in script.channels if able[channel]] or ["web_chat"]
    if customer.preferred_channel in open_ones and rng.random() < 0.6:
        return customer.preferred_channel
    return rng.choice(open_ones)


def kept(rng: Random, turns: tuple[Turn, ...]) -> list[Turn]:
    """The turns up to the first optional one that is left out."""
    rows: list[Turn] = []
    for turn in turns:
        if turn.optional and rng.random() < 0.35:
            break
        rows.append(turn)
    return rows


def message(
    rng: Random, stage: Stage, turn: Turn, moment: datetime, *, first: bool, last: bool
) -> Message:
    """One turn as a message of its author."""
    if turn.who == "c":
        return Message("customer", customer_text(rng, stage, turn, first=first), moment)
    if turn.who == "a":
        return Message("assistant", assistant_text(rng, stage, turn, first=first), moment)
    if turn.who == "s":
        text = fill(rng, turn.for_writer(""), stage.slots)
        return Message("operator", text, moment, "nakamura")
    text = operator_text(rng, stage, turn, first=first, last=last)
    return Message("operator", text, moment, stage.operator.login)


def start_time(rng: Random, stage: Stage, day: date) -> datetime:
    """Mails come at any hour; chats and calls while the support centre is open."""
    hours = (6, 23) if stage.channel == "email" else (9, 17)
    return at(day, f"{rng.randint(*hours)}:{rng.randint(0, 59):02d}")


def later(rng: Random, channel: str, who: str, moment: datetime) -> datetime:
    """When the next message came: seconds on the phone, minutes in a chat, hours by mail."""
    if channel == "phone":
        return moment + timedelta(seconds=rng.randint(5, 50))
    if channel == "web_chat":
        quick = (4, 12) if who == "a" else (35, 260)
        return moment + timedelta(seconds=rng.randint(*quick))
    moment += timedelta(minutes=rng.randint(18, 240))
    return within_support_hours(moment, rng) if who in ("o", "s") else moment
