"""Conversations over the socket."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from assistant.conversations.models import Author, Message
from channels.web_chat.identity import sign_identity
from channels.web_chat.router import mount
from tests.channels.web_chat.conftest import Room, open_room


class Browser:
    """One socket, and the frames that came."""

    def __init__(self, socket: Any, **hello: Any) -> None:
        self.socket = socket
        self.token = ""
        self.socket.send_json({"type": "hello", "language": "ja", **hello})
        self.first = self.until("ready")
        self.token = next(f["visitor"] for f in self.first if f["type"] == "welcome")

    def until(self, kind: str) -> list[dict[str, Any]]:
        """All frames up to the next of this kind."""
        frames: list[dict[str, Any]] = []
        while not frames or frames[-1]["type"] != kind:
            frames.append(self.socket.receive_json())
        return frames

    def next(self, kind: str) -> dict[str, Any]:
        return self.until(kind)[-1]

    def say(self, text: str, message_id: str = "") -> dict[str, Any]:
        """Sends, and returns the acknowledgement (or what was wrong)."""
        self.socket.send_json({"type": "send", "id": message_id or str(uuid4()), "text": text})
        while True:
            frame: dict[str, Any] = self.socket.receive_json()
            if frame["type"] in ("stored", "error"):
                return frame

    def texts(self) -> list[str]:
        """What was shown at the hello."""
        return [frame["text"] for frame in self.first if frame["type"] == "message"]

    def state(self) -> dict[str, Any]:
        return next(frame for frame in self.first if frame["type"] == "state")


def test_a_message_is_in_the_database_before_it_is_acknowledged(
    client: TestClient, room: Room
) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        stored = Browser(socket).say("営業時間を教えてください")
        kept = room.messages()
    assert stored["sequence"] == 1
    assert [(m.text, m.author) for m in kept] == [("営業時間を教えてください", "customer")]


def test_the_same_message_twice_is_stored_once(client: TestClient, room: Room) -> None:
    message_id = str(uuid4())
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket)
        first, second = browser.say("こんにちは", message_id), browser.say("こんにちは", message_id)
    assert first == second
    assert len(room.messages()) == 1


def test_a_repetition_after_a_reconnect_is_stored_once(client: TestClient, room: Room) -> None:
    message_id = str(uuid4())
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket)
        browser.say("こんにちは", message_id)
    with client.websocket_connect("/chat/socket") as socket:
        again = Browser(socket, visitor=browser.token).say("こんにちは", message_id)
    assert again["sequence"] == 1
    assert len(room.messages()) == 1


def test_an_answer_comes_with_its_source_and_as_clean_markup(
    client: TestClient, room: Room
) -> None:
    citation = {"title": "営業時間", "heading": "平日", "link": "https://shop.example/a#section-1"}
    bad = {"title": "x", "heading": "", "link": "javascript:alert(1)"}
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket)
        browser.say("営業時間は？")
        room.say(1, "**9時**からです。<script>alert(1)</script>",
                  reply={"citations": [citation, bad, citation]})
        frames = browser.until("message")
        while frames[-1]["author"] != "assistant":
            frames = browser.until("message")
    answer = frames[-1]
    assert "<strong>9時</strong>" in answer["html"]
    assert "<script" not in answer["html"]
    assert answer["citations"] == [citation]


def test_a_visitor_never_sees_what_another_said(client: TestClient) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        Browser(socket).say("わたしの秘密です")
    with client.websocket_connect("/chat/socket") as socket:
        assert Browser(socket).texts() == []


def test_a_guessed_visitor_token_sees_nothing(client: TestClient) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket)
        browser.say("わたしの秘密です")
    forged = browser.token.split(".")[0] + "." + "0" * 64
    with client.websocket_connect("/chat/socket") as socket:
        other = Browser(socket, visitor=forged)
    assert other.texts() == []
    assert other.token != browser.token


def test_a_browser_resumes_after_the_last_message_that_it_saw(
    client: TestClient, room: Room
) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket)
        browser.say("一つ目")
        browser.say("二つ目")
    room.say(1, "三つ目")
    with client.websocket_connect("/chat/socket") as socket:
        assert Browser(socket, visitor=browser.token, after=1).texts() == ["二つ目", "三つ目"]
    with client.websocket_connect("/chat/socket") as socket:
        assert Browser(socket, visitor=browser.token).texts() == ["一つ目", "二つ目", "三つ目"]


def test_a_private_note_is_never_shown(client: TestClient, room: Room) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket)
        browser.say("質問です")
    room.say(1, "社内メモ", Author.OPERATOR, private=True)
    with client.websocket_connect("/chat/socket") as socket:
        assert Browser(socket, visitor=browser.token).texts() == ["質問です"]


def test_a_signed_customer_is_verified_and_named(client: TestClient, room: Room) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket, identity=signed(room, "C-1"))
        browser.say("次の予約は？")
    assert browser.state()["signed"] is True
    assert browser.state()["name"] == "佐藤様"
    assert room.conversations()[0].tier == "verified"
    assert room.conversations()[0].address.startswith("signed:C-1:")


def test_signing_in_opens_another_conversation_in_the_same_browser(
    client: TestClient, room: Room
) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket)
        browser.say("匿名の質問")
    with client.websocket_connect("/chat/socket") as socket:
        signed_in = Browser(socket, visitor=browser.token, identity=signed(room, "C-1"))
        assert signed_in.texts() == []
        signed_in.say("本人の質問")
    with client.websocket_connect("/chat/socket") as socket:
        other = Browser(socket, visitor=browser.token, identity=signed(room, "C-2"))
        assert other.texts() == []
    with client.websocket_connect("/chat/socket") as socket:
        assert Browser(socket, visitor=browser.token).texts() == ["匿名の質問"]


@pytest.mark.parametrize("kind", ["forged", "expired", "unknown"])
def test_a_bad_identity_is_told_and_is_nobody(
    client: TestClient, room: Room, kind: str
) -> None:
    token = {
        "forged": sign_identity("C-1", "wrong", room.now + timedelta(hours=1)),
        "expired": sign_identity("C-1", room.chat.settings.identity_secret, room.now),
        "unknown": signed(room, "C-999"),
    }[kind]
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket, identity=token)
        browser.say("わたしは誰？")
    assert browser.state()["signed"] is False
    assert "一般のお客様" in browser.state()["notice"]
    assert room.conversations()[0].tier == "anonymous"


def test_talk_to_a_person_says_so_in_the_customers_words(
    client: TestClient, room: Room
) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket, language="en")
        socket.send_json({"type": "person", "id": str(uuid4())})
        browser.next("stored")
    assert room.messages()[0].text == "I would like to talk to a person"


def test_the_handover_shows_who_has_the_conversation(client: TestClient, room: Room) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket)
        browser.say("担当者と話したいです")
        room.hand_over(1, "森 直子")
        state = browser.next("state")
        room.say(1, "森です。", Author.OPERATOR, details={"operator_name": "森 直子"})
        message = browser.next("message")
        while message["author"] == "customer":
            message = browser.next("message")
    assert (state["mode"], state["operator"]) == ("manual", "森 直子")
    assert (message["author"], message["operator_name"]) == ("operator", "森 直子")


def test_working_is_told_until_the_answer_is_there(client: TestClient, room: Room) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket)
        socket.send_json({"type": "send", "id": str(uuid4()), "text": "質問"})
        assert browser.next("working")["working"] is True
        room.say(1, "答え")
        assert browser.next("working")["working"] is False


def test_the_state_says_when_people_are_there(client: TestClient, room: Room) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        assert Browser(socket).state()["open"] is True
    room.now += timedelta(hours=12)
    with client.websocket_connect("/chat/socket") as socket:
        state = Browser(socket).state()
    assert state["open"] is False
    assert "11月24日（火）9時" in state["hours"]


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


@pytest.mark.parametrize("raw", [
    "", "nonsense", "[]", "null", '"send"', "{}", '{"type": "send"}', '{"type": "steal"}',
    '{"type": "send", "id": "1", "text": "x"}', '{"type": "hello", "after": -1}', "[" * 5_000,
    json.dumps({"type": "send", "id": str(uuid4()), "text": ""}), "x" * 50_000,
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
        frame = {"type": "send", "id": str(uuid4()), "text": "a\0b\ud800"}
        browser = Browser(socket, page="https://shop.example/[?secret=1")
        socket.send_text(json.dumps(frame))
        browser.next("stored")
    assert room.messages()[0].text == "ab?"


def test_the_page_is_kept_without_its_query(client: TestClient, room: Room) -> None:
    with client.websocket_connect("/chat/socket") as socket:
        Browser(socket, page="https://shop.example/cart?token=1#x").say("質問")
    assert kept_page(room.messages()[0]) == "https://shop.example/cart"


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


def signed(room: Room, number: str) -> str:
    return sign_identity(number, room.chat.settings.identity_secret,
                         room.now + timedelta(hours=1))


def kept_page(message: Message) -> str:
    return str(message.details["page"])
