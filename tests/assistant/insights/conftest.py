import pytest

from assistant.conversations.incoming import IncomingMessage
from assistant.customers.tier import Tier


@pytest.fixture
def ask(stocked, work, clock):
    """Lets somebody write and answers them: ask("text", address="browser-2")."""
    count = iter(range(1, 1_000))

    def write(text: str, address: str = "browser-1") -> int:
        number = next(count)
        received = stocked.inbox.receive(IncomingMessage(
            text=text, channel="web_chat", address=address, tier=Tier.ANONYMOUS, language="ja",
            external_id=f"in-{number}", sent_at=clock(),
        ))
        work()
        return received.conversation_id

    return write
