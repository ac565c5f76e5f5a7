"""A real Dovecot on the loopback, with one mailbox, for tests and measurements."""

import imaplib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

MAIL_UID = 1000
LOGIN, PASSWORD = "support", "secret"


def program() -> str | None:
    """Where Dovecot is, or None if it is not installed."""
    return shutil.which("dovecot") or shutil.which("/usr/sbin/dovecot")


class Dovecot:
    """An IMAP server that can be stopped and started again with its mail."""

    def __init__(self) -> None:
        # Its sockets' paths must be short, and its mail owner must be able to enter the folder.
        self.folder = Path(tempfile.mkdtemp(prefix="dc-"))
        self.folder.chmod(0o755)
        (self.folder / "mail").mkdir()
        self._own(self.folder / "mail")
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        (self.folder / "dovecot.conf").write_text(_configuration(self.folder, self.port))
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"imap://{LOGIN}:{PASSWORD}@127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Starts and waits until it answers; raises RuntimeError if it does not."""
        command = [program() or "dovecot", "-F", "-c", str(self.folder / "dovecot.conf")]
        self._server = subprocess.Popen(command)
        for _ in range(400):
            try:
                imaplib.IMAP4("127.0.0.1", self.port).logout()
            except (OSError, imaplib.IMAP4.error):
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"Dovecot did not start: {self.log[-300:]}")

    def stop(self) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait(15)
            self._server = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def append(self, raw: bytes, flags: str | None = None) -> None:
        crlf = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        self._with(lambda client: client.append("INBOX", flags, None, crlf))  # type: ignore[arg-type]

    def fill(self, mails: list[bytes]) -> None:
        """Puts many mails into the mailbox at once, as a delivery agent would."""
        new = self.folder / "mail" / "new"
        for folder in (new, new.parent / "cur", new.parent / "tmp"):
            folder.mkdir(exist_ok=True)
            self._own(folder)
        for number, raw in enumerate(mails):
            path = new / f"{int(time.time())}.{number:06d}.{time.monotonic_ns()}.test"
            path.write_bytes(raw)
            self._own(path)

    def count(self, what: str, folder: str = "INBOX") -> int:
        found: list[int] = []

        def search(client: imaplib.IMAP4) -> None:
            client.select(folder, readonly=True)
            found.append(len(client.search(None, what)[1][0].split()))

        self._with(search)
        return found[0]

    def renumber(self) -> None:
        """Gives the mailbox a new UIDVALIDITY, as after a repair or a move of the server."""
        path = self.folder / "mail" / "dovecot-uidlist"
        head, _, rest = path.read_text().partition("\n")
        old = head.split("V")[1].split()[0]
        path.write_text(head.replace(f"V{old}", f"V{int(old) + 7}") + "\n" + rest)
        for index in (self.folder / "mail").glob("dovecot.index*"):
            index.unlink()

    def create(self, folder: str) -> None:
        self._with(lambda client: client.create(folder))

    def _with(self, use: Callable[[imaplib.IMAP4], object]) -> None:
        with imaplib.IMAP4("127.0.0.1", self.port) as client:
            client.login(LOGIN, PASSWORD)
            use(client)

    def _own(self, path: Path) -> None:
        if os.getuid() == 0:
            os.chown(path, MAIL_UID, MAIL_UID)


def _configuration(folder: Path, port: int) -> str:
    owner = MAIL_UID if os.getuid() == 0 else os.getuid()
    return f"""
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain xoauth2
mail_location = maildir:{folder}/mail
mail_uid = {owner}
mail_gid = {owner}
first_valid_uid = 100
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner} home={folder}/mail
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""
