"""A server on this machine that speaks as much of OpenAI's protocol as a streamed answer needs."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class OpenAIServer:
    """Answers with `says` in pieces; `cut_after` pieces it drops the connection or, with `hangs`,
    says nothing more until the test is over."""

    says: str = ""
    status: int = 200
    cut_after: int | None = None
    hangs: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    url: str = ""


@contextmanager
def serving(server: OpenAIServer) -> Iterator[OpenAIServer]:
    """The server on a free port until the block ends."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(server.status)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            pieces = [server.says[at : at + 6] for at in range(0, len(server.says), 6)]
            for number, piece in enumerate(pieces):
                if number == server.cut_after:
                    if server.hangs:
                        server.over.wait(10)
                    self.close_connection = True
                    return
                self._event({"choices": [{"index": 0, "delta": {"content": piece}}]})
            self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            self._event({"choices": [], "usage": {
                "prompt_tokens": 321, "completion_tokens": 45, "total_tokens": 366}})
            self._chunk("data: [DONE]\n\n")
            self.wfile.write(b"0\r\n\r\n")

        def _event(self, data: dict[str, Any]) -> None:
            event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m",
                     **data}
            self._chunk(f"data: {json.dumps(event)}\n\n")

        def _chunk(self, text: str) -> None:
            self.wfile.write(f"{len(text.encode()):x}\r\n{text}\r\n".encode())
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.url = f"http://127.0.0.1:{http.server_port}/v1"
    threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.over.set()
        http.shutdown()
        http.server_close()
