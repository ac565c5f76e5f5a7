"""The same conversation over plain HTTP, and what the widget loads."""

import gzip
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from channels.web_chat.channel import WORDS
from channels.web_chat.router import mount, widget_script
from tests.channels.web_chat.conftest import Room, open_room


def send(client: TestClient, **more: Any) -> Any:
    body = {"id": str(uuid4()), "text": "質問です", "language": "ja", **more}
    return client.post("/chat/send", json=body)


def test_a_message_is_sent_and_read_back(client: TestClient, room: Room) -> None:
    sent = send(client).json()
    room.say(1, "答えです")
    seen = client.get(
        "/chat/messages", params={"after": 0}, headers={"X-Yorisoi-Visitor": sent["visitor"]}
    ).json()
    assert [message["text"] for message in seen["messages"]] == ["質問です", "答えです"]
    later = client.get(
        "/chat/messages", params={"after": 1}, headers={"X-Yorisoi-Visitor": sent["visitor"]}
    ).json()
    assert [message["text"] for message in later["messages"]] == ["答えです"]


def test_a_repetition_over_http_is_stored_once(client: TestClient, room: Room) -> None:
    message_id = str(uuid4())
    visitor = send(client, id=message_id).json()["visitor"]
    assert send(client, id=message_id, visitor=visitor).json()["sequence"] == 1
    assert len(room.messages()) == 1


def test_without_a_token_nothing_is_seen(client: TestClient) -> None:
    send(client)
    assert client.get("/chat/messages").json()["messages"] == []


def test_no_text_asks_for_a_person(client: TestClient, room: Room) -> None:
    send(client, text=None)
    assert room.messages()[0].text == "担当者と話したいです"


def test_what_is_wrong_is_said_with_a_fitting_status(client: TestClient) -> None:
    assert send(client, text="あ" * 4_001).status_code == 413
    assert send(client, id="1").status_code == 400
    assert client.post("/chat/send", content=b"\xff").json()["code"] == "malformed"
    visitor = send(client).json()["visitor"]
    answers = [send(client, visitor=visitor) for _ in range(20)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] == "60"


def test_another_origin_may_read_only_if_it_is_allowed(
    database: Engine, tmp_path: Path
) -> None:
    room = open_room(database, tmp_path, allowed_origins="https://shop.example")
    app = FastAPI()
    mount(app, room.chat)
    with TestClient(app) as client:
        good = client.get("/chat/about", headers={"origin": "https://shop.example"})
        bad = client.post("/chat/send", json={"id": str(uuid4()), "text": "x"},
                          headers={"origin": "https://evil.example"})
        asked = client.options("/chat/send", headers={"origin": "https://shop.example"})
    assert good.headers["access-control-allow-origin"] == "https://shop.example"
    assert asked.headers["access-control-allow-methods"] == "GET, POST"
    assert bad.status_code == 403
    assert "access-control-allow-origin" not in bad.headers
    assert room.messages() == []


def test_the_widget_is_asked_for_again_only_when_it_has_changed(client: TestClient) -> None:
    first = client.get("/chat/widget.js")
    again = client.get("/chat/widget.js", headers={"if-none-match": first.headers["etag"]})
    assert first.headers["content-type"].startswith("text/javascript")
    assert again.status_code == 304


def test_the_widget_is_small(client: TestClient) -> None:
    styles = client.get("/chat/about").json()["styles"]
    whole = widget_script().encode() + b"".join(
        client.get(path).content for path in styles if path.startswith("/chat/")
    )
    assert len(gzip.compress(whole)) < 30_000


def test_the_widget_is_told_every_word_in_both_languages(client: TestClient) -> None:
    japanese = client.get("/chat/about?language=ja").json()
    english = client.get("/chat/about?language=en").json()
    assert japanese["company"] == "見本商店"
    assert english["company"] == "Sample Shop"
    assert japanese["words"].keys() == english["words"].keys() == WORDS["ja"].keys()
