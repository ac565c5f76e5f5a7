"""Split, join and undo as an operator does them."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from assistant.customers.tier import Tier
from channels.services import Services

ADDRESS = "misaki.sato@mail.example"


@pytest.fixture
def mail(write: Callable[..., Any]) -> Callable[..., int]:
    def written(number: int, text: str, *answers: int, address: str = ADDRESS) -> int:
        return int(write(
            text, channel="email", address=address, tier=Tier.CLAIMED, subject=f"件名{number}",
            external_id=f"{number}@mail.example",
            replies_to=tuple(f"{one}@mail.example" for one in answers),
        ).conversation_id)

    return written


def said(page: str) -> list[str]:
    return [text.strip() for text in
            re.findall(r'<div class="message-text prose"[^>]*>(.*?)</div>', page, re.S)]


def test_a_message_is_split_off_and_the_split_undone(mori: Any, mail: Any) -> None:
    first = mail(1, "料金を教えてください")
    mail(2, "別件です", 1)
    page = mori.get(f"/console/conversations/{first}")
    assert page.count("/split") == 2
    after = mori.post(f"/console/conversations/{first}/split", sequence=2)
    assert said(after) == ["料金を教えてください"]
    assert "に分割しました" in after
    number = re.search(r'name="regrouping" value="(\d+)"', after)[1]
    deed = after.partition("regroup-deed")[2]
    split_off = int(re.search(r'<a href="/console/conversations/(\d+)', deed)[1])
    assert said(mori.get(f"/console/conversations/{split_off}")) == ["別件です"]
    back = mori.post(f"/console/conversations/{split_off}/undo", regrouping=number)
    assert said(back) == ["料金を教えてください", "別件です"]


def test_another_conversation_is_joined_and_its_old_address_leads_here(
    mori: Any, mail: Any
) -> None:
    first, second = mail(1, "一"), mail(2, "二")
    assert f'<option value="{second}">' in mori.get(f"/console/conversations/{first}")
    joined = mori.post(f"/console/conversations/{first}/join", other=second)
    assert said(joined) == ["一", "二"]
    assert f"{second}番をここに結合" in joined
    assert said(mori.get(f"/console/conversations/{second}")) == ["一", "二"]


def test_a_refusal_is_said_in_the_operators_language_and_changes_nothing(
    mori: Any, mail: Any
) -> None:
    first, other = mail(1, "一"), mail(2, "二", address="emily.carter@mail.example")
    refused = mori.post(f"/console/conversations/{first}/join", 409, other=other)
    assert "同じお客様の会話だけ" in refused
    assert "のメッセージが残りません" in mori.post(
        f"/console/conversations/{first}/split", 409, sequence=1)
    assert said(mori.get(f"/console/conversations/{other}")) == ["二"]


def test_a_chat_is_neither_split_nor_joined(mori: Any, write: Any, services: Services) -> None:
    number = write("一").conversation_id
    write("二")
    page = mori.get(f"/console/conversations/{number}")
    assert "/split" not in page
    assert "/join" not in page
