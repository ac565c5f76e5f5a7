"""What the chat refuses, in one sentence, and goes on."""

import json
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from channels.web_chat.router import mount
from tests.channels.web_chat.conftest import Browser, Room, open_room


def test_a_message_that_is_too_long_is_refused_in_one_sentence(
    client: TestClient, room: Room
) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket)
        problem = browser.say("あ" * 4_001)
        assert browser.say("あ" * 4_000)["type"] == "stored"
    assert problem["code"] == "too_long"
    assert "4000文字以内" in problem["sentence"]
    assert len(room.messages()) == 1


# Always the same, so that each process of a test run collects the same tests.
MESSAGE_ID = "ba69978e-4cdc-458a-b37d-d5ce81a2e66e"


@pytest.mark.parametrize("raw", [
    "", "nonsense", "[]", "null", '"send"', "{}", '{"type": "send"}', '{"type": "steal"}',
    '{"type": "send", "id": "1", "text": "x"}', '{"type": "hello", "after": -1}', "[" * 5_000,
    json.dumps({"type": "send", "id": MESSAGE_ID, "text": ""}), "x" * 50_000,
])
def test_a_malformed_frame_gets_one_error_and_the_socket_stays(
    client: TestClient, raw: str
) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket)
        socket.send_text(raw)
        assert browser.next("error")["sentence"]
        assert browser.say("まだつながっています")["type"] == "stored"


def test_a_binary_frame_is_malformed(client: TestClient) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket)
        socket.send_bytes(b"\x00\xff")
        assert browser.next("error")["code"] == "malformed"


def test_characters_that_no_database_stores_do_no_harm(client: TestClient, room: Room) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        frame = {"type": "send", "id": MESSAGE_ID, "text": "a\0b\ud800"}
        browser = Browser(socket, page="https://shop.example/[?secret=1")
        socket.send_text(json.dumps(frame))
        browser.next("stored")
    assert room.messages()[0].text == "ab?"


def test_the_page_is_kept_without_its_query(client: TestClient, room: Room) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        Browser(socket, page="https://shop.example/cart?token=1#x").say("質問")
    assert room.messages()[0].details["page"] == "https://shop.example/cart"


def test_the_twenty_first_message_in_a_minute_has_to_wait(
    client: TestClient, room: Room
) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket)
        for number in range(20):
            assert browser.say(f"質問{number}")["type"] == "stored"
        problem = browser.say("もう一つ")
        room.seconds += 61
        assert browser.say("もう一つ")["type"] == "stored"
    assert (problem["code"], problem["retry_after"]) == ("too_many", 60)
    assert len(room.messages()) == 21


def test_a_page_of_another_origin_is_refused_if_origins_are_set(
    database: Engine, tmp_path: Path
) -> None:
    room = open_room(database, tmp_path, allowed_origins="https://shop.example, https://www.shop.example/")
    app = FastAPI()
    mount(app, room.chat)
    with TestClient(app) as client:
        for origin in ("https://shop.example", "https://www.shop.example"):
            with client.websocket_connect("/chat/socket", headers={"origin": origin}) as socket:
                assert Browser(socket).token
        for other in ({"origin": "https://evil.example"}, {"origin": "null"}, {}):
            with (
                client.websocket_connect("/chat/socket", headers=other) as socket,
                pytest.raises(WebSocketDisconnect) as caught,
            ):
                socket.receive_json()
            assert caught.value.code == 4403
