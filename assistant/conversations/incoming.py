"""What a door hands in: one message in our words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assistant.customers.tier import Tier


@dataclass(frozen=True)
class IncomingMessage:
    """A message from a customer, as a door understood it.

    `address` is where it came from in that channel, `external_id` what makes it unique there.
    `tier` is what the door has proven of the sender. `customer_external_id` may be set only where
    the company's own signature names the customer. `replies_to` are the ids of earlier messages
    that it answers, nearest first. `digest` tells two messages apart that have the same id; empty
    where ids can be trusted.
    """

    channel: str
    address: str
    external_id: str
    text: str
    sent_at: datetime
    tier: Tier = Tier.ANONYMOUS
    customer_external_id: str | None = None
    sender_name: str = ""
    subject: str = ""
    language: str = ""
    replies_to: tuple[str, ...] = ()
    digest: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Received:
    """Where the message is now, and by what its conversation was found (`thread`).

    `duplicate`: a message with this id had been received before; nothing happened. `same`: it was
    this very message, or there was none.
    """

    conversation_id: int
    sequence: int
    duplicate: bool = False
    same: bool = True
    thread: str = ""
