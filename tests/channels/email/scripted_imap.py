"""An IMAP server of a few lines, for what a real one does too seldom to be tested with it."""

import socket
import threading


class Scripted:
    """An IMAP server that says EXISTS in one piece with its answer to IDLE."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.searched = threading.Semaphore(0)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        lines = client.makefile("rb")
        client.sendall(b"* OK ready\r\n")
        for line in lines:
            tag, _, rest = line.strip().partition(b" ")
            command = rest.split(b" ")[0].upper()
            if command == b"IDLE":
                client.sendall(b"+ idling\r\n* 1 EXISTS\r\n")
                lines.readline()
            said = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE\r\n",
                    b"SELECT": b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 1] x\r\n",
                    b"UID": b"* SEARCH\r\n"}.get(command, b"")
            client.sendall(said + tag + b" OK done\r\n")
            if command == b"UID":
                self.searched.release()
