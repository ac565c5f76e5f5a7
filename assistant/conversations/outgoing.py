"""What a door is asked to send."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Outgoing:
    """A claimed message of the outbox, with all that a door needs to send it.

    `external_id` stays the same over all attempts, so that the other side can tell a repetition.
    `thread` are the ids of the conversation's earlier messages in that channel, oldest first;
    `answers` is the one that this message replies to and `answered_text` what stands in it.
    `name` is the customer's, empty unless they are verified. `automatic`: no person wrote it.
    `claim` proves that it is ours to send.
    """

    entry_id: int
    message_id: int
    conversation_id: int
    external_id: str
    channel: str
    address: str
    name: str
    subject: str
    text: str
    language: str
    automatic: bool
    answers: str | None
    thread: tuple[str, ...]
    citations: tuple[dict[str, Any], ...]
    written_at: datetime
    attempt: int
    claim: str = ""
    answered_text: str = ""
