"""Conversations over the socket."""

from datetime import timedelta
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from assistant.conversations.models import Author
from channels.web_chat.identity import sign_identity
from tests.channels.web_chat.conftest import Browser, Room


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


@pytest.mark.parametrize("disposition", ["suggest", "hand_off"])
def test_a_line_that_promises_a_person_shows_no_source(
    client: TestClient, room: Room, disposition: str
) -> None:
    closest = {"title": "お別れのとき", "heading": "", "link": "https://shop.example/a#section-1"}
    with client.websocket_connect("/chat/socket") as socket:
        browser = Browser(socket)
        browser.say("隣の犬は元気ですか？")
        room.say(1, "担当者におつなぎします。",
                 reply={"disposition": disposition, "citations": [closest]})
        frames = browser.until("message")
        while frames[-1]["author"] != "assistant":
            frames = browser.until("message")
    assert frames[-1]["citations"] == []


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


def signed(room: Room, number: str) -> str:
    return sign_identity(number, room.chat.settings.identity_secret,
                         room.now + timedelta(hours=1))
