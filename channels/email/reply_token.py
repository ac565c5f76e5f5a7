"""Our reply token: how an answer finds its conversation again.

It stands in the Message-ID of what we send and, if the company's mail server knows such addresses,
in Reply-To. It holds the random id of the message and our signature of it, so it can be neither
guessed nor made; and it opens a conversation only to the address that takes part in it.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable

# The door gives each message that goes out an id of this shape (`Outgoing.external_id`).
OUTGOING = "out-"
SIGNATURE_BYTES = 10
ID_BYTES = 16


class ReplyTokens:
    """Writes our ids into mails and reads them back."""

    def __init__(self, secret: str, domain: str, reply_address: str = "") -> None:
        self._key = hashlib.sha256(f"reply token:{secret}".encode()).digest()
        self._domain = domain
        self._pattern = reply_address.lower()
        before, _, after = self._pattern.partition("{token}")
        self._address = re.compile(
            f"{re.escape(before)}([a-z2-7]{{42}}){re.escape(after)}" if reply_address else r"(?!)"
        )

    def message_id(self, external_id: str) -> str | None:
        """The Message-ID, without brackets, of a message of ours or of a customer; None if the
        customer's mail had none."""
        if external_id.startswith(OUTGOING):
            return f"{external_id}.{_word(self._signature(external_id))}@{self._domain}"
        is_id = "@" in external_id and not external_id.startswith("sha256-")
        return external_id.partition("#")[0] if is_id else None

    def reply_address(self, external_id: str) -> str | None:
        """The address to which an answer to this message goes; None if answers go to the usual
        one."""
        number = external_id.removeprefix(OUTGOING)
        if not self._pattern or not re.fullmatch(r"[0-9a-f]{32}", number):
            return None
        token = _word(bytes.fromhex(number) + self._signature(external_id))
        return self._pattern.replace("{token}", token)

    def external_ids(
        self, message_ids: Iterable[str], addresses: Iterable[str] = ()
    ) -> tuple[str, ...]:
        """What the house calls the messages that a mail answers, the nearest first: those named by
        the addresses that it went to, then those with these Message-IDs.

        An id that looks like ours and does not have our signature names nothing.
        """
        named = [self._of_address(address.lower()) for address in addresses]
        named += [self._of_message_id(message_id) for message_id in message_ids]
        return tuple(dict.fromkeys(one for one in named if one))

    def _of_message_id(self, message_id: str) -> str | None:
        local, _, domain = message_id.rpartition("@")
        if not (local.lower().startswith(OUTGOING) and domain.lower() == self._domain):
            return message_id
        external_id, _, word = local.lower().rpartition(".")
        good = hmac.compare_digest(word.encode(), _word(self._signature(external_id)).encode())
        return external_id if good else None

    def _of_address(self, address: str) -> str | None:
        found = self._address.fullmatch(address)
        if found is None:
            return None
        data = base64.b32decode(found[1].upper() + "=" * (-len(found[1]) % 8))
        external_id = f"{OUTGOING}{data[:ID_BYTES].hex()}"
        good = hmac.compare_digest(data[ID_BYTES:], self._signature(external_id))
        return external_id if good else None

    def _signature(self, external_id: str) -> bytes:
        return hmac.digest(self._key, external_id.encode(), "sha256")[:SIGNATURE_BYTES]


def _word(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()
