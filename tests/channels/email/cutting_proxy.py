"""A TCP proxy that cuts the line at one step of a conversation between a client and a server."""

import socket
import threading
from contextlib import suppress

SETTLED = 0.15


class CuttingProxy:
    """Passes everything on until the client's step number `cut_at` of one connection.

    A step is a line of the client's; of an SMTP mail's text the first half is one step and its end
    another. `lost="command"` cuts before the server hears of it, `lost="answer"` after the server
    has carried it out. Each cut happens once; later connections are passed on whole.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._cut_at: int | None = None
        self._lost = "command"
        self.cuts = 0
        self.steps: list[bytes] = []
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def cut(self, step: int, lost: str) -> None:
        """Cuts the next connection that comes so far."""
        self._cut_at, self._lost = step, lost

    def forget(self) -> None:
        """Cuts nothing any more."""
        self._cut_at = None

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in tuple(self._open):
            _shut(one)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._port))
        except OSError:
            client.close()
            return
        self._open |= {client, server}
        back = threading.Thread(target=_copy, args=(server, client), daemon=True)
        back.start()
        try:
            self._forward(client, server)
        finally:
            for one in (client, server):
                _shut(one)
            back.join(5)
            for one in (client, server):
                one.close()
            self._open -= {client, server}

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        steps = _Steps()
        seen: list[bytes] = []
        while True:
            try:
                data = client.recv(65536)
            except OSError:
                return
            if not data:
                return
            for piece, is_step in steps.of(data):
                if is_step:
                    seen.append(piece)
                self.steps = seen
                is_here = is_step and self._cut_at == len(seen)
                if is_here and self._lost == "command":
                    self._has_cut()
                    return
                if is_here:
                    # The server has time to carry it out; its answer is not passed on.
                    self._has_cut()
                    _mute(client)
                with suppress(OSError):
                    server.sendall(piece)
                if is_here:
                    threading.Event().wait(SETTLED)
                    return

    def _has_cut(self) -> None:
        self._cut_at = None
        self.cuts += 1


class _Steps:
    """Splits what a client sends into steps."""

    def __init__(self) -> None:
        self._rest = b""
        self._in_text = False

    def of(self, data: bytes) -> list[tuple[bytes, bool]]:
        """The pieces of the data in order; a piece that ends no step is passed on alone."""
        data, self._rest = self._rest + data, b""
        pieces: list[tuple[bytes, bool]] = []
        while data:
            if self._in_text:
                end = data.find(b"\r\n.\r\n")
                if end < 0:
                    half = len(data) // 2
                    pieces.append((data[:half], True))
                    self._rest = data[half:]
                    return pieces
                half = end // 2
                pieces += [(data[:half], True), (data[half:end + 5], True)]
                data, self._in_text = data[end + 5:], False
                continue
            line, found, data = data.partition(b"\n")
            if not found:
                pieces.append((line, False))
                return pieces
            pieces.append((line + found, True))
            self._in_text = line.strip().upper() == b"DATA"
        return pieces


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    _shut(target)


def _mute(client: socket.socket) -> None:
    """The client hears nothing any more."""
    with suppress(OSError):
        client.shutdown(socket.SHUT_WR)


def _shut(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
