"""What each page of the console is given: frozen data, all texts ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from channels.console.story_contexts import StoryShown


@dataclass(frozen=True)
class Frame:
    """What surrounds every page: who is signed in, and the token of their forms."""

    operator: str
    csrf: str
    section: str
    here: str
    other_language: str


@dataclass(frozen=True)
class SignInPage:
    """The sign-in form; `problem` says why the last attempt failed."""

    login: str
    onward: str
    problem: str
    other_language: str
    here: str


@dataclass(frozen=True)
class Queue:
    """A queue and how many conversations it holds."""

    key: str
    name: str
    count: str
    href: str
    selected: bool


@dataclass(frozen=True)
class Row:
    """One conversation in the list."""

    id: int
    href: str
    name: str
    channel: str
    channel_name: str
    excerpt: str
    speaker: str
    at: str
    moment: str
    waiting: str
    language: str
    badge: str
    badge_kind: str
    assignee: str
    selected: bool


@dataclass(frozen=True)
class Inbox:
    """The left column: the queues and one page of the chosen one."""

    queue: str
    queues: tuple[Queue, ...]
    rows: tuple[Row, ...]
    empty: str
    previous: str
    next: str


@dataclass(frozen=True)
class Source:
    """An article that an answer stands on; `link` is empty where it cannot be followed, `quote`
    is the part of it that answers."""

    title: str
    link: str
    quote: str


@dataclass(frozen=True)
class FactShown:
    """A fact that was used or withheld, and why."""

    label: str
    value: str
    reason: str


@dataclass(frozen=True)
class Remembered:
    """What this customer's own history recalled."""

    at: str
    kind: str
    text: str


@dataclass(frozen=True)
class Why:
    """Why the assistant answered so; `model` says what a language model had to do with it."""

    reason: str
    confidence: str
    percent: int
    level: str
    language: str
    sources: tuple[Source, ...]
    used: tuple[FactShown, ...]
    withheld: tuple[FactShown, ...]
    recalled: tuple[Remembered, ...]
    model: str = ""


@dataclass(frozen=True)
class FileShown:
    """A file that came with a mail, with what is dangerous or odd about it in words."""

    name: str
    kind: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class MessageShown:
    """One message; `kind` is customer, assistant, operator, note or system."""

    sequence: int
    kind: str
    speaker: str
    text: str
    language: str
    at: str
    moment: str
    delivery: str
    problem: str
    why: Why | None
    files: tuple[FileShown, ...] = ()
    notes: tuple[str, ...] = ()
    splittable: bool = False


@dataclass(frozen=True)
class Suggestion:
    """The reply that an operator may take; its text is empty where only the reason is known."""

    id: int
    text: str
    language: str
    why: Why


@dataclass(frozen=True)
class CaseShown:
    """What another customer asked and an operator answered, redacted."""

    asked: str
    answered: str
    language: str


@dataclass(frozen=True)
class Action:
    """A button of the conversation's head."""

    name: str
    label: str
    primary: bool = False


@dataclass(frozen=True)
class Joinable:
    """Another conversation of the customer that may be joined to this one."""

    id: int
    label: str


@dataclass(frozen=True)
class Regrouped:
    """What was split off or joined last, and the other conversation if it still is one."""

    id: int
    text: str
    href: str


@dataclass(frozen=True)
class Conversation:
    """The middle column."""

    id: int
    customer_id: int
    name: str
    channel: str
    channel_name: str
    subject: str
    status: str
    mode: str
    answering: str
    assignee: str
    tier: str
    tier_name: str
    tier_advice: str
    language: str
    handoff_reason: str
    handoff_summary: str
    emergency: bool
    actions: tuple[Action, ...]
    messages: tuple[MessageShown, ...]
    older: str
    seen: int
    suggestion: Suggestion | None
    preparing: str
    back: str
    joinable: tuple[Joinable, ...] = ()
    regrouped: Regrouped | None = None
    cases: tuple[CaseShown, ...] = ()


@dataclass(frozen=True)
class Editor:
    """What stands in the editor, and why a message was not sent."""

    text: str = ""
    suggestion_id: str = ""
    problem: str = ""


@dataclass(frozen=True)
class OpenConversation:
    """The regions beside the editor that change while somebody writes."""

    conversation: Conversation
    story: StoryShown


@dataclass(frozen=True)
class Workplace:
    """The whole inbox page; nothing is chosen where `conversation` is None."""

    inbox: Inbox
    conversation: Conversation | None = None
    story: StoryShown | None = None
    editor: Editor = field(default_factory=Editor)


@dataclass(frozen=True)
class Found:
    """A customer that a search has found."""

    href: str
    name: str
    number: str
    status: str
    language: str


@dataclass(frozen=True)
class SearchPage:
    """The search for customers; nothing was searched where the query is empty."""

    query: str
    found: Sequence[Found]


@dataclass(frozen=True)
class HeldRow:
    """A mail in quarantine; `again` is the word on the button that tries it."""

    id: int
    at: str
    moment: str
    sender: str
    subject: str
    reason: str
    detail: str
    size: str
    attempts: int
    again: str


@dataclass(frozen=True)
class QuarantinePage:
    """The newest mails that wait for a decision, and how many do in all; `said` is what became of
    the last one."""

    rows: Sequence[HeldRow]
    count: int
    may_download: bool
    said: str = ""
