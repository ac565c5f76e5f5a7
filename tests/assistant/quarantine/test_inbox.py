"""Held mails through the inbox, as the doors see them."""

import pytest

from assistant.errors import NotFound
from assistant.quarantine.models import HeldMail
from channels.services import Services


def test_what_has_become_a_message_cannot_be_read_again(house: Services) -> None:
    raw = b"Subject: nobody"
    assert house.inbox.hold(HeldMail(digest="1", reason="unreadable", size=len(raw), raw=raw,
                                     at=house.clock()))
    assert house.inbox.held(1).raw == raw
    house.inbox.tried_again(1, 2, released=True)
    with pytest.raises(NotFound, match="has become a message"):
        house.inbox.held(1)
