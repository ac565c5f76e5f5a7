"""The live hint."""

import pytest
from starlette.websockets import WebSocketDisconnect

from channels.console.live import SIGN_IN_ENDED


def read_on(socket) -> None:
    while True:
        socket.receive_json()


def test_whoever_is_signed_in_is_told_of_every_change(mori, write) -> None:
    with mori.client.websocket_connect("/console/live") as socket:
        assert socket.receive_json() == {"changed": True}
        write("こんにちは")
        assert socket.receive_json() == {"changed": True}


def test_nobody_follows_without_a_sign_in(open_browser) -> None:
    with (
        open_browser().client.websocket_connect("/console/live") as socket,
        pytest.raises(WebSocketDisconnect) as closed,
    ):
        socket.receive_json()
    assert closed.value.code == SIGN_IN_ENDED


def test_a_page_of_another_site_follows_nothing(mori) -> None:
    headers = {"Origin": "https://evil.example"}
    with (
        mori.client.websocket_connect("/console/live", headers=headers) as socket,
        pytest.raises(WebSocketDisconnect),
    ):
        socket.receive_json()


def test_the_socket_closes_when_the_sign_in_ends(mori, write) -> None:
    with mori.client.websocket_connect("/console/live") as socket:
        socket.receive_json()
        mori.post("/console/logout")
        write("こんにちは")
        with pytest.raises(WebSocketDisconnect) as closed:
            read_on(socket)
    assert closed.value.code == SIGN_IN_ENDED
